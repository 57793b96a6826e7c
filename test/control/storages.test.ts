import { describe, expect, it } from "vitest";
import type { Policy } from "../../src/control/contract.js";
import type { PlanOutcome } from "../../src/domain/plan.js";
import type { Site } from "../../src/domain/site.js";
import { MINUTE_MS, SECOND_MS } from "../../src/domain/units.js";
import { createMemoryDevices, type MemoryDevices } from "../../src/ports/devices.js";
import { communityOf, EVENING_MS, stationOf } from "../fixtures/sites.js";
import { bankState, storageOf } from "../fixtures/storages.js";
import { connect, flatPolicy, type Harness, harnessOf, plugIn } from "./harness.js";

interface Wish {
  carKw: number;
  bankKw: number;
  /** Until then cars get nothing; absent: they get it at once. */
  carFromMs?: number;
}

/** Cars as told; each battery the same power in every slot, which a test may change. */
const bankPolicy = (wish: Wish): Policy => ({
  name: "bank",
  plan: async (problem) => {
    const outcome: PlanOutcome = await flatPolicy(wish.carKw).plan(problem);
    if (outcome.status === "invalid") return outcome;
    const storages = problem.storages.map(({ id }) => ({
      storageId: id,
      chargeKw: problem.horizon.startsMs.map(() => Math.max(0, wish.bankKw)),
      dischargeKw: problem.horizon.startsMs.map(() => Math.max(0, -wish.bankKw)),
      energyKwh: [],
    }));
    const { startsMs } = problem.horizon;
    const isEarly = (slot: number): boolean => (startsMs[slot] ?? 0) < (wish.carFromMs ?? 0);
    const sessions = outcome.plan.sessions.map((plan) => ({
      ...plan,
      chargeKw: plan.chargeKw.map((kw, slot) => (isEarly(slot) ? 0 : kw)),
    }));
    return { ...outcome, plan: { ...outcome.plan, sessions, storages } };
  },
});

interface Bench extends Harness {
  readonly devices: MemoryDevices;
  readonly wish: Wish;
  /** Keeps the battery's values fresh, as a poll does, while time passes. */
  pass(durationMs: number, powerKw?: number): Promise<void>;
}

const open = async (
  bankKw: number,
  storage: Parameters<typeof storageOf>[0] = {},
  change: Partial<Site> = {},
): Promise<Bench> => {
  const devices = createMemoryDevices();
  const wish: Wish = { carKw: 0, bankKw };
  const site = communityOf([stationOf("A")], { storages: [storageOf(storage)], ...change });
  const harness = await harnessOf(site, bankPolicy(wish), { devices: () => devices });
  devices.put(bankState(EVENING_MS));
  const pass: Bench["pass"] = async (durationMs, powerKw) => {
    for (let passedMs = 0; passedMs < durationMs; passedMs += 5 * SECOND_MS) {
      const atMs = harness.clock.now();
      const kw = powerKw ?? devices.told.at(-1)?.powerKw ?? 0;
      devices.put(bankState(atMs, { power: { value: kw, atMs } }));
      await harness.run(5 * SECOND_MS);
    }
  };
  return Object.assign(harness, { devices, wish, pass });
};

const lastTold = ({ devices }: Bench): number | undefined => devices.told.at(-1)?.powerKw;

describe("a commanded battery", () => {
  it("stands in the problem as it is, and is told what is planned", async () => {
    const bench = await open(-4);
    await bench.pass(MINUTE_MS);
    expect(bench.cycles.at(-1)?.problem.storages).toEqual([
      expect.objectContaining({ id: "bank", nodeId: "transformer", energyKwh: 10, maxChargeKw: 10 }),
    ]);
    expect(lastTold(bench)).toBe(-4);
  });

  it("is told again well within its watchdog, also while nothing changes", async () => {
    const bench = await open(3);
    await bench.pass(MINUTE_MS);
    const before = bench.devices.told.length;
    await bench.pass(5 * MINUTE_MS);
    const told = bench.devices.told.slice(before);
    expect(told.length).toBeGreaterThanOrEqual(14);
    expect(told.every(({ powerKw }) => powerKw === 3)).toBe(true);
  });

  it("does without us what it says it does: told so when we stop", async () => {
    const bench = await open(5, { failsafeKw: -1 });
    await bench.pass(MINUTE_MS);
    expect(lastTold(bench)).toBe(5);
    await bench.control.stop();
    expect(lastTold(bench)).toBe(-1);
    const told = bench.devices.told.length;
    await bench.run(10 * MINUTE_MS);
    expect(bench.devices.told).toHaveLength(told);
  });

  it("is told nothing more by a pass that ends after we stopped", async () => {
    const bench = await open(5, { failsafeKw: -1 });
    await bench.pass(MINUTE_MS);
    connect(bench, "A");
    await bench.run(10 * SECOND_MS);
    await plugIn(bench, "A");
    // The car's answer is waited for while we stop; the battery is to be told more after it.
    let answer = (): void => undefined;
    const isAnswered = new Promise<void>((resolve) => (answer = resolve));
    const asked: string[] = [];
    bench.answer = async (stationId) => {
      asked.push(stationId);
      await isAnswered;
      return { status: "accepted" };
    };
    Object.assign(bench.wish, { carKw: 4, bankKw: 8 });
    bench.fireEvent();
    await bench.run(2.5 * SECOND_MS);
    expect(asked).not.toEqual([]);
    expect(lastTold(bench)).toBe(5);
    const told = bench.devices.told.length;
    const stopped = bench.control.stop();
    answer();
    await bench.run(10 * SECOND_MS);
    await stopped;
    expect(bench.devices.told.slice(told).map(({ powerKw }) => powerKw)).toEqual([-1]);
  });

  it("that is stale is planned no more, told its failsafe, and a load of what it may do", async () => {
    const bench = await open(5);
    await bench.pass(MINUTE_MS);
    const base = bench.cycles.at(-1)?.problem.nodes[0]?.baseKw[0] ?? NaN;
    const atMs = bench.clock.now();
    bench.devices.put(bankState(atMs, { staleSinceMs: atMs }));
    await bench.run(3 * SECOND_MS);
    const { problem } = bench.cycles.at(-1) ?? {};
    expect(problem?.storages).toEqual([]);
    // It may still do what it was told last, until its watchdog ends it.
    expect(problem?.nodes[0]?.baseKw[0]).toBeCloseTo(base + 5, 6);
    expect(problem?.nodes[0]?.baseKw[4]).toBeCloseTo(base, 6);
    await bench.run(MINUTE_MS);
    expect(lastTold(bench)).toBe(0);
  });

  it("that draws more than it was told is planned as the load it is", async () => {
    const bench = await open(2);
    await bench.pass(MINUTE_MS);
    await bench.pass(3 * MINUTE_MS, 8);
    const { problem } = bench.cycles.at(-1) ?? {};
    expect(problem?.storages).toEqual([]);
    expect(lastTold(bench)).toBe(0);
    expect((problem?.nodes[0]?.failsafe?.headroomKw[40] ?? NaN) + 8).toBeCloseTo(
      bench.cycles[0]?.problem.nodes[0]?.failsafe?.headroomKw[40] ?? NaN,
      6,
    );
    await bench.pass(3 * MINUTE_MS);
    expect(bench.cycles.at(-1)?.problem.storages).toHaveLength(1);
  });

  it("that does not take its power is planned no more until it does", async () => {
    const bench = await open(4);
    await bench.pass(MINUTE_MS);
    bench.devices.answer = () => ({ status: "unknown", detail: "silent" });
    await bench.pass(2 * MINUTE_MS);
    expect(bench.cycles.at(-1)?.problem.storages).toEqual([]);
    expect(bench.log.filter(({ message }) => /did not take/.test(message))).toHaveLength(1);
    bench.devices.answer = () => ({ status: "confirmed" });
    await bench.pass(2 * MINUTE_MS);
    expect(bench.cycles.at(-1)?.problem.storages).toHaveLength(1);
    expect(lastTold(bench)).toBe(4);
  });

  it("without a watchdog leaves its rating free under a strict limit, whatever it is told", async () => {
    const [without, withOne] = [await open(0, { watchdogMs: null }), await open(0)];
    for (const bench of [without, withOne]) await bench.pass(MINUTE_MS);
    const headroom = (bench: Bench): number =>
      bench.cycles.at(-1)?.problem.nodes[0]?.failsafe?.headroomKw[8] ?? NaN;
    expect(headroom(without)).toBeCloseTo(headroom(withOne) - 10, 6);
    await without.pass(5 * MINUTE_MS);
    expect(without.devices.told.length).toBeLessThan(withOne.devices.told.length + 5);
  });
});

describe("a battery and cars under one fuse", () => {
  /** 66 kW base load with its margin: 7 kW are free, of which the car's default takes nothing. */
  const tight = (limitKw: number): Partial<Site> => ({
    nodes: communityOf([]).nodes.map((node) =>
      node.id === "transformer" ? { ...node, importLimitKw: limitKw } : node,
    ),
  });
  const carKwOf = ({ sent }: Bench): number | undefined => sent.at(-1)?.schedule.periods[0]?.powerKw;

  it("a car gets no more before the battery has confirmed less", async () => {
    const bench = await open(7, {}, tight(74));
    connect(bench, "A");
    await plugIn(bench, "A");
    await bench.pass(MINUTE_MS);
    expect(lastTold(bench)).toBe(7);
    const before = bench.sent.length;
    let letGo: () => void = () => undefined;
    bench.devices.answer = () => new Promise((resolve) => (letGo = () => resolve({ status: "confirmed" })));
    Object.assign(bench.wish, { carKw: 6.6, bankKw: 0 });
    bench.fireEvent();
    await bench.run(20 * SECOND_MS);
    expect(bench.sent.slice(before).every(({ schedule }) => (schedule.periods[0]?.powerKw ?? 0) < 1)).toBe(
      true,
    );
    bench.devices.answer = () => ({ status: "confirmed" });
    letGo();
    await bench.pass(2 * MINUTE_MS);
    bench.fireEvent();
    await bench.pass(MINUTE_MS);
    expect(carKwOf(bench)).toBeGreaterThan(6);
  });

  it("a battery gets no more before the car has confirmed less", async () => {
    const bench = await open(0, {}, tight(74));
    bench.wish.carKw = 6.6;
    connect(bench, "A");
    await plugIn(bench, "A");
    await bench.pass(MINUTE_MS);
    expect(carKwOf(bench)).toBeGreaterThan(6);
    bench.answer = async () => ({ status: "timeout", detail: "silent" });
    Object.assign(bench.wish, { carKw: 0, bankKw: 7 });
    bench.fireEvent();
    await bench.pass(30 * SECOND_MS);
    expect(lastTold(bench)).toBe(0);
    expect(bench.log.some(({ message }) => /batteries wait/.test(message))).toBe(true);
  });

  it("a battery gets no more than holds until its watchdog ends, by what the car holds for then", async () => {
    const bench = await open(0, { watchdogMs: 5 * MINUTE_MS }, tight(74));
    bench.wish.carFromMs = EVENING_MS + 30 * MINUTE_MS;
    bench.wish.carKw = 6.6;
    connect(bench, "A");
    await plugIn(bench, "A");
    await bench.pass(28 * MINUTE_MS);
    expect(lastTold(bench)).toBe(0);
    expect(bench.sent.at(-1)?.schedule.periods.map(({ powerKw }) => powerKw)).toEqual([
      0,
      expect.closeTo(6.6, 1),
    ]);
    bench.answer = () => new Promise(() => undefined);
    Object.assign(bench.wish, { carKw: 0, bankKw: 7 });
    bench.fireEvent();
    await bench.pass(30 * SECOND_MS);
    expect(lastTold(bench)).toBe(0);
  });
});
