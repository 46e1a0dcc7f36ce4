// The seven calls with the printed bodies alone, no cookie jar, no extra header; then the attack: a stranger registers
// somebody else's address and sets a password first, and is left with nothing.
import assert from "node:assert/strict";
import { newEmail, newPhone, whole } from "./product.mjs";

await whole(async ({ start }) => {
  const server = await start();

  for (const identifier of ["testemail@gmail.com", newPhone()]) {
    const password = "MonMotDePasse123";
    let seen = await server.expect(200, "POST", "/api/check-user", { body: { identifier } });
    assert.deepEqual([seen.exists, seen.passwordSet, seen.next], [false, false, "register"]);
    for (const [path, body] of [
      ["/api/register-user", { identifier }],
      ["/api/define-password", { identifier, password }],
      ["/api/generate-otp", { identifier }],
    ]) {
      const answer = await server.send("POST", path, { body });
      assert.ok(answer.status < 300, `${path}: ${answer.status} ${answer.text}`);
    }
    const otpCode = await server.code(identifier);
    const first = await server.expect(200, "POST", "/api/verify-otp", { body: { identifier, otpCode } });
    assert.ok(first.accessToken && first.refreshToken && first.expiresIn > 0 && first.user, "tokens and the user");
    assert.ok(!JSON.stringify(first).includes("$2"), "no hash leaves");
    seen = await server.expect(200, "POST", "/api/check-user", { body: { identifier } });
    assert.deepEqual([seen.exists, seen.passwordSet, seen.next], [true, true, "password"]);
    for (const field of ["password", "pin", "otpCode"]) {
      await server.expect(200, "POST", "/api/verify-pin", { body: { identifier, [field]: password } });
    }
    await server.expect(401, "POST", "/api/verify-pin", { body: { identifier, password: "PasLeBon123456" } });
    await server.expect(401, "POST", "/api/verify-otp", { body: { identifier, otpCode } }); // used
    const users = await server.send("GET", "/api/users", { token: first.accessToken });
    assert.equal(users.status, 403, "the list of users is for administrators");
    console.log(`  the seven calls: ${identifier.startsWith("+") ? "a phone number" : "an e-mail address"}`);
  }

  // The attack, in both orders of who touches the address last.
  for (const ownerRegisters of [true, false]) {
    const identifier = newEmail("victime");
    const theirs = "MotDePasseVole123";
    await server.send("POST", "/api/register-user", { body: { identifier } });
    await server.send("POST", "/api/define-password", { body: { identifier, password: theirs } });
    const stolen = await server.send("POST", "/api/verify-pin", { body: { identifier, password: theirs } });
    assert.notEqual(stolen.status, 200, "an unproven account gives nobody a session");
    if (ownerRegisters) {
      await server.send("POST", "/api/register-user", { body: { identifier } });
    } else {
      const refused = await server.send("POST", "/api/define-password", { body: { identifier, password: "LeMienAMoi12345" } });
      assert.equal(refused.status, 409, refused.text);
    }
    await server.send("POST", "/api/generate-otp", { body: { identifier } });
    const otpCode = await server.code(identifier);
    await server.expect(200, "POST", "/api/verify-otp", { body: { identifier, otpCode } });
    const again = await server.send("POST", "/api/verify-pin", { body: { identifier, password: theirs } });
    assert.equal(again.status, 401, "the stranger's password is gone once the owner proved the address");
    console.log(`  the attack, ${ownerRegisters ? "the owner registers again" : "the owner's password was refused"}: nothing left`);
  }
});
console.log("ok");
