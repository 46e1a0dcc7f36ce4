// kill -9 in the middle of 10,000 transfers: of the server, of Postgres alone (the server must recover by itself), of both
// at once. After each the ledger proves every invariant; at the end each acknowledged transfer is in the receiver's
// statement exactly once, and nothing else is.
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { givenMoney } from "./people.mjs";
import { cluster, newEmail, newKey, run, whole } from "./product.mjs";

const TRANSFERS = 10_000;
const SENDERS = 20;
const IN_FLIGHT = 50;
const DEADLINE = Date.now() + 5 * 60_000;
const kills = [
  { after: 2_500, who: ["server"] },
  { after: 5_000, who: ["Postgres"] },
  { after: 7_500, who: ["Postgres", "server"] },
];

await whole(async ({ folder, start }) => {
  let server = await start();
  const senders = [];
  for (let n = 0; n < SENDERS; n++) senders.push(await givenMoney(server, newEmail(`payeur${n}`), TRANSFERS / SENDERS));
  const receiver = { identifier: newEmail("marchande") };
  receiver.token = (await server.signIn(receiver.identifier)).accessToken;

  const waiting = Array.from({ length: TRANSFERS }, (_, n) => ({ sender: senders[n % SENDERS], key: newKey() }));
  const acknowledged = new Map(); // key → transaction id

  const strike = ({ who }) => {
    console.log(`  kill -9 of ${who.join(" and ")} after ${acknowledged.size} acknowledged transfers`);
    for (const what of who) process.kill(what === "server" ? server.child.pid : cluster(folder).pid, "SIGKILL");
  };

  // Sends wishes until none is left or the server is gone. Unknown is not failed: the same wish again, with its key.
  const worker = async () => {
    while (waiting.length > 0 && !server.gone) {
      assert.ok(Date.now() < DEADLINE, `only ${acknowledged.size} transfers were acknowledged in time`);
      const wish = waiting.pop();
      const answer = await server.try("POST", "/api/wallet/transfers", {
        body: { to: receiver.identifier, amount: 1 },
        token: wish.sender.token,
        key: wish.key,
      });
      if (answer?.status < 300) {
        acknowledged.set(wish.key, answer.body.id);
        if (acknowledged.size >= kills[0]?.after) strike(kills.shift());
      } else {
        assert.ok(!answer || answer.status >= 500, `a transfer was refused: ${answer?.status} ${answer?.text}`);
        waiting.push(wish);
        await pause(20);
      }
    }
  };

  while (waiting.length > 0) {
    await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
    if (waiting.length === 0) break;
    await server.ended;
    server = await start();
    const proof = await run(folder, ["ledger", "verify"]);
    assert.equal(proof.code, 0, proof.output);
  }
  assert.equal(acknowledged.size, TRANSFERS);
  assert.equal(kills.length, 0, "every kill happened in the middle");

  const proof = await run(folder, ["ledger", "verify"]);
  assert.equal(proof.code, 0, proof.output);
  console.log(proof.output.trim().replace(/^/gm, "  "));

  receiver.token = (await server.signIn(receiver.identifier)).accessToken;
  const listed = new Map();
  let cursor;
  do {
    const query = `limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`;
    const page = await server.expect(200, "GET", `/api/wallet/transactions?${query}`, { token: receiver.token });
    for (const item of page.items) listed.set(item.id, (listed.get(item.id) ?? 0) + 1);
    cursor = page.nextCursor;
  } while (cursor);
  assert.equal(listed.size, TRANSFERS, "as many as were acknowledged, and no more");
  for (const [key, id] of acknowledged) assert.equal(listed.get(id), 1, `${key}: acknowledged, and not there once`);
  const { balance } = await server.expect(200, "GET", "/api/wallet", { token: receiver.token });
  assert.equal(balance, TRANSFERS);
  console.log(`  ${TRANSFERS} transfers acknowledged, each present once`);
});
console.log("ok");
