// Loaded before a server under test: the process is killed, as power loss would, at the nth passing of a point.
// FAILPOINT=before-commit:17; the points lie in the libraries that commit and send, so that the program as it is
// shipped holds nothing of this.
import Database from "libsql";
import { WebSocket } from "ws";

/** As it is before it is watched. */
const methodOf = (prototype, name) => prototype[name];

const [wanted = "", nth = "0"] = (process.env.FAILPOINT ?? "").split(":");
let left = Number(nth);

const pass = (point) => {
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

/** An answer to a station begins with 3, a call to it with 2. */
const send = methodOf(WebSocket.prototype, "send");
WebSocket.prototype.send = function sendWatched(data, ...rest) {
  const kind = typeof data === "string" && data.startsWith("[3,") ? "answer" : "call";
  pass(`before-${kind}`);
  const result = send.call(this, data, ...rest);
  pass(`after-${kind}`);
  return result;
};
