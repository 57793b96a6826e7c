import { beforeEach, describe, expect, it } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../../src/domain/units.js";
import { createMemoryLedger } from "../../src/ports/ledger-memory.js";
import { communityOf, EVENING_MS, stationOf } from "../fixtures/sites.js";
import { connect, flatPolicy, type Harness, harnessOf, meter, plugIn } from "./harness.js";

const ids = Array.from({ length: 5 }, (_, index) => `p${index + 1}`);
let harness: Harness;

beforeEach(async () => {
  harness = await harnessOf(communityOf(ids.map((id) => stationOf(id))), flatPolicy(3.3));
  for (const id of ids) connect(harness, id);
  await harness.run(MINUTE_MS);
});

const row = (stationId: string) => harness.control.stations().find((one) => one.stationId === stationId);
const sentTo = (stationId: string) => harness.sent.filter((one) => one.stationId === stationId);

describe("the control loop", () => {
  it("gives every station a safe default before anything else", () => {
    expect(harness.sent.map(({ stationId, schedule }) => [stationId, schedule.purpose])).toEqual(
      ids.map((id) => [id, "default"]),
    );
  });

  it("gathers arrivals of one moment into one solve", async () => {
    const before = harness.cycles.length;
    for (const id of ids) await plugIn(harness, id);
    await harness.run(MINUTE_MS);
    expect(harness.cycles.length - before).toBe(1);
    expect(ids.map((id) => sentTo(id).at(-1)?.schedule.periods[0]?.value)).toEqual([15, 15, 15, 15, 15]);
  });

  it("plans at every quarter of an hour, and sends nothing when nothing material changed", async () => {
    await plugIn(harness, "p1");
    await harness.run(MINUTE_MS);
    const [cycles, sent] = [harness.cycles.length, harness.sent.length];
    await harness.run(HOUR_MS);
    expect([harness.cycles.length - cycles, harness.sent.length - sent]).toEqual([4, 0]);
  });

  it("shows a lost station as offline and sends again when it is back", async () => {
    await plugIn(harness, "p1");
    await harness.run(MINUTE_MS);
    harness.control.report({ kind: "disconnected", stationId: "p1", atMs: harness.clock.now() });
    await harness.run(MINUTE_MS);
    expect(row("p1")?.reason).toEqual({ key: "station-offline" });
    connect(harness, "p1");
    await harness.run(MINUTE_MS);
    expect(
      sentTo("p1")
        .slice(-2)
        .map(({ schedule }) => schedule.purpose),
    ).toEqual(["default", "session"]);
    expect(row("p1")?.reason).toEqual({ key: "charging", pricePerKwh: 0.5 });
  });

  it("marks a station that draws more than it was told, plans it as fixed, and takes it back", async () => {
    await plugIn(harness, "p1");
    await harness.run(3 * MINUTE_MS);
    await meter(harness, "p1", { powerKw: 7, importedWh: 1_300, seqNo: 1 });
    await harness.run(MINUTE_MS);
    expect(row("p1")).toMatchObject({ following: false, reason: { key: "station-not-following" } });
    await meter(harness, "p1", { powerKw: 3.3, importedWh: 1_400, seqNo: 2 });
    await harness.run(MINUTE_MS);
    expect(row("p1")).toMatchObject({ following: true, reason: { key: "charging" } });
  });

  it("takes a station back when it moves, not when its schedule comes to allow what it is stuck at", async () => {
    await plugIn(harness, "p1");
    await harness.run(3 * MINUTE_MS);
    let seqNo = 1;
    const sampled = async (powerKw: number) => {
      await meter(harness, "p1", { powerKw, importedWh: 1_000 + 100 * seqNo, seqNo: seqNo++ });
      await harness.run(MINUTE_MS);
      return row("p1")?.following;
    };
    expect([await sampled(7), await sampled(7)]).toEqual([false, false]);
    const held = sentTo("p1").at(-1)?.schedule;
    if (held === undefined) throw new Error("a schedule");
    const allows7 = { ...held, periods: held.periods.map((period) => ({ ...period, powerKw: 7 })) };
    const place = { stationId: "p1", evseId: 1, atMs: harness.clock.now() };
    harness.control.report({ ...place, kind: "schedule-confirmed", schedule: allows7 });
    expect([await sampled(7), await sampled(6.8), await sampled(5)]).toEqual([false, false, true]);
  });

  it("asks again of a station that did not answer", async () => {
    harness.answer = () => ({ status: "timeout", detail: "no answer" });
    await plugIn(harness, "p1");
    await harness.run(MINUTE_MS);
    const asked = sentTo("p1").length;
    harness.answer = () => ({ status: "accepted" });
    await harness.run(15 * MINUTE_MS);
    expect(sentTo("p1").length).toBeGreaterThan(asked);
    expect(sentTo("p1").at(-1)?.schedule.purpose).toBe("session");
  });

  it("picks sessions up where they were after a restart", async () => {
    const ledger = createMemoryLedger();
    const site = communityOf([stationOf("p1")]);
    const first = await harnessOf(site, flatPolicy(3.3), { ledger });
    connect(first, "p1");
    const sessionId = await plugIn(first, "p1");
    await meter(first, "p1", { powerKw: 3, importedWh: 3_000, seqNo: 1 });
    await first.control.stop();

    const second = await harnessOf(site, flatPolicy(3.3), { ledger });
    connect(second, "p1");
    await second.run(MINUTE_MS);
    expect(second.control.stations()[0]?.session).toMatchObject({
      id: sessionId,
      deliveredKwh: 2,
      energyToGoKwh: 18,
    });
    expect(second.sent.map(({ schedule }) => [schedule.purpose, schedule.transactionId])).toEqual([
      ["default", null],
      ["session", "tx-p1"],
    ]);
  });

  it("refuses a preference that lies in the past, naming the field", async () => {
    const sessionId = await plugIn(harness, "p1");
    const wish = {
      profileType: "CHEAP" as const,
      departureMs: EVENING_MS - 1,
      energyNeedKwh: 10,
      dischargeAllowed: false,
      reserveKwh: null,
      maxDischargeKwh: null,
    };
    await expect(harness.control.setPreference(sessionId, wish)).rejects.toMatchObject({
      code: "preference.window",
      place: "body.departureMs",
    });
  });

  it("plans on at the departure of a car that stays and still wants energy, not a quarter later", async () => {
    const departureMs = EVENING_MS + 20 * MINUTE_MS;
    const wish = {
      profileType: "CHEAP" as const,
      departureMs,
      energyNeedKwh: 10,
      dischargeAllowed: false,
      reserveKwh: null,
      maxDischargeKwh: null,
    };
    await harness.control.setPreference(await plugIn(harness, "p1"), wish);
    await harness.run(departureMs + 10_000 - harness.clock.now());
    const last = harness.cycles.at(-1);
    expect([last?.causes, last?.startedMs]).toEqual([["departure"], departureMs + 2_000]);
    const present = sentTo("p1").at(-1)?.schedule.periods[0];
    expect([present?.startMs, present?.value]).toEqual([expect.any(Number), 15]);
  });

  it("plans again when a price table changed", async () => {
    const before = harness.cycles.length;
    harness.changePrices();
    await harness.run(3_000);
    expect(harness.cycles.slice(before).map(({ causes }) => causes)).toEqual([["prices"]]);
  });

  it("plans again after an event of the grid operator", async () => {
    const before = harness.cycles.length;
    harness.fireEvent();
    await harness.run(3_000);
    expect(harness.cycles.length - before).toBe(1);
  });
});
