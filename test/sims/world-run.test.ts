import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../src/ports/clock.js";
import { type RunMetrics, runMetrics } from "../../sims/metrics.js";
import { reportTable, type RunReport } from "../../sims/report.js";
import { runLockStep } from "../../sims/run/lockstep.js";
import { loadScenario, type Scenario, type ScenarioEvent } from "../../sims/scenario.js";
import { solveTimes } from "../../sims/solve-times.js";
import { flatTariff } from "../signals/tables.js";
import { type Heard, runDirect } from "./direct-run.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const community = (changes: Partial<Scenario> = {}, hours = 16): Scenario => ({
  ...loadScenario("scenarios/jinan-community.yaml", { durationHours: hours }),
  sampleMs: 300_000,
  ...changes,
});
const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
/** Half a yuan at all hours, and no event. */
const flat = { ...flatTariff("Asia/Shanghai", 0.5), id: "cn-shandong-residential-ev" };
const FLAT = { tariffs: new Map([[flat.id, flat]]), prices: new Map(), events: [] };
const unsold = ({ site }: Scenario) => ({
  ...site,
  meteringPoints: site.meteringPoints.map((point) => ({ ...point, sellPriceId: null })),
});
const reportOf = (metrics: RunMetrics): RunReport => ({
  scenario: "x",
  policy: "uncontrolled",
  seed: 1,
  mode: "direct",
  sessions: null,
  solves: 3,
  metrics,
});
const isTransaction = (event: Heard): boolean => event.kind.startsWith("transaction-");

/** Transaction messages of a station in order, without the time at which they were heard. */
const told = (events: readonly Heard[], id: string): string[] =>
  events
    .filter((event) => event.stationId === id && isTransaction(event))
    .map((event) => JSON.stringify({ ...event, atMs: 0 }));

describe("a night without steering", async () => {
  const scenario = community();
  const { heard, measured, run, preferences } = await runDirect(scenario);
  const truth = run.truth();
  const visits = run.visits();

  it("serves every car and breaks the limit by what all of them draw at once", () => {
    expect(run.failures()).toEqual([]);
    expect(visits.length).toBe(40);
    for (const visit of visits) {
      expect(visit.complete).toBe(true);
      expect(visit.servedKwh).toBeCloseTo(visit.needKwh, 6);
    }
    expect(truth.peakKw).toBeGreaterThan(400);
    expect(truth.breach.maxOverKw).toBeCloseTo(truth.peakKw - 250, 9);
    expect(truth.breach.seconds).toBeGreaterThan(HOUR / 1000);
  });

  it("keeps books that add up: slots, visits, registers and messages tell the same energy", () => {
    const bySlot = total(truth.slots.map(({ evImportKwh }) => evImportKwh));
    expect(bySlot).toBeCloseTo(total(visits.map(({ importedKwh }) => importedKwh)), 6);
    expect(bySlot).toBeCloseTo(
      total(truth.slots.map(({ byNode }) => byNode.get("piles")?.importKwh ?? 0)),
      6,
    );
    const started = heard.flatMap((event) =>
      event.kind === "transaction-started" ? [event.meterWh ?? 0] : [],
    );
    const ended = heard.flatMap((event) => (event.kind === "transaction-ended" ? [event.meterWh ?? 0] : []));
    expect([started.length, ended.length]).toEqual([40, 40]);
    expect(Math.abs(total(ended) - total(started) - bySlot * 1000)).toBeLessThanOrEqual(40);
  });

  it("measures the site at its highest, in whole watts", () => {
    const highest = Math.max(
      ...measured.flatMap(({ kind, powerKw }) => (kind === "site-import" ? [powerKw] : [])),
    );
    expect(highest).toBeCloseTo(truth.peakKw, 3);
    for (const { powerKw } of measured) expect(powerKw * 1000).toBeCloseTo(Math.round(powerKw * 1000), 6);
  });

  it("hears from drivers whose cars cannot speak, and from those who allow discharge", () => {
    const asked = scenario
      .arrivals(scenario.startMs, scenario.endMs)
      .filter(({ preference }) => preference !== null);
    expect([...preferences].sort()).toEqual(asked.map(({ stationId }) => stationId).sort());
    expect(asked.length).toBe(24);
  });

  it("is judged in numbers that fit together", () => {
    const metrics = runMetrics({
      site: { ...scenario.site, meteringPoints: [] },
      truth,
      visits,
      ...FLAT,
    });
    expect(metrics).toMatchObject({ dischargedKwh: 0, energyCost: 0, visits: 40, valleyShare: null });
    expect(metrics.needKwh - metrics.servedKwh).toBeCloseTo(metrics.shortfallKwh, 9);
    const times = solveTimes([5, 1, 3]);
    expect(times).toEqual({ p50Ms: 3, p95Ms: 5, maxMs: 5 });
    const text = reportTable([{ report: reportOf(metrics), solveTimes: times }]);
    expect(text).toContain("3 / 5 / 5 ms");
    expect(text).toContain(`${metrics.peakKw.toFixed(1)} kW`);
  });

  it("claims nothing of a run in which no stay has ended", () => {
    const running = visits.slice(0, 2).map((visit) => ({ ...visit, complete: false }));
    const common = { site: unsold(scenario), truth, ...FLAT };
    for (const some of [[], running]) {
      const metrics = runMetrics({ ...common, visits: some });
      expect([metrics.visits, metrics.visitsStillThere, metrics.servedShare]).toEqual([0, some.length, null]);
      const text = reportTable([{ report: reportOf(metrics), solveTimes: solveTimes([]) }]);
      expect(text).toMatch(
        some.length === 0 ? /visits +none ended\n/ : /visits +none ended \(2 more still there\)/,
      );
      expect(text).toMatch(/energy delivered +0\.0 kWh \(n\/a\)/);
    }
  });

  it("says the same bytes again", async () => {
    const again = await runDirect(community());
    expect(JSON.stringify(again.heard)).toBe(JSON.stringify(heard));
    expect(JSON.stringify(again.measured)).toBe(JSON.stringify(measured));
  });

  it("gives the same totals however often the stations sample", async () => {
    const often = await runDirect(community({ sampleMs: 47_000 }));
    expect(often.heard.length).toBeGreaterThan(heard.length * 2);
    expect(total(often.run.truth().slots.map(({ evImportKwh }) => evImportKwh))).toBeCloseTo(
      total(truth.slots.map(({ evImportKwh }) => evImportKwh)),
      6,
    );
    expect(often.run.truth().peakKw).toBeCloseTo(truth.peakKw, 6);
  });

  it("loses no transaction message while stations are cut off, and keeps their order", async () => {
    const stationIds = scenario.stations.slice(0, 20).map(({ stationId }) => stationId);
    const cut = {
      kind: "offline" as const,
      stationIds,
      fromMs: scenario.startMs + HOUR,
      toMs: scenario.startMs + 3 * HOUR,
    };
    const broken = await runDirect(community({ faults: [cut] }));
    for (const { stationId } of scenario.stations)
      expect(told(broken.heard, stationId).join("\n") === told(heard, stationId).join("\n")).toBe(true);
    const late = broken.heard.filter(
      (event) => "stationTimeMs" in event && event.atMs - event.stationTimeMs > 60_000,
    );
    expect(late.length).toBeGreaterThan(20);
  });
});

describe("the books of a run", () => {
  it("count a limit that an event sets from when it must be kept", async () => {
    const scenario = community({}, 4);
    const event = {
      postMs: scenario.startMs + HOUR,
      type: "IMPORT_CAPACITY_LIMIT",
      value: 100,
      nodeIds: ["community"],
      startMs: scenario.startMs + HOUR,
      startsNow: true,
      endMs: scenario.startMs + HOUR + 600_000,
    };
    const roomy = {
      ...scenario.site,
      nodes: scenario.site.nodes.map((node) => ({ ...node, importLimitKw: null })),
    };
    const { run } = await runDirect({ ...scenario, site: roomy, events: [event] });
    expect(run.truth().breach.seconds).toBe(600 - 5);
  });

  it("bill the cars apart from the households", async () => {
    const scenario = community({}, 4);
    const { run } = await runDirect(scenario);
    const input = { truth: run.truth(), visits: run.visits(), ...FLAT };
    const apart = runMetrics({ site: unsold(scenario), ...input });
    expect(apart.energyCost).toBeCloseTo(apart.importedKwh * 0.5, 6);
    const late = run.truth().slots.filter(({ startMs }) => startMs >= scenario.startMs + 3 * HOUR);
    const inValley = total(late.map(({ evImportKwh }) => evImportKwh));
    expect(apart.valleyShare).toBeCloseTo(inValley / apart.importedKwh, 9);
    const [point] = unsold(scenario).meteringPoints;
    const atRoot = {
      ...scenario.site,
      meteringPoints: point === undefined ? [] : [{ ...point, nodeId: "community" }],
    };
    expect(runMetrics({ site: atRoot, ...input }).energyCost).toBeCloseTo(apart.energyCost, 6);
  });
});

/** A price at all piles, times in minutes after the start. */
const priceEvent = (startMs: number, { post, from, to, price }: Record<string, number>): ScenarioEvent => ({
  postMs: startMs + (post ?? 0) * MINUTE,
  type: "PRICE",
  value: price ?? 0,
  nodeIds: ["piles"],
  startMs: startMs + (from ?? 0) * MINUTE,
  startsNow: post === from,
  endMs: startMs + (to ?? 0) * MINUTE,
});

describe("the prices of a run", () => {
  it("are those in force to the minute, an event's from when it was posted, the latest of equal rank", async () => {
    const until = async (minute: number, events: readonly ScenarioEvent[] = []) => {
      const scenario = community({ events }, minute / 60);
      const { run } = await runDirect(scenario);
      const common = { truth: run.truth(), visits: run.visits(), ...FLAT };
      return runMetrics({ site: unsold(scenario), ...common, events });
    };
    const { startMs } = community();
    const dear = priceEvent(startMs, { post: 67, from: 30, to: 187, price: 5 });
    const cheap = priceEvent(startMs, { post: 82, from: 82, to: 97, price: 0.1 });
    const soFar = async (minute: number): Promise<number> => (await until(minute)).importedKwh;
    const marks = [0, await soFar(67), await soFar(82), await soFar(97), await soFar(187), await soFar(240)];
    const expected = total(
      [0.5, 5, 0.1, 5, 0.5].map((price, part) => price * ((marks[part + 1] ?? 0) - (marks[part] ?? 0))),
    );
    const billed = await until(240, [dear, cheap]);
    expect(billed.energyCost).toBeCloseTo(expected, 6);
    expect(billed.importedKwh).toBeCloseTo(marks.at(-1) ?? 0, 6);
    const elsewhere = [{ ...dear, nodeIds: ["jn-nowhere"] }];
    expect((await until(240, elsewhere)).energyCost).toBeCloseTo(0.5 * billed.importedKwh, 6);
  });
});

describe("lock step", () => {
  it("waits until everybody is idle before time goes on", async () => {
    const clock = new VirtualClock(0);
    const order: string[] = [];
    let busy = 0;
    const work = (name: string): void => {
      busy++;
      setTimeout(() => {
        order.push(`${name} done at ${clock.now()}`);
        busy--;
      }, 5);
    };
    clock.after(10, () => work("a"));
    clock.after(20, () => work("b"));
    await runLockStep({ clock, untilMs: 100, idle: () => busy === 0 });
    expect(order).toEqual(["a done at 10", "b done at 20"]);
    expect(clock.now()).toBe(100);
  });

  it("names who is not idle after its patience", async () => {
    const stuck = runLockStep({
      clock: new VirtualClock(0),
      untilMs: 1,
      idle: () => false,
      busy: () => ["jn-007"],
      patienceMs: 20,
    });
    await expect(stuck).rejects.toThrow(/jn-007/);
  });
});
