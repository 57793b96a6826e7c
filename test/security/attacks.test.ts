/**
 * Known attacks on central systems, each by its name, over plain and TLS sockets. What is not shown here is in
 * test/ocpp/faults.test.ts: malformed URLs, huge frames, slow readers, floods.
 */
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { createMemoryLedger } from "../../src/ports/ledger-memory.js";
import { PASSWORD, until } from "../ocpp/harness.js";
import { basic, upgradeStatus } from "../ocpp/raw.js";
import { papersOf } from "./papers.js";
import { openTlsStage, type TlsStage } from "./stage.js";

let tls: TlsStage;
afterEach(() => tls.close());

interface Peer {
  readonly socket: WebSocket;
  readonly heard: string[];
  readonly closed: Promise<number>;
}

const peer = (identity: string, options: { protocol?: string; plain?: boolean } = {}): Promise<Peer> => {
  const { protocol = "ocpp1.6", plain = false } = options;
  const url = plain
    ? `ws://127.0.0.1:${tls.stage.port}/ocpp/${identity}`
    : `wss://127.0.0.1:${tls.listener.port()}/ocpp/${identity}`;
  const socket = new WebSocket(url, [protocol], {
    ca: tls.trust.root.cert,
    headers: { Authorization: basic(identity) },
  });
  const heard: string[] = [];
  socket.on("message", (data: Buffer) => void heard.push(data.toString("utf8")));
  return new Promise((resolve, reject) => {
    socket.on("error", reject);
    const closed = new Promise<number>((done) => socket.on("close", (code) => done(code)));
    socket.on("open", () => resolve({ socket, heard, closed }));
  });
};
const stations = { CP1: { profile: 2 as const }, CP2: { profile: 2 as const } };
const say = ({ socket }: Peer, id: string, action: string, payload: object): void =>
  socket.send(JSON.stringify([2, id, action, payload]));

describe("no authentication on the socket (CVE-2026-22552, -24731, -26288)", () => {
  it.each(["ocpp1.6", "ocpp2.0.1", "ocpp2.1"])(
    "%s: whoever proves nothing is never heard",
    async (protocol) => {
      tls = await openTlsStage({ stations });
      expect(await tls.knock("CP1", { password: null, protocol })).toBe(401);
      expect((await upgradeStatus(tls.stage.port, "/ocpp/CP1", { protocol })).status).toBe(401);
      // Without profile 0 stated, no network is open, not even this one.
      expect((await upgradeStatus(tls.stage.port, "/ocpp/CP9", { protocol })).status).toBe(401);
      expect(tls.stage.gateway.reports).toEqual([]);
      expect(tls.stage.gateway.records).toEqual([]);
    },
  );
});

describe("unlimited attempts (CVE-2026-24445)", () => {
  it("over TLS as over ws, with passwords as with certificates: 429 after ten", async () => {
    tls = await openTlsStage({ stations });
    const papers = await papersOf(tls.trust.root, { commonName: "another" });
    for (let turn = 0; turn < 5; turn += 1) {
      expect(await tls.knock("CP1", { password: `guess ${turn}` })).toBe(401);
      expect(await tls.knock("CP1", { password: null, papers })).toBe(401);
    }
    expect(await tls.knock("CP1")).toBe(429);
    expect((await upgradeStatus(tls.stage.port, "/ocpp/CP1", { authorization: basic("CP1") })).status).toBe(
      429,
    );
    expect(await tls.knock("CP2")).toBe(101);
  });
});

describe("hijack by a second connection with the same identity", () => {
  it("who does not prove the identity replaces nobody, by whatever way", async () => {
    tls = await openTlsStage({ stations });
    const owner = await peer("CP1");
    expect(await tls.knock("CP1", { password: "guess" })).toBe(401);
    expect(await tls.knock("CP1", { password: null })).toBe(401);
    // The right password over a weaker way is another profile.
    expect((await upgradeStatus(tls.stage.port, "/ocpp/CP1", { authorization: basic("CP1") })).status).toBe(
      401,
    );
    say(owner, "h", "Heartbeat", {});
    await until(() => owner.heard.length === 1);
    expect(tls.stage.central.connections()).toMatchObject([{ stationId: "CP1", profile: 2 }]);
  });

  it("who proves it is the station: the newest holds the identity alone, and the log has both", async () => {
    tls = await openTlsStage({ stations });
    const older = await peer("CP1");
    const newer = await peer("CP1");
    expect(await older.closed).toBe(4001);
    say(newer, "h", "Heartbeat", {});
    await until(() => newer.heard.length === 1);
    expect(older.heard).toEqual([]);
    const connected = tls.stage.lines.filter(({ message }) => message === "a station connected");
    expect(connected.map(({ fields }) => fields["profile"])).toEqual([2, 2]);
  });

  it("one station's certificate is not another's identity", async () => {
    tls = await openTlsStage({
      stations: { CP1: { profile: 3, password: null }, CP2: { profile: 3, password: null } },
    });
    const papers = await papersOf(tls.trust.root, { commonName: "CP2" });
    expect(await tls.knock("CP1", { password: null, papers })).toBe(401);
    expect(await tls.knock("CP2", { password: null, papers })).toBe(101);
  });

  it("one station's password is not another's identity", async () => {
    tls = await openTlsStage({ stations: { CP1: { password: "the first password" }, CP2: {} } });
    expect(await tls.knock("CP1", { password: PASSWORD })).toBe(401);
    expect(await tls.knock("CP2", { password: "the first password" })).toBe(401);
  });
});

describe("stopping another station's transaction", () => {
  const timestamp = "2026-01-01T00:00:00Z";
  const start = { connectorId: 1, idTag: "T", meterStart: 0, timestamp };

  it("a foreign id stops nothing: the transaction goes on, and what was said is kept aside", async () => {
    tls = await openTlsStage({ stations });
    const ledger = createMemoryLedger();
    const { gateway } = tls.stage;
    gateway.record = (event) => ledger.record(event);
    const [victim, thief] = [await peer("CP1"), await peer("CP2")];
    say(victim, "s", "StartTransaction", start);
    await until(() => victim.heard.length === 1);
    const { transactionId } = JSON.parse(victim.heard[0]!)[2];
    say(thief, "x", "StopTransaction", { transactionId, meterStop: 9, timestamp });
    await until(() => thief.heard.length === 1);
    expect(JSON.parse(thief.heard[0]!)).toEqual([3, "x", {}]);
    expect(await ledger.openSessions()).toMatchObject([
      { stationId: "CP1", transactionId: String(transactionId), endedMs: null },
    ]);
    expect(await ledger.quarantined()).toMatchObject([{ stationId: "CP2" }]);
  });

  it("nor does one of 2.x, where stations choose the ids themselves", async () => {
    tls = await openTlsStage({ stations });
    const ledger = createMemoryLedger();
    tls.stage.gateway.record = (event) => ledger.record(event);
    const [victim, thief] = [
      await peer("CP1", { protocol: "ocpp2.1" }),
      await peer("CP2", { protocol: "ocpp2.1" }),
    ];
    const event = (eventType: string, seqNo: number) => ({
      eventType,
      timestamp,
      triggerReason: eventType === "Started" ? "CablePluggedIn" : "EVDeparted",
      seqNo,
      transactionInfo: { transactionId: "mine" },
      evse: { id: 1, connectorId: 1 },
    });
    say(victim, "s", "TransactionEvent", event("Started", 0));
    await until(() => victim.heard.length === 1);
    say(thief, "x", "TransactionEvent", event("Ended", 1));
    await until(() => thief.heard.length === 1);
    expect(await ledger.openSessions()).toMatchObject([{ stationId: "CP1", transactionId: "mine" }]);
  });
});

describe("secrets", () => {
  it("no password and no Authorization header ever stands in the log, whether it was right or wrong", async () => {
    tls = await openTlsStage({ stations: { ...stations, CP3: { profile: 1 } } });
    const guess = "a guess of thirty-two characters";
    await tls.knock("CP1");
    await tls.knock("CP1", { password: guess });
    await upgradeStatus(tls.stage.port, "/ocpp/CP3", { authorization: basic("CP3", guess) });
    await until(
      () => tls.stage.lines.filter(({ message }) => message === "a connection was refused").length === 2,
    );
    const shown = JSON.stringify(tls.stage.lines);
    for (const secret of [PASSWORD, guess, basic("CP1"), basic("CP1", guess), basic("CP3", guess)])
      expect(shown).not.toContain(secret);
  });

  it("a password in the URL is neither taken nor kept", async () => {
    tls = await openTlsStage({ stations });
    expect(await tls.knock(`CP1?password=${PASSWORD}`, { password: null })).toBe(401);
    expect(await tls.knock(`CP1:${PASSWORD}`, { password: null })).toBe(400);
    await until(
      () => tls.stage.lines.filter(({ message }) => message === "a connection was refused").length === 2,
    );
    expect(JSON.stringify(tls.stage.lines)).not.toContain(PASSWORD);
  });
});
