import { connect } from "node:net";
import { WebSocket } from "ws";
import { PASSWORD } from "../ocpp/harness.js";
import { basic } from "../ocpp/raw.js";
import { createAnswerCheck } from "./answers.js";
import type { Attack } from "./attack.js";

/** How long a peer waits for a server that says nothing, ms; it hangs up then, which is no fault. */
const PATIENCE_MS = 300;

const sendBytes = (port: number, bytes: Buffer): Promise<void> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => void socket.end(bytes));
    socket.setTimeout(PATIENCE_MS, () => socket.destroy());
    socket.on("data", () => socket.destroy());
    socket.on("error", () => undefined);
    socket.on("close", () => resolve());
  });

const upgrade = (
  port: number,
  { path: target, headers }: Extract<Attack, { kind: "upgrade" }>,
): Promise<void> => {
  const lines = [
    `GET ${target} HTTP/1.1`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  return sendBytes(port, Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"));
};

/** The last of an attack's messages, answered after all that came before it. */
const LAST = JSON.stringify([2, "the-last", "Heartbeat", {}]);

/** Sends the texts; what is wrong with how they are answered, or null. */
const sendFrames = (
  port: number,
  { version, texts }: Extract<Attack, { kind: "frames" }>,
  answerWithinMs: number,
): Promise<string | null> =>
  new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ocpp/FUZZ`, [`ocpp${version}`], {
      headers: { Authorization: basic("FUZZ", PASSWORD) },
    });
    const check = createAnswerCheck(version);
    let found: string | null = null;
    const patience = setTimeout(() => {
      found ??= "neither answered nor hung up on";
      socket.terminate();
    }, answerWithinMs);
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearTimeout(patience);
      resolve(found);
    });
    socket.on("open", () => {
      for (const text of [...texts, LAST]) {
        check.asked(text);
        socket.send(text);
      }
    });
    socket.on("message", (data: Buffer) => {
      found ??= check.heard(data.toString("utf8"));
      if (data.includes("the-last")) socket.terminate();
    });
  });

/** Does it to the server at a port; what is wrong with its answers, or null. */
export const commit = async (
  port: number,
  attack: Attack,
  answerWithinMs: number,
): Promise<string | null> => {
  if (attack.kind === "frames") return sendFrames(port, attack, answerWithinMs);
  if (attack.kind === "upgrade") await upgrade(port, attack);
  else await sendBytes(port, Buffer.from(attack.base64, "base64"));
  return null;
};
