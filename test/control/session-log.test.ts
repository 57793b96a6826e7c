import { expect, it } from "vitest";
import type { TransactionEnded } from "../../src/domain/fleet.js";
import { MINUTE_MS } from "../../src/domain/units.js";
import { createMemoryLedger } from "../../src/ports/ledger-memory.js";
import { communityOf, stationOf } from "../fixtures/sites.js";
import { connect, flatPolicy, type Harness, harnessOf, plugIn } from "./harness.js";

const site = communityOf([stationOf("p1")]);

const end = ({ control, clock }: Harness, transactionId: string, change: Partial<TransactionEnded> = {}) =>
  control.record({
    kind: "transaction-ended",
    stationId: "p1",
    evseId: 1,
    atMs: clock.now(),
    transactionId,
    seqNo: 9,
    stationTimeMs: clock.now(),
    meterWh: 8_250,
    exportedWh: null,
    reason: "EVDisconnected",
    ...change,
  });

it("the log tells when a session begins, goes on after a restart and ends, once each, with its kWh", async () => {
  const ledger = createMemoryLedger();
  const first = await harnessOf(site, flatPolicy(3), { ledger });
  connect(first, "p1");
  const session = await plugIn(first, "p1");
  expect(first.log).toContainEqual({
    level: "info",
    fields: { stationId: "p1", evseId: 1, sessionId: session, authorized: true },
    message: "a session began",
  });
  const second = await harnessOf(site, flatPolicy(3), { ledger });
  await second.run(MINUTE_MS);
  await end(second, "tx-p1");
  await end(second, "tx-p1");
  const told = second.log.filter(({ message }) => message.startsWith("a session"));
  expect(told).toEqual([
    expect.objectContaining({ message: expect.stringMatching(/goes on/) }),
    {
      level: "info",
      fields: {
        stationId: "p1",
        evseId: 1,
        sessionId: session,
        importedKwh: 7.25,
        exportedKwh: 0,
        reason: "EVDisconnected",
      },
      message: "a session ended",
    },
  ]);
});

it("the log tells an end once: late messages have their own words, and only where they change what was said", async () => {
  const harness = await harnessOf(site, flatPolicy(3));
  connect(harness, "p1");
  const session = await plugIn(harness, "p1");
  const atMs = harness.clock.now();
  const late = (seqNo: number, stationTimeMs: number, importedWh: number) =>
    harness.control.record({
      kind: "transaction-updated",
      stationId: "p1",
      evseId: 1,
      atMs,
      transactionId: "tx-p1",
      seqNo,
      stationTimeMs,
      sample: { atMs: stationTimeMs, powerKw: 3, importedWh, exportedWh: null, socPercent: null },
    });
  await end(harness, "tx-p1", { meterWh: null });
  for (const seqNo of [3, 4]) await late(seqNo, atMs + seqNo * MINUTE_MS, 9_000);
  await late(1, atMs - MINUTE_MS, 3_000);
  await end(harness, "tx-p1");
  await end(harness, "tx-p1", { meterWh: null });
  await end(harness, "tx-unseen", { evseId: 1 });
  const told = harness.log.filter(({ message }) => message.startsWith("a session"));
  expect(told.map(({ message, fields }) => [message, fields])).toEqual([
    ["a session began", expect.objectContaining({ sessionId: session })],
    ["a session ended", expect.objectContaining({ sessionId: session, importedKwh: 0 })],
    ["a session that ended is corrected", expect.objectContaining({ sessionId: session, importedKwh: 2 })],
    ["a session that ended is corrected", expect.objectContaining({ sessionId: session, importedKwh: 7.25 })],
    ["a session was told of that is over", expect.objectContaining({ importedKwh: 0 })],
  ]);
});

it("the log tells a session that is heard of again after it counted as over in its own words", async () => {
  const harness = await harnessOf(site, flatPolicy(3));
  connect(harness, "p1");
  const session = await plugIn(harness, "p1");
  const atMs = harness.clock.now();
  await harness.control.freed({ stationId: "p1", evseId: 1, atMs, sinceMs: atMs });
  await harness.control.record({
    kind: "transaction-updated",
    stationId: "p1",
    evseId: 1,
    atMs: atMs + 5 * MINUTE_MS,
    transactionId: "tx-p1",
    seqNo: 7,
    stationTimeMs: atMs + 5 * MINUTE_MS,
    sample: null,
  });
  const told = harness.log.filter(({ message }) => message.startsWith("a session"));
  expect(told.map(({ message, fields }) => [message, "sessionId" in fields && fields.sessionId])).toEqual([
    ["a session began", session],
    ["a session ended", session],
    ["a session goes on that counted as over", session],
  ]);
});

it("the log tells of a message in quarantine and where to look", async () => {
  const harness = await harnessOf(site, flatPolicy(3));
  connect(harness, "p1");
  await harness.control.record({
    kind: "transaction-updated",
    stationId: "p1",
    evseId: 1,
    atMs: harness.clock.now(),
    transactionId: "nobody's",
    seqNo: null,
    stationTimeMs: harness.clock.now(),
    sample: null,
  });
  const kept = await harness.control.quarantined();
  const lines = harness.log.filter(({ message }) => message.includes("quarantine"));
  expect(kept).toHaveLength(1);
  expect(lines).toEqual([
    expect.objectContaining({
      level: "warn",
      fields: expect.objectContaining({
        stationId: "p1",
        transactionId: "nobody's",
        hint: expect.stringContaining("GET /api/v1/quarantine"),
      }),
    }),
  ]);
});

it("the log tells of a message that tells too little, with the place of what it lacks", async () => {
  const harness = await harnessOf(site, flatPolicy(3));
  const message = {
    kind: "unclear",
    stationId: "p1",
    atMs: 1,
    action: "StartTransaction",
    payload: "{}",
  } as const;
  const lack = { place: "StartTransaction.idTag", why: "StartTransaction.idTag is missing" };
  expect(await harness.control.keepAside(message, lack)).toBe(true);
  expect(await harness.control.keepAside(message, lack)).toBe(false);
  expect(await harness.control.quarantined()).toMatchObject([{ event: message, why: lack.why }]);
  const lines = harness.log.filter(({ message: line }) => line.includes("quarantine"));
  const hint = expect.stringContaining("GET /api/v1/quarantine");
  const line = expect.objectContaining({ level: "warn", fields: { stationId: "p1", ...lack, hint } });
  expect(lines).toEqual([line, line]);
});
