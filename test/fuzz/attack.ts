import { connect } from "node:net";
import { fc } from "@fast-check/vitest";
import type { OcppVersion } from "../../src/domain/fleet.js";
import { WebSocket } from "ws";
import { openStage, PASSWORD, type Stage } from "../ocpp/harness.js";
import { basic } from "../ocpp/raw.js";

/** Something that a peer may send: texts over an open websocket, or bytes to the port. Plain data, for the corpus. */
export type Attack =
  | { readonly kind: "frames"; readonly version: OcppVersion; readonly texts: readonly string[] }
  | {
      readonly kind: "upgrade";
      readonly path: string;
      readonly headers: readonly (readonly [string, string])[];
    }
  | { readonly kind: "bytes"; readonly base64: string };

const ACTIONS = [
  "BootNotification",
  "Heartbeat",
  "StartTransaction",
  "TransactionEvent",
  "MeterValues",
  "StatusNotification",
  "DataTransfer",
  "NotifyReport",
  "FirmwareStatusNotification",
  "constructor",
  "__proto__",
  "",
];

const json = fc.jsonValue({ maxDepth: 4 });
const frame = fc.oneof(
  fc
    .tuple(fc.constant(2), fc.string(), fc.constantFrom(...ACTIONS), json)
    .map((each) => JSON.stringify(each)),
  fc
    .tuple(fc.constantFrom(2, 3, 4, 5, 6, 7, "2", null), json, json, json, json)
    .map((each) => JSON.stringify(each)),
  json.map((each) => JSON.stringify(each)),
  fc.string({ unit: "binary", maxLength: 200 }),
  fc
    .tuple(fc.constantFrom(...ACTIONS), fc.integer({ min: 1, max: 3_000 }))
    .map(([action, depth]) => `[2,"d","${action}",{"a":${"[".repeat(depth)}${"]".repeat(depth)}}]`),
  fc
    .tuple(fc.constantFrom(...ACTIONS), fc.integer({ min: 0, max: 60 }))
    .map(([action, cut]) => `[2,"c","${action}",{"timestamp":"2026-01-01T00:00:00Z"}]`.slice(0, cut)),
);

const VERSIONS = ["1.6", "2.0.1", "2.1"] as const;

const path = fc
  .tuple(
    fc.constantFrom("/ocpp/", "/ocpp", "/", "//ocpp//", "/files/upload/", "/api/v1/stations/"),
    fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.constantFrom("%", "%00", "%ff%fe", "..%2f..", "a:b", "a".repeat(9_000), "%e0%80%af", "?x#y"),
    ),
  )
  // What Node's own client refuses to send is sent as bytes instead.
  .map(([head, tail]) => (head + tail).replaceAll(/[^\x21-\x7e]/g, "%"));

const header = fc.tuple(
  fc.constantFrom(
    "authorization",
    "sec-websocket-protocol",
    "sec-websocket-extensions",
    "sec-websocket-version",
    "origin",
    "host",
    "x-forwarded-for",
  ),
  fc.oneof(
    fc.string({ maxLength: 80 }).map((text) => text.replaceAll(/[^\x20-\x7e]/g, "?")),
    fc.constantFrom("Basic", "Basic ====", "Basic Og==", "ocpp1.6,ocpp1.6,,", "permessage-deflate; x=", "-1"),
  ),
);

export const attacks: fc.Arbitrary<Attack> = fc.oneof(
  fc.record({
    kind: fc.constant("frames" as const),
    version: fc.constantFrom(...VERSIONS),
    texts: fc.array(frame, { minLength: 1, maxLength: 6 }),
  }),
  fc.record({ kind: fc.constant("upgrade" as const), path, headers: fc.array(header, { maxLength: 4 }) }),
  fc
    .uint8Array({ maxLength: 300 })
    .map((bytes) => ({ kind: "bytes" as const, base64: Buffer.from(bytes).toString("base64") })),
);

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

/** Schemas are compiled at their first use. */
const ANSWER_WITHIN_MS = 30_000;
/** The last of an attack's messages, answered after all that came before it. */
const LAST = JSON.stringify([2, "the-last", "Heartbeat", {}]);

/** Sends the texts; what is wrong then, seen while the connection lives, or null. */
const sendFrames = (
  stage: Stage,
  { version, texts }: Extract<Attack, { kind: "frames" }>,
): Promise<string | null> =>
  new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${stage.port}/ocpp/FUZZ`, [`ocpp${version}`], {
      headers: { Authorization: basic("FUZZ", PASSWORD) },
    });
    let found: string | null = null;
    const leave = (): void => {
      found = faultIn(stage);
      socket.terminate();
    };
    const patience = setTimeout(() => {
      leave();
      found ??= "neither answered nor hung up on";
    }, ANSWER_WITHIN_MS);
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearTimeout(patience);
      resolve(found);
    });
    socket.on("open", () => {
      for (const text of [...texts, LAST]) socket.send(text);
    });
    socket.on("message", (data: Buffer) => {
      if (data.includes("the-last")) leave();
    });
  });

export interface Target {
  readonly stage: Stage;
  /** Sends it, and looks whether another station is still answered; what is wrong, or null. */
  readonly attack: (attack: Attack) => Promise<string | null>;
  readonly close: () => Promise<void>;
}

const faultIn = ({ lines, central }: Stage): string | null => {
  const failed = lines.find(({ level }) => level === "error");
  if (failed !== undefined) return `${failed.message} ${JSON.stringify(failed.fields)}`;
  const counted = central.connections().find(({ counters }) => "fault" in counters);
  return counted === undefined ? null : `a fault of ours at ${JSON.stringify(counted.counters)}`;
};

/** A listening central system, with a station beside the attacker that must not notice anything. */
export const openTarget = async (): Promise<Target> => {
  const stage = await openStage({ settings: { messageLogBytes: 1_000_000 } });
  const witness = await stage.connect("WITNESS", "2.0.1");
  return {
    stage,
    attack: async (attack) => {
      if (attack.kind === "bytes") await sendBytes(stage.port, Buffer.from(attack.base64, "base64"));
      if (attack.kind === "upgrade") await upgrade(stage.port, attack);
      const found = attack.kind === "frames" ? await sendFrames(stage, attack) : null;
      if (found !== null) return found;
      const answer: unknown = await witness.call("Heartbeat", {});
      if (typeof answer !== "object" || answer === null || !("currentTime" in answer))
        return "another station is not answered";
      return faultIn(stage);
    },
    close: () => stage.close(),
  };
};
