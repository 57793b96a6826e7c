import { afterEach, describe, expect, it } from "vitest";
import { answering, openStage, PASSWORD, type Stage, until } from "./harness.js";
import { basic, rawStation, rawStatus, upgradeStatus } from "./raw.js";

/** One test or more for each row of the list of faults that a server on `ocpp-rpc` alone would have. */
let stage: Stage;
afterEach(() => stage.close());

const reset = { kind: "remote-stop", transactionId: "7" } as const;
const heartbeat = (id: string): string => JSON.stringify([2, id, "Heartbeat", {}]);

describe("fault: strict mode is broken for ocpp2.1, every call gets ProtocolError", () => {
  it("a strict 2.1 station is answered, and refused only what breaks the schema", async () => {
    stage = await openStage();
    const client = await stage.connect("CP1", "2.1");
    expect(await client.call("Heartbeat", {})).toHaveProperty("currentTime");
    const raw = await rawStation(stage.port, "CP2", "ocpp2.1");
    raw.socket.send(JSON.stringify([2, "a", "StatusNotification", { evseId: 1 }]));
    await until(() => raw.heard.length === 1);
    expect(JSON.parse(raw.heard[0] ?? "")).toMatchObject(
      [4, "a", "OccurrenceConstraintViolation", {}, {}].slice(0, 3).concat([expect.any(String), {}]),
    );
  });
});

describe("fault: only message types 2, 3 and 4", () => {
  it("OCPP 2.1's SEND and CALLRESULTERROR are taken and the connection goes on", async () => {
    stage = await openStage();
    const raw = await rawStation(stage.port, "CP1", "ocpp2.1");
    const data = [{ t: 0, v: "1" }];
    const stream = { id: 1, pending: 0, basetime: "2026-01-01T00:00:00Z", data };
    raw.socket.send(JSON.stringify([6, "s", "NotifyPeriodicEventStream", stream]));
    raw.socket.send(JSON.stringify([5, "y1", "FormatViolation", "no", {}]));
    raw.socket.send(heartbeat("h"));
    await until(() => raw.heard.length > 0);
    expect(raw.heard).toHaveLength(1);
    expect(JSON.parse(raw.heard[0] ?? "")).toMatchObject([3, "h", { currentTime: expect.any(String) }]);
    expect(stage.central.connections()[0]?.counters).toEqual({ "result-error": 1 });
  });
});

const head = (more: string): string =>
  `GET /ocpp/CP1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: ocpp1.6\r\nAuthorization: ${basic("CP1")}\r\n${more}\r\n\r\n`;

describe("fault: a malformed percent escape in the path ends the process", () => {
  it.each([
    ["/ocpp/%E0%A4%A", 400],
    ["/ocpp/%", 400],
    ["/ocpp/%zz", 400],
    ["/ocpp/a%00b", 400],
    ["/ocpp/a:b", 400],
    [`/ocpp/${"x".repeat(49)}`, 400],
    ["/ocpp/a/b", 400],
    ["/ocpp/%C3%A9", 400],
    ["/ocpp/", 404],
    ["/ocpp//", 404],
    ["/other/CP1", 404],
    ["/", 404],
  ])("%s gets %i, and the next station is served", async (path, status) => {
    stage = await openStage();
    expect((await upgradeStatus(stage.port, path, { authorization: basic("CP1") })).status).toBe(status);
    const good = await upgradeStatus(stage.port, "/ocpp/CP1/", { authorization: basic("CP1") });
    expect(good.status).toBe(101);
  });

  it("a broken handshake is refused and the next station is served", async () => {
    stage = await openStage();
    expect(await rawStatus(stage.port, head("Sec-WebSocket-Version: 13"))).toContain("400");
    expect(await rawStatus(stage.port, head("Sec-WebSocket-Version: 99\r\nSec-WebSocket-Key: x"))).toContain(
      "400",
    );
    expect((await upgradeStatus(stage.port, "/ocpp/CP1", { authorization: basic("CP1") })).status).toBe(101);
  });
});

describe("fault: a call that rejects when the peer disconnects ends the process", () => {
  it("it resolves as not answered, what still waited as offline, and nothing is left over", async () => {
    stage = await openStage();
    const raw = await rawStation(stage.port, "CP1");
    const outcomes = [stage.central.link.send("CP1", reset), stage.central.link.send("CP1", reset)];
    await until(() => raw.heard.length === 1);
    raw.socket.terminate();
    expect(await Promise.all(outcomes)).toMatchObject([{ status: "timeout" }, { status: "offline" }]);
    await until(() => stage.central.connections().length === 0);
    expect(await stage.central.link.send("CP1", reset)).toMatchObject({ status: "offline" });
    expect(stage.central.idle()).toBe(true);
    expect(stage.gateway.kinds()).toEqual(["connected", "disconnected"]);
  });
});

describe("fault: two live connections of one identity", () => {
  it("the newest wins and the old one's close does not unregister it", async () => {
    stage = await openStage();
    const older = await rawStation(stage.port, "CP1");
    const newer = await rawStation(stage.port, "CP1");
    expect(await older.closed).toBe(4001);
    await until(() => stage.central.connections().length === 1);
    const outcome = stage.central.link.send("CP1", reset);
    await until(() => newer.heard.length === 1);
    expect(older.heard).toEqual([]);
    newer.socket.send(JSON.stringify([3, JSON.parse(newer.heard[0] ?? "")[1], { status: "Accepted" }]));
    expect(await outcome).toEqual({ status: "accepted" });
    expect(stage.gateway.kinds()).toEqual(["connected", "connected"]);
    newer.socket.close();
    await until(() => stage.gateway.kinds().includes("disconnected"));
    expect(stage.central.connections()).toEqual([]);
  });

  it("a wrong password does not replace the live connection", async () => {
    stage = await openStage();
    const owner = await rawStation(stage.port, "CP1");
    const thief = await upgradeStatus(stage.port, "/ocpp/CP1", { authorization: basic("CP1", "guess") });
    expect(thief.status).toBe(401);
    owner.socket.send(heartbeat("h"));
    await until(() => owner.heard.length === 1);
  });

  it("connections that replace each other again and again raise an alarm", async () => {
    stage = await openStage();
    for (let turn = 0; turn < 7; turn += 1) await rawStation(stage.port, "CP1");
    expect(
      stage.lines.some(({ level, message }) => level === "error" && message.includes("again and again")),
    ).toBe(true);
  });
});

describe("fault: no or an unsupported subprotocol is accepted and then not validated", () => {
  it.each([
    [null, 400],
    ["", 400],
    ["ocpp1.5", 400],
    ["ocpp3", 400],
    ["constructor", 400],
    ["ocpp1.5, ocpp2.0.1", 101],
    ["ocpp2.1", 101],
  ])("%s gets %i", async (protocol, status) => {
    stage = await openStage();
    const answer = await upgradeStatus(stage.port, "/ocpp/CP1", { protocol, authorization: basic("CP1") });
    expect(answer.status).toBe(status);
  });
});

describe("fault: replies to pipelined calls come out of order", () => {
  it("fifty pipelined messages, some slow to store, are answered in their order", async () => {
    stage = await openStage();
    stage.gateway.delay = () => new Promise((resolve) => setTimeout(resolve, 5));
    const raw = await rawStation(stage.port, "CP1");
    const start = { connectorId: 1, idTag: "T", meterStart: 0, timestamp: "2026-01-01T00:00:00Z" };
    for (let index = 0; index < 50; index += 1)
      raw.socket.send(
        index % 5 ? heartbeat(`m${index}`) : JSON.stringify([2, `m${index}`, "StartTransaction", start]),
      );
    await until(() => raw.heard.length === 50);
    expect(raw.heard.map((text) => JSON.parse(text)[1])).toEqual(
      Array.from({ length: 50 }, (_, index) => `m${index}`),
    );
  });
});

describe("fault: messages of 90 MB are accepted and echoed in the error", () => {
  it("more than maxPayload closes the connection, 1009, without an answer", async () => {
    stage = await openStage();
    const raw = await rawStation(stage.port, "CP1");
    raw.socket.send(`[2,"a","Heartbeat",{"x":"${"x".repeat(140 * 1024)}"}]`);
    expect(await raw.closed).toBe(1009);
    expect(raw.heard).toEqual([]);
    await until(() => stage.central.connections().length === 0);
  });

  it("an error repeats nothing of what it answers", async () => {
    stage = await openStage();
    const raw = await rawStation(stage.port, "CP1");
    const secret = "s3cret".repeat(1_000);
    raw.socket.send(JSON.stringify([2, "a", "BootNotification", { chargePointVendor: { x: secret } }]));
    raw.socket.send(JSON.stringify([2, "b", "S3cret".repeat(10), { secret }]));
    raw.socket.send(JSON.stringify([2, "c", "SetChargingProfile", { secret }]));
    await until(() => raw.heard.length === 3);
    const codes = raw.heard.map((text) => JSON.parse(text).slice(0, 3));
    expect(codes).toEqual([
      [4, "a", "OccurenceConstraintViolation"],
      [4, "b", "NotImplemented"],
      [4, "c", expect.stringMatching(/NotSupported|OccurenceConstraintViolation/)],
    ]);
    expect(raw.heard.join("").toLowerCase()).not.toContain("s3cret");
    expect(raw.heard.every((text) => text.length < 400)).toBe(true);
  });
});

describe("fault: unlimited bad messages, an unbounded buffer to a slow reader, a silent peer blocks its queue", () => {
  it("a flood of bad messages closes the connection, 1008", async () => {
    stage = await openStage({ settings: { maxBadMessages: 10 } });
    const raw = await rawStation(stage.port, "CP1");
    for (let index = 0; index < 200; index += 1) raw.socket.send("{");
    expect(await raw.closed).toBe(1008);
  });

  it("a flood of good messages is slowed down, and all of them are answered", async () => {
    stage = await openStage({ settings: { messageBurst: 20, messagesPerSecond: 1_000 } });
    const raw = await rawStation(stage.port, "CP1");
    for (let index = 0; index < 200; index += 1) raw.socket.send(heartbeat(`m${index}`));
    await until(() => raw.heard.length === 200);
    expect(stage.central.connections()[0]?.counters.throttled).toBeGreaterThan(0);
  });

  it("a slow reader is cut off when too much piles up", async () => {
    stage = await openStage({
      settings: { maxBufferedBytes: 20_000, messageBurst: 100_000, maxInboundQueue: 100_000 },
    });
    const raw = await rawStation(stage.port, "CP1");
    raw.socket.pause();
    const boot = JSON.stringify([2, "x".repeat(100), "DataTransfer", { vendorId: "v" }]);
    for (let index = 0; index < 60_000; index += 1) raw.socket.send(boot);
    await until(() => stage.central.connections().length === 0);
    expect(stage.lines.at(-1)).toMatchObject({ fields: { why: "the station does not read" } });
    raw.socket.terminate();
  });

  it("a silent peer: calls time out by their deadline, its messages are answered meanwhile", async () => {
    stage = await openStage({ settings: { callTimeoutMs: 60 } });
    const raw = await rawStation(stage.port, "CP1");
    const outcomes = Array.from({ length: 5 }, () => stage.central.link.send("CP1", reset));
    raw.socket.send(heartbeat("h"));
    await until(() => raw.heard.some((text) => text.startsWith('[3,"h"')));
    expect((await Promise.all(outcomes)).map((outcome) => outcome.status)).toEqual(Array(5).fill("timeout"));
    await until(() => stage.central.idle());
  });
});

describe("fault: strict inbound validation refuses real stations", () => {
  it("numeric values, an empty phase, extra fields and a long idTag are taken and counted", async () => {
    stage = await openStage();
    const raw = await rawStation(stage.port, "CP1");
    const sampledValue = [
      { value: 7_000, measurand: "Power.Active.Import", phase: "", unit: "W", vendor: 1 },
    ];
    const meterValue = [{ timestamp: "2026-01-01T00:00:00+02", sampledValue }];
    raw.socket.send(JSON.stringify([2, "a", "MeterValues", { connectorId: "1", meterValue }]));
    raw.socket.send(JSON.stringify([2, "b", "Authorize", { idTag: "x".repeat(40) }]));
    await until(() => raw.heard.length === 2);
    expect(raw.heard.map((text) => JSON.parse(text).slice(0, 2))).toEqual([
      [3, "a"],
      [3, "b"],
    ]);
    expect(stage.gateway.reports.at(-1)).toMatchObject({
      kind: "sampled",
      evseId: 1,
      sample: { powerKw: 7 },
    });
    expect(stage.central.connections()[0]?.counters).toEqual({ repaired: 2 });
  });
});

describe("a reconnect storm", () => {
  it("more handshakes than may be get 503 and Retry-After", async () => {
    const gates: (() => void)[] = [];
    const gate = new Promise<void>((resolve) => {
      gates.push(resolve);
    });
    stage = await openStage({
      settings: { maxHandshakes: 2 },
      registry: { authenticate: () => gate.then(() => true) },
    });
    const waiting = [1, 2].map((index) =>
      upgradeStatus(stage.port, `/ocpp/CP${index}`, { authorization: basic(`CP${index}`) }),
    );
    await until(() => !stage.central.idle());
    const refused = await upgradeStatus(stage.port, "/ocpp/CP3", { authorization: basic("CP3") });
    expect(refused).toMatchObject({
      status: 503,
      headers: { "retry-after": expect.stringMatching(/^[1-9]\d*$/) },
    });
    gates[0]?.();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([101, 101]);
  });
});

describe("authentication", () => {
  it.each([
    ["no password", null],
    ["a wrong password", basic("CP1", "wrong")],
    ["another's name", basic("CP2")],
    ["no colon", `Basic ${Buffer.from("CP1").toString("base64")}`],
    ["not Basic", "Bearer x"],
  ])("%s gets 401, and the registry is asked all the same", async (_, authorization) => {
    const asked: string[] = [];
    stage = await openStage({
      registry: {
        authenticate: (identity, password) => {
          asked.push(identity);
          return Promise.resolve(password?.toString() === PASSWORD);
        },
      },
    });
    const answer = await upgradeStatus(stage.port, "/ocpp/CP1", { authorization });
    expect(answer).toMatchObject({
      status: 401,
      headers: { "www-authenticate": expect.stringContaining("Basic") },
    });
    // By the name that it fits and by the very one that it tells.
    expect(asked).toEqual(["CP1", "CP1"]);
    expect(stage.gateway.reports).toEqual([]);
  });

  it("attempts are bounded: 429, even with the right password, and other stations are served", async () => {
    stage = await openStage({ settings: { maxFailuresPerIdentity: 3 } });
    const attempt = (identity: string, password?: string) =>
      upgradeStatus(stage.port, `/ocpp/${identity}`, { authorization: basic(identity, password) });
    for (let turn = 0; turn < 3; turn += 1) expect((await attempt("CP1", "guess")).status).toBe(401);
    expect((await attempt("CP1")).status).toBe(429);
    expect((await attempt("CP2")).status).toBe(101);
  });

  it("forty stations with wrong passwords behind one address keep no other out", async () => {
    stage = await openStage();
    const attempt = (identity: string, password?: string) =>
      upgradeStatus(stage.port, `/ocpp/${identity}`, { authorization: basic(identity, password) });
    const strangers = Array.from({ length: 40 }, (_, index) => `CP-wrong-${index}`);
    for (let turn = 0; turn < 11; turn += 1) {
      const answers = await Promise.all(strangers.map((identity) => attempt(identity, "guess")));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([turn < 10 ? 401 : 429]));
    }
    expect((await attempt("CP-right")).status).toBe(101);
  });

  it("a flood from one address is bounded all the same", async () => {
    stage = await openStage({ settings: { maxFailuresPerAddress: 5 } });
    for (let turn = 0; turn < 5; turn += 1)
      await upgradeStatus(stage.port, `/ocpp/CP${turn}`, { authorization: basic(`CP${turn}`, "guess") });
    expect((await upgradeStatus(stage.port, "/ocpp/CP9", { authorization: basic("CP9") })).status).toBe(429);
  });

  it("a registry that fails gets 500, and the process goes on", async () => {
    stage = await openStage({ registry: { authenticate: () => Promise.reject(new Error("disk")) } });
    expect((await upgradeStatus(stage.port, "/ocpp/CP1", { authorization: basic("CP1") })).status).toBe(500);
    expect(stage.central.idle()).toBe(true);
  });
});

describe("a transaction message survives the store's failure", () => {
  it("InternalError while the store fails, then the same answer however often it is sent", async () => {
    stage = await openStage();
    const client = await stage.connect("CP1", "1.6");
    answering(client, {});
    const start = { connectorId: 1, idTag: "TAG", meterStart: 0, timestamp: "2026-01-01T00:00:00Z" };
    stage.gateway.failing = true;
    await expect(client.call("StartTransaction", start)).rejects.toMatchObject({
      rpcErrorCode: "InternalError",
    });
    stage.gateway.failing = false;
    const first = await client.call("StartTransaction", start);
    expect(await client.call("StartTransaction", start)).toEqual(first);
    const again = await stage.connect("CP1", "1.6");
    expect(await again.call("StartTransaction", start)).toEqual(first);
    const stop = { transactionId: -1, meterStop: 5, timestamp: "2026-01-01T01:00:00Z" };
    expect(await again.call("StopTransaction", stop)).toEqual({});
    expect(await again.call("StopTransaction", stop)).toEqual({});
  });
});
