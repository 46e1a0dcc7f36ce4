// Two servers on one database: guesses of a code are counted exactly, one wish has one effect, money that crosses is
// neither made nor lost.
import assert from "node:assert/strict";
import { givenMoney } from "./people.mjs";
import { cluster, newEmail, newKey, run, whole } from "./product.mjs";

await whole(async ({ folder, start }) => {
  // The first runs the private Postgres; the second joins through its socket. Both have the same keys.
  const first = await start();
  const second = await start({ APP_ENV: "development", DATABASE_URL: cluster(folder).url });
  const either = (n) => (n % 2 === 0 ? first : second);

  // 200 parallel wrong guesses, then the right code: it is refused, for the five attempts were used up.
  const identifier = newEmail("devinee");
  await first.signIn(identifier);
  await first.send("POST", "/api/generate-otp", { body: { identifier } });
  const right = await first.code(identifier);
  const wrong = Array.from({ length: 200 }, (_, n) => String((Number(right) + 1 + n) % 1_000_000).padStart(6, "0"));
  const guesses = await Promise.all(
    wrong.map((otpCode, n) => either(n).send("POST", "/api/verify-otp", { body: { identifier, otpCode } })),
  );
  for (const guess of guesses) assert.ok([401, 429].includes(guess.status), guess.text);
  const late = await second.send("POST", "/api/verify-otp", { body: { identifier, otpCode: right } });
  assert.ok([401, 429].includes(late.status), "the code died with its fifth attempt");
  console.log("  200 parallel wrong codes on two processes: the right one is refused afterwards");

  // 50 parallel identical transfers: one effect, one answer.
  const awa = await givenMoney(first, newEmail("awa"), 10_000);
  const koffi = await givenMoney(second, newEmail("koffi"), 10_000);
  const balance = async (person) => (await either(1).expect(200, "GET", "/api/wallet", { token: person.token })).balance;
  const key = newKey();
  const same = await Promise.all(
    Array.from({ length: 50 }, (_, n) =>
      either(n).send("POST", "/api/wallet/transfers", { body: { to: koffi.identifier, amount: 700 }, token: awa.token, key }),
    ),
  );
  for (const answer of same) assert.ok(answer.status < 300, answer.text);
  assert.equal(new Set(same.map((answer) => answer.body.id)).size, 1, "one transaction");
  assert.deepEqual([await balance(awa), await balance(koffi)], [9_300, 10_700]);
  console.log("  50 parallel identical transfers on two processes: one effect");

  // Crossing transfers A↔B on both processes at once.
  const crossing = await Promise.all(
    Array.from({ length: 400 }, (_, n) => {
      const [from, to] = n % 4 < 2 ? [awa, koffi] : [koffi, awa];
      return either(n).send("POST", "/api/wallet/transfers", { body: { to: to.identifier, amount: 1 + (n % 7) }, token: from.token, key: newKey() });
    }),
  );
  for (const answer of crossing) assert.ok(answer.status < 300, answer.text);
  let moved = 0;
  for (let n = 0; n < 400; n++) moved += (n % 4 < 2 ? -1 : 1) * (1 + (n % 7));
  assert.deepEqual([await balance(awa), await balance(koffi)], [9_300 + moved, 10_700 - moved]);
  const proof = await run(folder, ["ledger", "verify"]);
  assert.equal(proof.code, 0, proof.output);
  console.log("  400 crossing transfers on two processes: every franc accounted for");
});
console.log("ok");
