// What the tests of the whole product share: a real binary on a folder of its own, and people who use it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomInt, randomUUID } from "node:crypto";
import { openSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, chmod } from "node:fs/promises";
import { Agent, request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

export const BINARY = process.env.HOSTOLINK_BINARY ?? "target/debug/hostolink";
const agent = new Agent({ keepAlive: true, maxSockets: 256 });

// Runs `test` with a fresh folder, and leaves neither the folder nor a server behind.
export async function whole(test) {
  const folder = await mkdtemp(join(tmpdir(), "hostolink-whole-"));
  await chmod(folder, 0o755); // Postgres may run as another account
  const servers = [];
  try {
    await test({ folder, start: async (variables) => track(servers, await Server.start(folder, variables)) });
  } finally {
    for (const server of servers) await server.kill("SIGTERM");
    await rm(folder, { recursive: true, force: true });
  }
}

function track(servers, server) {
  servers.push(server);
  return server;
}

export async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await new Promise((done) => probe.once("listening", done));
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

// Runs a command of the binary to its end.
export function run(folder, argument, variables = {}) {
  return new Promise((done) => {
    const child = spawn(BINARY, argument, { env: { HOSTOLINK_DATA_DIR: join(folder, "data"), ...variables } });
    let output = "";
    child.stdout.on("data", (text) => (output += text));
    child.stderr.on("data", (text) => (output += text));
    child.on("close", (code) => done({ code, output }));
  });
}

export class Server {
  static async start(folder, variables = {}) {
    const server = new Server();
    server.port = await freePort();
    server.log = join(folder, `server-${server.port}.log`);
    const log = openSync(server.log, "a");
    // The port changes with each start; tokens name the public address, and must outlive a restart.
    const PUBLIC_URL = "http://localhost:3000";
    const env = { PORT: String(server.port), PUBLIC_URL, HOSTOLINK_DATA_DIR: join(folder, "data"), ...variables };
    server.child = spawn(BINARY, ["serve"], { env, stdio: ["ignore", log, log] });
    server.gone = false;
    server.ended = new Promise((done) =>
      server.child.once("exit", (code, signal) => {
        server.gone = true;
        done({ code, signal });
      }),
    );
    const deadline = Date.now() + 60_000;
    while (Date.now() < deadline && !server.gone) {
      if ((await server.try("GET", "/health/ready"))?.status === 200) return server;
      await pause(50);
    }
    throw new Error(`the server did not become ready:\n${readFileSync(server.log, "utf8").slice(-4000)}`);
  }

  // Ends it and waits until it is gone.
  async kill(signal) {
    if (!this.gone) this.child.kill(signal);
    return this.ended;
  }

  // One request; `undefined` when no whole answer came.
  async try(method, path, { body, token, key } = {}) {
    try {
      return await this.send(method, path, { body, token, key });
    } catch {
      return undefined;
    }
  }

  send(method, path, { body, token, key } = {}) {
    const headers = {};
    const text = body === undefined ? undefined : JSON.stringify(body);
    if (text !== undefined) Object.assign(headers, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
    if (token) headers.authorization = `Bearer ${token}`;
    if (key) headers["idempotency-key"] = key;
    return new Promise((done, fail) => {
      const call = request({ host: "127.0.0.1", port: this.port, method, path, headers, agent, timeout: 30_000 }, (answer) => {
        let received = "";
        answer.setEncoding("utf8");
        answer.on("data", (part) => (received += part));
        answer.on("error", fail);
        answer.on("end", () => {
          if (!answer.complete) return fail(new Error("the answer was cut"));
          let json;
          try {
            json = JSON.parse(received);
          } catch {
            json = undefined;
          }
          done({ status: answer.statusCode, body: json, text: received });
        });
      });
      call.on("timeout", () => call.destroy(new Error("no answer in 30 s")));
      call.on("error", fail);
      call.end(text);
    });
  }

  // As `send`, and fails unless it answers `status`.
  async expect(status, method, path, options) {
    const answer = await this.send(method, path, options);
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
    return answer.body;
  }

  // The newest one-time code that was sent to somebody.
  async code(identifier) {
    const messages = await this.expect(200, "GET", `/api/dev/outbox?recipient=${encodeURIComponent(identifier)}`);
    const code = messages[0]?.body.match(/\b\d{6}\b/)?.[0];
    assert.ok(code, `no code was sent to ${identifier}`);
    return code;
  }

  // Signs in with a one-time code, registering first where nobody has; answers the tokens.
  async signIn(identifier) {
    const { next } = await this.expect(200, "POST", "/api/check-user", { body: { identifier } });
    if (next === "register") {
      const registered = await this.send("POST", "/api/register-user", { body: { identifier } });
      assert.ok(registered.status < 300, registered.text);
    }
    const asked = await this.send("POST", "/api/generate-otp", { body: { identifier } });
    assert.ok(asked.status < 300, asked.text);
    const otpCode = await this.code(identifier);
    return this.expect(200, "POST", "/api/verify-otp", { body: { identifier, otpCode } });
  }
}

// The private Postgres of a folder: its process and its libpq URL, as its own lock file says them.
export function cluster(folder) {
  for (const version of readdirSync(join(folder, "data"))) {
    let lines;
    try {
      lines = readFileSync(join(folder, "data", version, "data", "postmaster.pid"), "utf8").split("\n");
    } catch {
      continue;
    }
    return { pid: Number(lines[0]), url: `postgres:///hostolink?host=${encodeURIComponent(lines[4])}&user=hostolink` };
  }
  throw new Error("no Postgres runs on this folder");
}

export const newKey = () => randomUUID();
export const newEmail = (name) => `${name}.${randomUUID().slice(0, 8)}@example.ci`;
export const newPhone = () => `+22507${String(randomInt(1e8)).padStart(8, "0")}`;
