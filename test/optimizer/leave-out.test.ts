import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { PlanOutcome } from "../../src/domain/plan.js";
import type { Problem } from "../../src/domain/problem.js";
import {
  faultsOf,
  planProblem,
  planSoundPart,
  type Solver,
  solverByName,
} from "../../src/optimizer/index.js";
import { leaveOut } from "../../src/optimizer/leave-out.js";
import { plainProblem, problemArb } from "./problems.js";

type Planned = Exclude<PlanOutcome, { status: "invalid" }>;

const options = async () => ({
  solver: await solverByName("highs"),
  fallback: await solverByName("least-laxity"),
  timeLimitMs: 20_000,
});

const planned = (outcome: PlanOutcome): Planned => {
  if (outcome.status === "invalid") throw new Error(JSON.stringify(outcome.problems));
  return outcome;
};

const STORAGE: Problem["storages"][number] = {
  id: "storage-0",
  nodeId: "site",
  capacityKwh: 10,
  energyKwh: 5,
  minimumKwh: 0,
  maxChargeKw: 3,
  maxDischargeKw: 3,
  chargeEfficiency: 0.95,
  dischargeEfficiency: 0.95,
  wearPerKwh: 0.1,
  terminalValuePerKwh: null,
};

/** Ways to spoil the first car, or a signal, of a problem; each with the place that its note names. */
const SPOILS: readonly (readonly [place: string, spoil: (problem: Problem) => void])[] = [
  ["sessions[0].endSlot", ({ sessions: [car] }) => car && (car.endSlot = car.firstSlot)],
  ["sessions[0].initialKwh", ({ sessions: [car] }) => car && (car.initialKwh = car.capacityKwh + 5)],
  ["sessions[0].targetKwh", ({ sessions: [car] }) => car && (car.targetKwh = Number.NaN)],
  ["sessions[0].minChargeKw", ({ sessions: [car] }) => car && (car.minChargeKw = car.maxChargeKw + 1)],
  ["sessions[0].nodeId", ({ sessions: [car] }) => car && (car.nodeId = "nowhere")],
  [
    "meteringPoints[0].buyPricePerKwh[0]",
    ({ meteringPoints: [point] }) => point && (point.buyPricePerKwh[0] = Number.NaN),
  ],
  ["nodes[0].importLimitKw[1]", ({ nodes: [node] }) => node?.importLimitKw && (node.importLimitKw[1] = -5)],
  ["nodes[0].pvKw[0]", ({ nodes: [node] }) => node && (node.pvKw[0] = Number.NaN)],
  ["nodes[0].baseKw[1]", ({ nodes: [node] }) => node && (node.baseKw[1] = Number.NaN)],
  [
    "targets[0].powerKw",
    (problem) => problem.targets.splice(0, 9, { id: "t", nodeId: "site", powerKw: [1], pricePerKwh: 1 }),
  ],
  [
    // With the storage the powers that are in force for it have to go.
    "storages[0].energyKwh",
    (problem) => {
      problem.storages.splice(0, 9, { ...STORAGE, energyKwh: Number.NaN });
      problem.previous = [{ sessionId: STORAGE.id, powerKw: problem.horizon.startsMs.map(() => 1) }];
    },
  ],
  ["previous[0].powerKw", (problem) => (problem.previous = [{ sessionId: "car-0", powerKw: [] }])],
];

test.each(SPOILS)("a fault at %s costs the site no plan, and the note names it", async (place, spoil) => {
  const using = await options();
  await fc.assert(
    fc.asyncProperty(problemArb(), async (problem) => {
      spoil(problem);
      expect(faultsOf(problem).map((fault) => fault.place)).toContain(place);
      const { status, plan, notes } = planned(await planSoundPart(problem, using));
      expect(["feasible", "limits-broken"]).toContain(status);
      expect(notes.some((note) => note.startsWith(`left out: ${place}`))).toBe(true);
      expect(plan.sessions.map(({ sessionId }) => sessionId)).toEqual(problem.sessions.map(({ id }) => id));
      expect(plan.certificate.sent.maxViolation).toBeLessThan(1e-6);
      if (!place.startsWith("sessions")) return;
      expect(plan.sessions[0]?.chargeKw.every((kw) => kw === 0)).toBe(true);
      expect(plan.sessions[0]?.reasons[0]).toEqual({ key: "rule", rule: "left-out" });
    }),
    { numRuns: 8, examples: [] },
  );
});

test("a sound problem loses nothing", async () => {
  const using = await options();
  await fc.assert(
    fc.asyncProperty(problemArb(), async (problem) => {
      const [whole, part] = [await planProblem(problem, using), await planSoundPart(problem, using)];
      expect({ ...planned(part), times: null }).toEqual({ ...planned(whole), times: null });
    }),
    { numRuns: 10 },
  );
});

test("a problem whose horizon is no horizon is refused", async () => {
  const [problem] = fc.sample(problemArb(), 1);
  const outcome = await planSoundPart(
    { ...problem!, horizon: { startsMs: [3, 2], endMs: 1 } },
    await options(),
  );
  expect(outcome.status).toBe("invalid");
});

test("a car that a rule cannot place does not cost the others their plan", async () => {
  const rule = await solverByName("least-laxity");
  const blunder: Solver = {
    name: "blunder",
    solve: async (problem, limits) => {
      const result = await rule.solve(problem, limits);
      return {
        ...result,
        chargeKw: result.chargeKw.map((row, index) => (index === 0 ? row.map(() => 999) : row)),
      };
    },
  };
  const failing: Solver = { name: "failing", solve: () => Promise.reject(new Error("no")) };
  await fc.assert(
    fc.asyncProperty(problemArb(), async (problem) => {
      const { plan, notes } = planned(
        await planProblem(problem, { solver: failing, fallback: blunder, timeLimitMs: 1_000 }),
      );
      const alone = await rule.solve(problem, { timeLimitMs: 1_000 });
      expect(plan.solver).toBe("blunder");
      expect(notes.join()).toContain("car-0");
      for (const [index, { chargeKw }] of plan.sessions.entries())
        expect(chargeKw).toEqual(index === 0 ? chargeKw.map(() => 0) : alone.chargeKw[index]);
    }),
    { numRuns: 20 },
  );
});

test.each([
  ["importLimitKw", [Number.NaN, 1, 1, 1]],
  ["exportLimitKw", [1, -1, 1, 1]],
  ["dischargeLimitKw", [1, -1, 1, 1]],
  ["baseKw", [1, Number.NaN, 1, 1]],
  ["pvKw", [1, Number.NaN, 1, 1]],
  ["flatteningPerKw2h", Number.NaN],
  ["phaseLimitKw", [[1, 1, 1, -1], [], []]],
  ["phaseBaseKw", [[1], [1], [-1]]],
  ["line", { resistanceOhm: Number.NaN, reactanceOhm: 0, nominalV: 400 }],
  ["reactiveKvar", [1, Number.NaN, 1, 1]],
  ["voltageLimits", { minPu: 1, maxPu: 0.9 }],
])(
  "a node whose %s is at fault leaves a sound problem, in which cars below it take no part in what is unknown",
  (field, value) => {
    const problem = plainProblem();
    Object.assign(problem.nodes[0] ?? {}, { [field]: value });
    const faults = faultsOf(problem);
    expect(faults.map(({ place }) => place).join()).toContain(field);
    const left = leaveOut(problem, faults)?.problem;
    if (left === undefined) throw new Error("nothing left");
    expect(faultsOf(left)).toEqual([]);
    if (["line", "reactiveKvar", "voltageLimits"].includes(field)) {
      expect(left.nodes[0]?.importLimitKw).toEqual([0, 0, 0, 0]);
      expect(left.nodes[0]?.dischargeLimitKw).toEqual([0, 0, 0, 0]);
    }
  },
);
