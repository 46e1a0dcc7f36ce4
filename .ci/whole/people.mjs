// People with money, for the tests of the whole product.
import { newKey } from "./product.mjs";

// The agent of the development personas, signed in once on each server.
const agents = new WeakMap();

async function agentOf(server) {
  if (!agents.has(server)) agents.set(server, server.signIn("agent@hostolink.test"));
  return (await agents.get(server)).accessToken;
}

// Signs somebody in with a one-time code and has the agent give them money.
export async function givenMoney(server, identifier, amount) {
  const { accessToken: token } = await server.signIn(identifier);
  const given = await server.send("POST", "/api/agent/cash-ins", {
    body: { to: identifier, amount },
    token: await agentOf(server),
    key: newKey(),
  });
  if (given.status >= 300) throw new Error(`cash-in: ${given.status} ${given.text}`);
  return { identifier, token };
}
