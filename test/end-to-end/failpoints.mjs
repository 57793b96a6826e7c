// Loaded before a server under test: the process is killed, as power loss would, at the nth passing of a point.
// FAILPOINT=before-commit:17, before-answer.StopTransaction:3, after-call.SetChargingProfile:2; each point that is
// passed for the first time is written to FAILPOINTS_PASSED. The points lie in the libraries that commit and send, so that the program as it is
// shipped holds nothing of this.
import { appendFileSync } from "node:fs";
import Database from "libsql";
import { WebSocket } from "ws";

/** As it is before it is watched. */
const methodOf = (prototype, name) => prototype[name];

const [wanted = "", nth = "0"] = (process.env.FAILPOINT ?? "").split(":");
let left = Number(nth);

const passed = new Set();
const note = (point) => {
  if (passed.has(point)) return;
  passed.add(point);
  if (process.env.FAILPOINTS_PASSED) appendFileSync(process.env.FAILPOINTS_PASSED, `${point}\n`);
};

const pass = (point) => {
  note(point);
  if (point !== wanted) return;
  left -= 1;
  if (left <= 0) process.kill(process.pid, "SIGKILL");
};

/** Wraps the statement that commits. */
const prepare = methodOf(Database.prototype, "prepare");
Database.prototype.prepare = function prepareWatched(text) {
  const statement = prepare.call(this, text);
  if (!/^\s*commit/i.test(text)) return statement;
  for (const method of ["run", "all", "iterate"]) {
    const original = statement[method];
    statement[method] = (...args) => {
      pass("before-commit");
      const result = original.apply(statement, args);
      pass("after-commit");
      return result;
    };
  }
  return statement;
};

/** What each call of a station was, by its id, until it is answered. */
const asked = new WeakMap();
const parsed = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return [];
  }
};
const emit = methodOf(WebSocket.prototype, "emit");
WebSocket.prototype.emit = function emitWatched(event, ...args) {
  if (event === "message") {
    const [type, id, action] = parsed(String(args[0]));
    if (!asked.has(this)) asked.set(this, new Map());
    if (type === 2) asked.get(this).set(id, action);
  }
  return emit.call(this, event, ...args);
};

/** `answer.StopTransaction`, `call.SetChargingProfile`: an answer to a station begins with 3, a call to it with 2. */
const kindOf = (socket, data) => {
  const [type, id, action] = parsed(String(data));
  if (type === 2) return `call.${action}`;
  const of = asked.get(socket)?.get(id) ?? "unknown";
  asked.get(socket)?.delete(id);
  return `answer.${of}`;
};
const send = methodOf(WebSocket.prototype, "send");
WebSocket.prototype.send = function sendWatched(data, ...rest) {
  const kind = kindOf(this, data);
  pass(`before-${kind}`);
  const result = send.call(this, data, ...rest);
  pass(`after-${kind}`);
  return result;
};
