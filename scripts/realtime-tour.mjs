// Walks through docs/REALTIME.md against a running server. Run by scripts/realtime-tour: WS_LIBRARY BASE_URL.
import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { pathToFileURL } from "node:url";

const [library, base] = process.argv.slice(2);
const { WebSocket } = await import(pathToFileURL(library));
const PATIENCE = 5_000;
const sockets = new Set();

// What came is named, and nothing more is tried.
class Wrong extends Error {}

function shown(value) {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 600 ? `${text.slice(0, 600)}…` : text;
}

function check(condition, wanted, came) {
  if (!condition) throw new Wrong(`wanted ${wanted}\ncame   ${shown(came)}`);
}

function ok(words) {
  console.log(`ok ${words}`);
}

// ---- HTTP

async function call(status, method, path, { token, body } = {}) {
  const headers = {};
  if (token) headers.authorization = `Bearer ${token}`;
  if (body) headers["content-type"] = "application/json";
  const answer = await fetch(base + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  check(answer.status === status, `${method} ${path} to answer ${status}`, `${answer.status} ${text}`);
  return text ? JSON.parse(text) : null;
}

class Person {
  constructor(name) {
    this.name = name;
    this.identifier = `${name.toLowerCase()}.${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}@example.ci`;
  }

  // In development what would be mailed is read from the outbox. It leaves a moment after the answer.
  async signUp() {
    const who = { identifier: this.identifier };
    await call(200, "POST", "/api/register-user", { body: who });
    await call(200, "POST", "/api/generate-otp", { body: who });
    const code = await this.mailed(/\b\d{6}\b/);
    const tokens = await call(200, "POST", "/api/verify-otp", { body: { ...who, otpCode: code } });
    [this.token, this.refreshToken] = [tokens.accessToken, tokens.refreshToken];
    this.id = (await this.get("/api/me")).id;
  }

  async mailed(pattern) {
    for (const end = Date.now() + PATIENCE; Date.now() < end;) {
      const [message] = await call(200, "GET", `/api/dev/outbox?recipient=${encodeURIComponent(this.identifier)}`);
      const found = message?.body.match(pattern);
      if (found) return found[0];
      await new Promise((wake) => setTimeout(wake, 50));
    }
    throw new Wrong(`wanted a mail to ${this.identifier}\ncame   none`);
  }

  get(path, status = 200) { return call(status, "GET", path, this); }
  post(path, body = {}, status = 201) { return call(status, "POST", path, { token: this.token, body }); }
  put(path, body = {}, status = 200) { return call(status, "PUT", path, { token: this.token, body }); }
  delete(path, status = 204) { return call(status, "DELETE", path, { token: this.token }); }
  say(room, text) { return this.post(`/api/conversations/${room}/messages`, { clientId: randomUUID(), text }); }

  async ticket() {
    const { ticket, expiresIn } = await this.post("/api/realtime/tickets");
    check(expiresIn === 30, "a ticket that opens a socket within 30 s", { expiresIn });
    return ticket;
  }

  // A socket by a ticket; what was missed comes before `ready`.
  async open(after) {
    const path = `/ws?ticket=${await this.ticket()}${after ? `&after=${after}` : ""}`;
    const socket = await Socket.open(this, path);
    const missed = [];
    for (;;) {
      const frame = await socket.take("ready, after what was missed");
      if (frame.type === "ready") return { socket, ready: frame, missed };
      missed.push(frame);
    }
  }
}

// ---- The socket

class Socket {
  static async open(person, path, headers = {}) {
    const opened = await Socket.knock(path, headers);
    check(opened.stream, `${path.split("?")[0]} to open`, `HTTP ${opened.status}`);
    return new Socket(person, opened.stream, opened.early);
  }

  // The stream, or the status of the HTTP answer in place of one.
  static knock(path, headers = {}) {
    return new Promise((done, failed) => {
      const early = [];
      const stream = new WebSocket(base.replace(/^http/, "ws") + path, { headers, perMessageDeflate: false });
      stream.on("message", (data, isBinary) => early.push([data, isBinary]));
      stream.once("open", () => done({ stream, early }));
      stream.once("unexpected-response", (_request, answer) => { answer.resume(); done({ status: answer.statusCode }); });
      stream.on("error", failed);
    });
  }

  constructor(person, stream, early) {
    this.name = person?.name ?? "A stranger";
    [this.stream, this.came, this.seen, this.wake] = [stream, [], [], () => {}];
    const put = (data, isBinary) => {
      const frame = isBinary ? { type: "(binary)" } : JSON.parse(data.toString());
      this.seen.push(frame);
      // A notification comes when it is made, between any two others: who wants one asks for it.
      if (frame.type !== "notification") this.came.push(frame);
      this.wake();
    };
    stream.removeAllListeners("message");
    early.forEach((one) => put(...one));
    stream.on("message", put);
    stream.on("close", (code) => { this.code = code; this.wake(); });
    sockets.add(this);
  }

  async until(condition, wanted) {
    const end = Date.now() + PATIENCE;
    for (;;) {
      const found = condition();
      if (found !== undefined) return found;
      const left = end - Date.now();
      check(left > 0, `${this.name}'s socket: ${wanted}`, `nothing within ${PATIENCE / 1000} s; before that ${shown(this.seen.slice(-3))}`);
      await new Promise((wake) => {
        const timer = setTimeout(wake, left);
        this.wake = () => { clearTimeout(timer); wake(); };
      });
    }
  }

  take(wanted) {
    return this.until(() => {
      if (this.came.length) return this.came.shift();
      check(this.code === undefined, `${this.name}'s socket: ${wanted}`, `the end, with ${this.code}`);
    }, wanted);
  }

  // The next frame is this one, and no other.
  async hears(type, wanted, fits = () => true) {
    const frame = await this.take(`a ${type}: ${wanted}`);
    check(frame.type === type && fits(frame), `${this.name}'s socket: a ${type}: ${wanted}`, frame);
    return frame;
  }

  notified() {
    return this.until(() => this.seen.find((frame) => frame.type === "notification"), "a notification");
  }

  tell(frame) {
    this.stream.send(JSON.stringify(frame));
  }

  // Asks, and takes the answer out from between what happens meanwhile.
  async ask(frame) {
    const requestId = randomUUID();
    this.tell({ ...frame, requestId });
    return this.until(() => {
      const place = this.came.findIndex((one) => one.requestId === requestId);
      check(place >= 0 || this.code === undefined, `${this.name}'s socket: an answer to ${frame.type}`, `the end, with ${this.code}`);
      return place < 0 ? undefined : this.came.splice(place, 1)[0];
    }, `an answer to ${shown(frame)}`);
  }

  async granted(frame, status) {
    const answer = await this.ask(frame);
    check(answer.type === "result" && answer.status === status, `${frame.type} to have the result ${status}`, answer);
    return answer.body;
  }

  async refused(frame, code) {
    const answer = await this.ask(frame);
    check(answer.type === "error" && answer.problem.code === code, `${frame.type} to be refused with ${code}`, answer);
  }

  // Its end, however much comes before.
  async ends(code, why) {
    const ended = await this.until(() => this.code, `the end with ${code}, ${why}`);
    check(ended === code, `${this.name}'s socket to end with ${code}, ${why}`, `the end with ${ended}`);
  }
}

// What a client without a socket asks, page by page.
async function polled(person, after) {
  const items = [];
  for (let cursor = after; ;) {
    const page = await person.get(`/api/realtime/events?after=${cursor}&limit=100`);
    check(page.resync === false, "all that was missed to be told", page);
    items.push(...page.items);
    cursor = page.cursor;
    if (!page.more) return { items, cursor };
  }
}

// ---- The tour

async function tour() {
  const [awa, koffi, yao] = ["Awa", "Koffi", "Yao"].map((name) => new Person(name));
  for (const person of [awa, koffi, yao]) await person.signUp();
  ok("three people signed up, each with the code from the development outbox");

  const { id: pair } = await awa.post("/api/conversations", { person: koffi.id });
  const { id: aside } = await awa.post("/api/conversations", { person: yao.id });
  const { id: group } = await awa.post("/api/conversations", { title: "Famille", people: [koffi.id, yao.id] });
  ok("a conversation of two, another, and a group of three");

  const sockets = await opening(awa, koffi, yao);
  const message = await talking(awa, koffi, pair, sockets);
  await marking(awa, koffi, pair, message, sockets);
  await asking(koffi, sockets.awa);
  sockets.koffi = await dropping(awa, koffi, pair, sockets);
  await shutting(awa, yao, sockets.yao);
  await blocking(awa, koffi, yao, { pair, group }, sockets);
  await removing(awa, yao, { aside, group }, sockets.yao);
  await leaving(koffi, sockets.koffi);
}

async function opening(awa, koffi, yao) {
  await call(401, "POST", "/api/realtime/tickets", { body: {} });
  const ticket = await awa.ticket();
  ok("a ticket for who is signed in, good for 30 s; none for a stranger");

  const elsewhere = await Socket.knock(`/ws?ticket=${ticket}`, { origin: "https://evil.example", cookie: "session=1" });
  check(elsewhere.status === 403, "a page of another origin to be refused with 403", elsewhere.status ?? "an open socket");
  ok("a page of another origin is refused, whatever cookies it brings: 403, and the ticket is still good");

  const socket = await Socket.open(awa, `/ws?ticket=${ticket}`);
  const ready = await socket.hears("ready", "first of all, for her, nothing missed", (frame) =>
    frame.personId === awa.id && frame.resync === false && frame.heartbeatSeconds === 15 && typeof frame.cursor === "string");
  ok(`the ticket opens a socket, which is ready: a cursor, a ping every ${ready.heartbeatSeconds} s`);

  for (const [what, path] of [["used twice", `/ws?ticket=${ticket}`], ["an access token", `/ws?ticket=${awa.token}`]]) {
    const again = await Socket.knock(path);
    check(again.status === 401, `a ticket that is ${what} to be refused with 401`, again.status ?? "an open socket");
  }
  ok("the same ticket opens nothing more, nor does an access token in the address: 401");
  await call(400, "GET", `/ws?ticket=${ticket}`);
  ok("a request that is no WebSocket is told so: 400");

  const { cursor } = await koffi.get("/api/realtime/events");
  const hello = await Socket.open(koffi, "/ws");
  hello.tell({ type: "hello", token: koffi.token, after: cursor });
  await hello.hears("ready", "for him", (frame) => frame.personId === koffi.id && frame.resync === false);
  ok("without a ticket the first frame says whose the socket is: hello with an access token and a cursor");

  const forged = await Socket.open(null, "/ws");
  forged.tell({ type: "hello", token: "forged" });
  await forged.hears("error", "why");
  await forged.ends(4401, "for a token that is none");
  const mumbling = await Socket.open(null, "/ws");
  mumbling.stream.send("hello");
  await mumbling.hears("error", "why", (frame) => frame.problem.code === "realtime.frame_invalid");
  await mumbling.ends(1002, "for a first frame that is no JSON");
  ok("a first frame with a bad token ends with 4401, one that is no JSON with 1002; an error frame says why");
  return { awa: socket, koffi: hello, yao: (await yao.open()).socket };
}

async function talking(awa, koffi, pair, sockets) {
  const message = { clientId: randomUUID(), text: "Bonjour !" };
  const send = { type: "send", conversationId: pair, message };
  const sent = await sockets.awa.granted(send, 201);
  check(sent.text === message.text && sent.seq === 1, "the first message of the conversation", sent);
  ok("send: the result is 201 with the message, which has the number 1");

  const isIt = (frame) => isDeepStrictEqual(frame.message, sent) && typeof frame.cursor === "string";
  await sockets.koffi.hears("message", "the same, with a cursor", isIt);
  await sockets.awa.hears("message", "her own, for her other devices", isIt);
  ok("the other one hears it, and so do her other devices");

  const again = await sockets.awa.granted(send, 200);
  check(again.id === sent.id, `the same message ${sent.id}`, again);
  const byHttp = await awa.post(`/api/conversations/${pair}/messages`, message, 200);
  check(isDeepStrictEqual(byHttp, sent), "the same message by HTTP", byHttp);
  await sockets.awa.refused({ ...send, message: { ...message, text: "Autre chose" } }, "messaging.client_id_reused");
  ok("the same clientId again is the same message, by socket and by HTTP: 200; with another text it is refused");

  await sockets.koffi.notified();
  const { items } = await koffi.get("/api/notifications?unread=true");
  check(items.some((one) => one.kind === "message" && one.object.id === pair), "a notification of the message", items);
  ok("a notification says that there is something in /api/notifications: who wrote, and not what");

  await awa.put(`/api/messages/${sent.id}`, { text: "Bonsoir !" });
  const edited = await sockets.koffi.hears("message", "the edited one, and nothing twice before it", (frame) =>
    frame.message.id === sent.id && frame.message.text === "Bonsoir !" && typeof frame.message.editedAt === "string");
  await sockets.awa.hears("message", "the edited one", (frame) => frame.message.text === "Bonsoir !");
  ok("an edit comes as a message with the same id: put in place of what was there");
  return edited.message;
}

async function marking(awa, koffi, pair, message, sockets) {
  await koffi.put(`/api/messages/${message.id}/reactions`, { sign: "👍" });
  const isHis = (frame) => frame.messageId === message.id && frame.person.id === koffi.id && frame.sign === "👍"
    && isDeepStrictEqual(frame.reactions, [{ sign: "👍", count: 1 }]);
  for (const socket of [sockets.awa, sockets.koffi]) await socket.hears("reaction", "his thumb", isHis);
  ok("a reaction says who put which sign, and what the message has now");

  const own = await sockets.koffi.granted({ type: "mark", conversationId: pair, marker: { readSeq: 1 } }, 200);
  check(own.readSeq === 1 && own.deliveredSeq === 1 && own.unread === 0, "all read and delivered", own);
  await sockets.koffi.hears("own", "his markers, for his other devices", (frame) => isDeepStrictEqual(frame.own, own));
  await sockets.awa.hears("marker", "how far he is", (frame) =>
    frame.conversationId === pair && frame.person.id === koffi.id && frame.deliveredSeq === 1 && frame.readSeq === 1);
  await sockets.koffi.refused({ type: "mark", conversationId: pair, marker: { readSeq: 9 } }, "messaging.marker_invalid");
  ok("a mark: he hears his own, she hears how far he is; beyond the last message it is refused");

  for (const typing of [true, false]) {
    await sockets.awa.granted({ type: "typing", conversationId: pair, typing }, 204);
    await sockets.koffi.hears("typing", `that she ${typing ? "types" : "has stopped"}, without a cursor`, (frame) =>
      frame.person.id === awa.id && frame.typing === typing && frame.cursor === undefined);
  }
  ok("typing is heard by the other one, and that it stopped; it is no part of the log");
}

async function asking(koffi, socket) {
  await socket.refused({ type: "subscribe", conversationId: randomUUID() }, "realtime.frame_invalid");
  await socket.refused({ type: "typing", conversationId: randomUUID(), typing: true }, "messaging.conversation_unknown");
  socket.stream.send("no JSON");
  await socket.hears("error", "what is no JSON is refused", (frame) => frame.problem.code === "realtime.frame_invalid");
  await socket.granted({ type: "ping" }, 204);
  ok("an unknown type, a conversation of others, what is no JSON: each is refused by an error frame, and the socket stays");

  await socket.refused({ type: "auth", token: koffi.token }, "auth.required");
  ok("auth takes a token of the same session alone");
}

async function dropping(awa, koffi, pair, sockets) {
  const cursor = sockets.koffi.seen.findLast((frame) => frame.cursor).cursor;
  sockets.koffi.stream.terminate();
  await sockets.koffi.ends(1006, "as a line that drops");
  const texts = ["un", "deux", "trois"];
  for (const text of texts) await awa.say(pair, text);
  for (const text of texts) await sockets.awa.hears("message", text, (frame) => frame.message.text === text);
  const { socket, ready, missed } = await koffi.open(cursor);
  // Notifications of what he had not read are among them.
  const told = missed.map((frame) => frame.message?.text);
  check(ready.resync === false && isDeepStrictEqual(told, texts), `${texts} and then ready`, [...missed, ready]);
  ok("after a line that dropped, with the last cursor: what was missed once and in order, then ready");

  const bad = await Socket.knock(`/ws?ticket=${await koffi.ticket()}&after=nonsense`);
  check(bad.status === 400, "a cursor that is none to be refused with 400", bad.status ?? "an open socket");
  ok("a cursor that is none is refused: 400");

  for (const text of ["quatre", "cinq"]) await awa.say(pair, text);
  await koffi.put(`/api/conversations/${pair}/markers`, { readSeq: 6 });
  const live = [];
  for (const type of ["message", "message", "own"]) live.push(await socket.hears(type, "what happens now"));
  const { items } = await polled(koffi, ready.cursor);
  const talk = items.filter((frame) => frame.type !== "notification");
  check(isDeepStrictEqual(talk, live), `GET /api/realtime/events to answer ${shown(live)}`, talk);
  const all = (await polled(koffi, cursor)).items.filter((frame) => frame.type !== "notification");
  check(isDeepStrictEqual(all, [...missed, ...live]), "the same from where the line dropped", all);
  ok("without a socket GET /api/realtime/events answers the same frames, field by field");
  for (const type of ["message", "message", "marker"]) await sockets.awa.hears(type, "what he heard too");
  return socket;
}

async function shutting(awa, yao, socket) {
  for (const [what, code, send] of [
    ["a binary frame", 1003, (stream) => stream.send(Buffer.from([1, 2, 3]))],
    ["a frame of more than 64 KiB", 1009, (stream) => stream.send("x".repeat(64 * 1024 + 1))],
    ["a text that is no UTF-8", 1002, (stream) => stream.send(Buffer.from([0xff, 0xfe]), { binary: false })],
  ]) {
    const opened = await awa.open();
    send(opened.socket.stream);
    await opened.socket.ends(code, `for ${what}`);
    ok(`${what} ends that socket with ${code}`);
  }
  await socket.granted({ type: "ping" }, 204);
  await yao.get("/api/me");
  ok("and nobody else's");
}

async function blocking(awa, koffi, yao, { pair, group }, sockets) {
  await koffi.put(`/api/people/${awa.id}/block`, {}, 204);
  await awa.say(group, "à tous");
  await awa.put(`/api/conversations/${group}/markers`, { readSeq: 1 });
  await yao.say(group, "après");
  const by = (person, text) => (frame) => frame.message.author.id === person.id && frame.message.text === text;
  await sockets.yao.hears("message", "hers", by(awa, "à tous"));
  await sockets.yao.hears("marker", "how far she is", (frame) => frame.person.id === awa.id);
  await sockets.yao.hears("message", "his own", by(yao, "après"));
  await sockets.koffi.hears("message", "what came after hers, and nothing of hers before it", by(yao, "après"));
  ok("Koffi blocks Awa: in the group he hears what Yao says after her, and nothing of hers");

  const send = { type: "send", conversationId: pair, message: { clientId: randomUUID(), text: "seul à seul" } };
  await sockets.awa.refused(send, "messaging.conversation_unknown");
  await koffi.get(`/api/conversations/${pair}`, 404);
  ok("their conversation of two is none any more, for both");

  await koffi.delete(`/api/people/${awa.id}/block`);
  await awa.say(group, "de nouveau");
  await sockets.koffi.hears("message", "hers again", by(awa, "de nouveau"));
  await sockets.yao.hears("message", "hers", by(awa, "de nouveau"));
  ok("without the block he hears her again");
}

async function removing(awa, yao, { aside, group }, socket) {
  await awa.post(`/api/conversations/${group}/members/removal`, { person: yao.id }, 204);
  await awa.say(group, "sans lui");
  await awa.put(`/api/conversations/${group}`, { title: "Sans lui" });
  await awa.say(aside, "ailleurs");
  await socket.hears("membership", "that he is out", (frame) =>
    frame.conversationId === group && frame.person.id === yao.id && frame.standing === "removed");
  await socket.hears("message", "of the other conversation, and nothing of the group before it", (frame) =>
    frame.message.conversationId === aside && frame.message.text === "ailleurs");
  await yao.get(`/api/conversations/${group}`, 404);
  ok("who is removed from a group hears that, and of the group nothing more");
}

async function leaving(koffi, socket) {
  const renewed = await call(200, "POST", "/api/refresh-token", { body: { refreshToken: koffi.refreshToken } });
  await socket.granted({ type: "auth", token: renewed.accessToken }, 204);
  koffi.token = renewed.accessToken;
  ok("auth with a newer token of the same session: the socket lives as long as that");

  const asked = Date.now();
  await koffi.post("/api/sign-out", {}, 204);
  await socket.ends(4401, "because he signed out");
  const took = Date.now() - asked;
  check(took < 1_000, "the end within a second of signing out", `${took} ms`);
  await koffi.post("/api/realtime/tickets", {}, 401);
  ok(`who signs out has their socket ended with 4401, here within ${took} ms, and gets no ticket any more`);
}

try {
  await tour();
  ok("that was the tour");
} catch (error) {
  console.error(error instanceof Wrong ? `not ok\n${error.message}` : error);
  process.exitCode = 1;
} finally {
  for (const socket of sockets) socket.stream.terminate();
}
