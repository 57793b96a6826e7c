/** A limit by an operator's hand: what is told without a plan keeps to it, and what a station holds by it is ours. */
import { describe, expect, it } from "vitest";
import { connect, flatPolicy, type Harness, harnessOf, plugIn } from "./harness.js";
import { siteOf } from "./v2g-play.js";

const limited = (harness: Harness, source: string, chargeKw: number): void => {
  const sinceMs = harness.clock.now();
  const steps = [{ startMs: sinceMs - 86_400_000, chargeKw, dischargeKw: null }];
  const limit = { evseId: 0, source, steps, endMs: null, sinceMs };
  harness.control.report({ kind: "outside-limit", stationId: "p1", atMs: sinceMs, limit });
};

const defaultsOf = async (source: string, chargeKw: number): Promise<number[]> => {
  const harness = await harnessOf(siteOf("graced"), flatPolicy(7));
  limited(harness, source, chargeKw);
  connect(harness, "p1");
  await harness.run(10_000);
  const { schedule } = harness.sent.findLast((one) => one.schedule.purpose === "default") ?? {};
  return [...new Set(schedule?.periods.map(({ powerKw }) => (powerKw > 0 ? 1 : 0)))];
};

describe("the default of an EVSE", () => {
  it.each([
    ["operator", 3, [1]],
    ["operator", 1, [0]],
    // The station keeps to what others set by itself.
    ["EMS", 1, [1]],
  ])("beside a limit by %s of %s kW allows %j", async (source, chargeKw, allows) => {
    expect(await defaultsOf(source, chargeKw)).toEqual(allows);
  });
});

describe("a station that holds less than its schedule", () => {
  const isSteeredByOthers = async (source: string): Promise<boolean> => {
    const harness = await harnessOf(siteOf("graced"), flatPolicy(7));
    harness.answer = (_, command) =>
      command.kind === "get-composite"
        ? { status: "accepted", composite: [{ startMs: harness.clock.now(), powerKw: 3 }] }
        : { status: "accepted" };
    connect(harness, "p1");
    await plugIn(harness, "p1");
    limited(harness, source, 3);
    for (let turn = 0; turn < 20; turn++) {
      await harness.run(8_000);
      const atMs = harness.clock.now();
      const sample = { atMs, powerKw: 3, importedWh: 1_000, exportedWh: null, socPercent: null };
      harness.control.report({ kind: "sampled", stationId: "p1", evseId: 1, atMs, sample });
    }
    return harness.log.some(({ message }) => message.includes("somebody else steers it too"));
  };

  it("by an operator's hand is steered by nobody else", async () => {
    expect(await isSteeredByOthers("operator")).toBe(false);
  });

  it("without one is", async () => {
    expect(await isSteeredByOthers("EMS")).toBe(true);
  });
});
