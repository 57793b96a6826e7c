import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Problem, problemSchema, type ReductionPayment } from "../../src/domain/problem.js";
import { faultsOf, planProblem, solverByName } from "../../src/optimizer/index.js";
import { plainProblem } from "./problems.js";

/** Writes one value into a problem by its place, e.g. `sessions[0].endSlot`. */
const spoiled = (place: string, value: unknown): Problem => {
  const problem = plainProblem();
  const steps = place.split(/[.[\]]+/).filter((step) => step !== "");
  const last = steps.pop() ?? "";
  let holder: object = problem;
  for (const step of steps) {
    const next: unknown = Reflect.get(holder, step);
    if (typeof next !== "object" || next === null) throw new Error(`no ${step} in ${place}`);
    holder = next;
  }
  Reflect.set(holder, last, value);
  return problem;
};

const paid = (change: Partial<ReductionPayment>): ReductionPayment[] => [
  {
    id: "p",
    nodeId: "site",
    baselineKw: [5, 5, null, null],
    segments: [{ kw: 2, pricePerKwh: 1 }],
    excessPricePerKwh: null,
    floorKw: null,
    ...change,
  },
];

const SPOILED: readonly (readonly [place: string, value: unknown, named?: string])[] = [
  ["horizon.startsMs[1]", 0, "horizon.startsMs[0]"],
  ["horizon.endMs", 0, "horizon.startsMs[3]"],
  ["horizon.startsMs", [], "horizon.startsMs"],
  ["nodes[0].parentId", "elsewhere"],
  ["nodes[0].baseKw[2]", Number.NaN],
  ["nodes[0].baseKw", [1, 2], "nodes[0].baseKw"],
  ["nodes[0].baseKw[0]", -1],
  ["nodes[0].pvKw[1]", -1],
  ["nodes[0].importLimitKw[0]", -5],
  ["nodes[0].exportLimitKw[3]", Number.POSITIVE_INFINITY],
  ["nodes[0].flatteningPerKw2h", -0.1],
  ["nodes[0].flatteningPerKw2h", Number.NaN],
  ["nodes[0].phaseLimitKw", [[1, 1, 1, -1], [], []], "nodes[0].phaseLimitKw[0][3]"],
  ["nodes[0].phaseLimitKw", [[1, 1, 1, 1], [1], []], "nodes[0].phaseLimitKw[1]"],
  ["nodes[0].line", { resistanceOhm: -1, reactanceOhm: 0, nominalV: 400 }, "nodes[0].line.resistanceOhm"],
  ["nodes[0].line", { resistanceOhm: 1, reactanceOhm: 0, nominalV: 0 }, "nodes[0].line.nominalV"],
  ["nodes[0].voltageLimits", { minPu: 1, maxPu: 0.9 }, "nodes[0].voltageLimits.maxPu"],
  ["nodes[0].reactiveKvar", [1], "nodes[0].reactiveKvar"],
  ["supplyPu", 0],
  ["nodes[0].phaseBaseKw", [[1], [1], [-1]], "nodes[0].phaseBaseKw[2][0]"],
  [
    "nodes[0].phaseBaseKw",
    [[0.5], [1], [0.2]].map((kw) => [0, 1, 2, 3].flatMap(() => kw)),
    "nodes[0].phaseBaseKw",
  ],
  ["nodes[0].phaseLimitKw", [[1, 1, 1, 1]], "nodes[0].phaseLimitKw"],
  ["nodes[0].baseKw", null],
  ["nodes[0].pvKw[1]", 1e12],
  ["nodes[0].failsafe.headroomKw[2]", null],
  ["nodes[0].line", { resistanceOhm: 1, reactanceOhm: 0, nominalV: 1e-12 }, "nodes[0].line.nominalV"],
  ["meteringPoints[0].buyPricePerKwh[1]", null],
  ["meteringPoints[0].sellPricePerKwh", null],
  ["meteringPoints[0].buyPricePerKwh[0]", -1e12],
  ["horizon.endMs", 1e15],
  ["horizon.startsMs[0]", null],
  ["supplyPu", 1e12],
  ["penalties.timePerKwhHour", 1e12],
  ["weights.cost", 1e12],
  ["sessions[0].chargeEfficiency", 1e-12],
  ["sessions[0].dischargeEfficiency", null],
  ["sessions[0].capacityKwh", 1e12],
  ["sessions[0].shortfallPerPercent", 1e12],
  ["sessions[0].targetKwh", null],
  ["nodes[0].limitSource", ["event"], "nodes[0].limitSource"],
  ["sessions[0].reserveKwh", 21],
  ["payments", paid({ baselineKw: [null, null, null, null] }), "payments[0].baselineKw"],
  ["previous", [{ sessionId: "gone", powerKw: [1, 1, 1, 1] }], "previous[0].sessionId"],
  ["nodes[0].failsafe.headroomKw[1]", Number.NaN],
  ["meteringPoints[0].nodeId", "nowhere"],
  ["meteringPoints[0].buyPricePerKwh[0]", Number.NEGATIVE_INFINITY],
  ["meteringPoints[0].sellPricePerKwh", [], "meteringPoints[0].sellPricePerKwh"],
  [
    "meteringPoints[0].demandCharge",
    { pricePerKw: -1, billedPeakKw: 0, countsInSlot: null },
    "meteringPoints[0].demandCharge.pricePerKw",
  ],
  [
    "meteringPoints[0].demandCharge",
    { pricePerKw: 1, billedPeakKw: Number.NaN, countsInSlot: [true] },
    "meteringPoints[0].demandCharge.countsInSlot",
  ],
  ["meteringPoints[0].carbonKgPerKwh", [0.5], "meteringPoints[0].carbonKgPerKwh"],
  ["weights.carbon", -1],
  ["sessions[0].nodeId", "nowhere"],
  ["sessions[0].firstSlot", 9],
  ["sessions[0].endSlot", 9],
  ["sessions[0].endSlot", 0],
  ["sessions[0].minChargeKw", 8],
  ["sessions[0].minDischargeKw", 8],
  ["sessions[0].maxChargeKw", -1],
  ["sessions[0].maxDischargeKwh", -1],
  ["sessions[0].chargeEfficiency", 0],
  ["sessions[0].dischargeEfficiency", 1.1],
  ["sessions[0].capacityKwh", Number.NaN],
  ["sessions[0].initialKwh", 21],
  ["sessions[0].shortfallPerPercent", 0],
  ["sessions[0].salvagePerKwh", Number.NaN],
  ["sessions[0].taper", { interceptKw: 7, slopeKwPerKwh: -1 }, "sessions[0].taper.slopeKwPerKwh"],
  ["sessions[0].phases", [1, 1]],
  ["penalties.limitSlackPerKwh", Number.NaN],
  ["penalties.timePerKwhHour", -1],
  ["previous", [{ sessionId: "car", powerKw: [1] }], "previous[0].powerKw"],
  ["payments", paid({ nodeId: "nowhere" }), "payments[0].nodeId"],
  ["payments", paid({ baselineKw: [5] }), "payments[0].baselineKw"],
  ["payments", paid({ excessPricePerKwh: 0.5 }), "payments[0].excessPricePerKwh"],
  ["payments", paid({ floorKw: -1 }), "payments[0].floorKw"],
  ["payments", paid({ floorKw: 2.5 }), "payments[0].floorKw"],
  ["payments", paid({ floorKw: 1, excessPricePerKwh: 2 }), "payments[0].excessPricePerKwh"],
  [
    "payments",
    paid({ segments: [1, 2].map((pricePerKwh) => ({ kw: 2, pricePerKwh })) }),
    "payments[0].segments[1].pricePerKwh",
  ],
  ["targets", [{ id: "t", nodeId: "nowhere", powerKw: [1, 1, 1, 1], pricePerKwh: 1 }], "targets[0].nodeId"],
];

test("a sound problem has no faults", () => {
  expect(faultsOf(plainProblem())).toEqual([]);
});

test("a limit that an event sets must be there", () => {
  const problem = plainProblem();
  const withEvent = (importLimitKw: (number | null)[] | null): Problem => ({
    ...problem,
    nodes: problem.nodes.map((node) => ({ ...node, importLimitKw, limitSource: [null, "e", "e", null] })),
  });
  const told = (importLimitKw: (number | null)[] | null): string[] =>
    faultsOf(withEvent(importLimitKw)).map(({ place }) => place);
  expect(told([null, 4, null, 9])).toEqual(["nodes[0].limitSource[2]"]);
  expect(told(null)).toEqual(["nodes[0].limitSource[1]", "nodes[0].limitSource[2]"]);
  expect(told([null, 4, 4, null])).toEqual([]);
});

test("times in seconds are told as such, and a running slot may be short", () => {
  const problem = plainProblem();
  const { startsMs, endMs } = problem.horizon;
  const inSeconds = { startsMs: startsMs.map((ms) => ms / 1000), endMs: endMs / 1000 };
  expect(faultsOf({ ...problem, horizon: inSeconds })).toEqual([
    { place: "horizon.startsMs", message: "no slot lasts 10 s, the longest 900 ms; are these seconds?" },
  ]);
  const running = { startsMs: [(startsMs[1] ?? 0) - 1, ...startsMs.slice(1)], endMs };
  expect(faultsOf({ ...problem, horizon: running })).toEqual([]);
});

test("powers in force of a swap station's batteries are known by their bays", () => {
  const text = readFileSync("scenarios/swap-station.problem.json", "utf8");
  const problem = problemSchema.parse(JSON.parse(text));
  const powerKw = problem.horizon.startsMs.map(() => 0);
  const previous = ["swap-1/1", "swap-2/1"].map((sessionId) => ({ sessionId, powerKw }));
  expect(faultsOf({ ...problem, previous }).map(({ place }) => place)).toEqual(["previous[1].sessionId"]);
});

test.each(SPOILED.map(([place, value, named = place]) => ({ place, value, named })))(
  "$place = $value is named",
  async ({ place, value, named }) => {
    const problem = spoiled(place, value);
    const faults = faultsOf(problem);
    expect(faults.map((fault) => fault.place)).toContain(named);
    for (const { message } of faults) expect(message.length).toBeGreaterThan(5);
    const solver = await solverByName("earliest-deadline");
    const outcome = await planProblem(problem, { solver, fallback: solver, timeLimitMs: 1_000 });
    expect(outcome).toEqual({ status: "invalid", problems: faults });
  },
);

test("ids used twice, two roots and children before parents are named", () => {
  const twins = plainProblem();
  twins.sessions.push(...plainProblem().sessions);
  twins.meteringPoints.push(...plainProblem().meteringPoints);
  expect(faultsOf(twins).map(({ place }) => place)).toEqual([
    "sessions[1].id",
    "meteringPoints[1].id",
    "meteringPoints[1].nodeId",
  ]);
  const forest = plainProblem();
  forest.nodes.push(...plainProblem().nodes.map((node) => ({ ...node, id: "second" })));
  expect(faultsOf(forest).map(({ place }) => place)).toEqual(["nodes[1].parentId"]);
  const orphan = plainProblem();
  orphan.nodes.push(...plainProblem().nodes.map((node) => ({ ...node, id: "late", parentId: "later" })));
  expect(faultsOf(orphan).map(({ place }) => place)).toEqual(["nodes[1].parentId"]);
});

test("a target above the capacity is a wish that cannot be met, not a fault", () => {
  expect(faultsOf(spoiled("sessions[0].targetKwh", 50))).toEqual([]);
});
