import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Plan } from "../../src/domain/plan.js";
import type { Problem, ProblemSession } from "../../src/domain/problem.js";
import type { Reason, ReasonKey } from "../../src/domain/reason.js";
import { NEUTRAL } from "../../src/domain/weights.js";
import { planProblem, type SolverName, solverByName } from "../../src/optimizer/index.js";
import { communityProblem } from "./community.js";
import { plainProblem, problemArb } from "./problems.js";

const planOf = async (problem: Problem, name: SolverName = "highs"): Promise<Plan> => {
  const [solver, fallback] = await Promise.all([solverByName(name), solverByName("least-laxity")]);
  const outcome = await planProblem(problem, { solver, fallback, timeLimitMs: 20_000 });
  if (outcome.status === "invalid") throw new Error(JSON.stringify(outcome.problems));
  return outcome.plan;
};

const keysOf = (plan: Plan, index = 0): ReasonKey[] =>
  plan.sessions[index]?.reasons.map(({ key }) => key) ?? [];

const withCar = (changes: Partial<ProblemSession>, problem = plainProblem()): Problem => ({
  ...problem,
  sessions: problem.sessions.map((car) => ({ ...car, maxDischargeKw: 0, reserveKwh: 0, ...changes })),
});

const reasonAt = (plan: Plan, slot: number, index = 0): Reason | undefined =>
  plan.sessions[index]?.reasons[slot];

/** The other car must use the cheapest slot; what it leaves is below the minimum of this one. */
const crowded = (limitSource: (string | null)[] | null): Problem => {
  const problem = withCar({ targetKwh: 9 });
  const other = problem.sessions.map((car) => ({
    ...car,
    id: "other",
    firstSlot: 2,
    endSlot: 3,
    targetKwh: 9.575,
  }));
  return {
    ...problem,
    nodes: problem.nodes.map((node) => ({
      ...node,
      importLimitKw: [20, 20, 9.5, 20],
      limitSource,
      failsafe: null,
    })),
    meteringPoints: problem.meteringPoints.map((meter) => ({ ...meter, buyPricePerKwh: [1, 0.9, 0.2, 0.5] })),
    sessions: [...problem.sessions, ...other],
  };
};

const held = async (problem: Problem): Promise<Reason | undefined> => {
  const plan = await planOf(problem);
  expect(plan.sessions[1]?.chargeKw[2]).toBeGreaterThan(1);
  expect(plan.sessions[0]?.chargeKw[3]).toBeGreaterThan(1);
  return reasonAt(plan, 2);
};

describe("a driver is told", () => {
  test("until when the car waits and what that saves", async () => {
    const problem = withCar({ targetKwh: 9 });
    const plan = await planOf(problem);
    expect(keysOf(plan)).toEqual([
      "waiting-for-cheaper-slot",
      "waiting-for-cheaper-slot",
      "charging",
      "target-reached",
    ]);
    const waiting = reasonAt(plan, 0);
    if (waiting?.key !== "waiting-for-cheaper-slot") throw new Error("not waiting");
    expect(waiting.untilMs).toBe(problem.horizon.startsMs[2]);
    expect(waiting.savingPerKwh).toBeCloseTo(1 - 0.2, 2);
    const charging = reasonAt(plan, 2);
    if (charging?.key !== "charging") throw new Error("not charging");
    expect(charging.pricePerKwh).toBeCloseTo(0.2, 6);
  });

  test("that the car is not there yet, or gone", async () => {
    expect(keysOf(await planOf(withCar({ firstSlot: 1, endSlot: 3, targetKwh: 9 })))).toEqual([
      "not-plugged-in",
      "waiting-for-cheaper-slot",
      "charging",
      "past-departure",
    ]);
  });

  test("that it was the driver who chose fast", async () => {
    const plan = await planOf(withCar({ urgency: "now" }));
    expect(keysOf(plan)).toEqual([
      "driver-chose-fast",
      "driver-chose-fast",
      "target-reached",
      "target-reached",
    ]);
    expect(plan.sessions[0]?.chargeKw[0]).toBeCloseTo(7, 6);
  });

  test("that a reserve comes first, whatever the price", async () => {
    const plan = await planOf(withCar({ reserveKwh: 9, initialKwh: 8 }));
    expect(reasonAt(plan, 0)).toEqual({ key: "below-reserve-charging-first", reserveKwh: 9 });
  });

  test("that the car sells, at which price", async () => {
    const problem = withCar({ maxDischargeKw: 5, initialKwh: 15, targetKwh: 10, reserveKwh: 4 });
    const plan = await planOf({
      ...problem,
      meteringPoints: problem.meteringPoints.map((meter) => ({
        ...meter,
        sellPricePerKwh: [0.9, 0.1, 0.1, 0.1],
      })),
    });
    expect(plan.sessions[0]?.dischargeKw[0]).toBeGreaterThan(1);
    expect(reasonAt(plan, 0)).toEqual({
      key: "selling",
      pricePerKwh: expect.closeTo(0.9, 6),
      wearPerKwh: 0.1,
    });
  });

  test("that the node is full, and its shadow price", async () => {
    expect(await held(crowded(null))).toEqual({
      key: "node-full",
      nodeId: "site",
      shadowPricePerKwh: expect.closeTo(0.3, 2),
    });
  });

  test("which phase is full for a car that draws on it alone", async () => {
    const problem = crowded(null);
    const nodes = problem.nodes.map((node) => ({
      ...node,
      importLimitKw: null,
      phaseLimitKw: [20, 9.5, 20].map((kw) => [20, 20, kw, 20]),
      phaseBaseKw: [0, 2, 0].map((kw) => [kw, kw, kw, kw]),
    }));
    const sessions = problem.sessions.map((car) => ({ ...car, phases: [2] }));
    expect(await held({ ...problem, nodes, sessions })).toEqual({
      key: "phase-full",
      nodeId: "site",
      phase: 2,
      shadowPricePerKwh: expect.closeTo(0.3, 2),
    });
    const apart = sessions.map((car, index) => ({ ...car, phases: [index + 1] }));
    expect(keysOf(await planOf({ ...problem, nodes, sessions: apart }))[2]).toBe("charging");
  });

  test("that it is the grid operator's event, and which", async () => {
    expect(await held(crowded([null, null, "peak", null]))).toEqual({
      key: "demand-response-event",
      eventId: "peak",
      shadowPricePerKwh: expect.closeTo(0.3, 2),
    });
  });

  test("that headroom is held for the fail-safe", async () => {
    const problem = crowded(null);
    const failsafe = { headroomKw: [20, 20, 7.5, 20] };
    const nodes = problem.nodes.map((node) => ({ ...node, importLimitKw: null, failsafe }));
    expect(await held({ ...problem, nodes })).toEqual({
      key: "held-for-failsafe",
      nodeId: "site",
      shadowPricePerKwh: expect.closeTo(0.3, 2),
    });
  });

  test("that the port's minimum decides", async () => {
    const problem = withCar({ targetKwh: 8.2, minChargeKw: 4 });
    const plan = await planOf(problem);
    expect(plan.sessions[0]?.chargeKw[2]).toBe(4);
    expect(reasonAt(plan, 2)).toEqual({ key: "minimum-current", minChargeKw: 4 });
  });

  test("that a rule decides where nothing better is known", async () => {
    const plan = await planOf(withCar({}), "cheapest-slots");
    expect(reasonAt(plan, 0)).toEqual({ key: "rule", rule: "cheapest-slots" });
    expect(reasonAt(plan, 2)?.key).toBe("charging");
  });
});

test.each(["highs", "round-robin", "cheapest-slots"] as const)(
  "reasons agree with powers (%s)",
  async (name) => {
    await fc.assert(
      fc.asyncProperty(problemArb(), async (problem) => {
        const plan = await planOf(problem, name);
        for (const [index, { reasons, chargeKw, dischargeKw }] of plan.sessions.entries()) {
          const { firstSlot, endSlot, urgency } = problem.sessions[index] ?? { firstSlot: 0, endSlot: 0 };
          expect(reasons).toHaveLength(problem.horizon.startsMs.length);
          for (const [slot, { key }] of reasons.entries()) {
            const charging = (chargeKw[slot] ?? 0) > 0;
            expect(key === "not-plugged-in").toBe(slot < firstSlot);
            expect(key === "past-departure").toBe(slot >= endSlot);
            expect(key === "selling").toBe((dischargeKw[slot] ?? 0) > 0);
            if (key === "driver-chose-fast") expect([urgency, charging]).toEqual(["now", true]);
            if (key === "charging" || key === "below-reserve-charging-first") expect(charging).toBe(true);
            if (/waiting|full|event|failsafe|reached|rule|kept/.test(key)) expect(charging).toBe(false);
          }
        }
      }),
      { numRuns: 15 },
    );
  },
);

/** Site and event caps of nothing in some slots, so that base load alone breaks limits. */
const overloaded = problemArb().chain((problem) =>
  fc
    .array(fc.boolean(), {
      minLength: problem.horizon.startsMs.length,
      maxLength: problem.horizon.startsMs.length,
    })
    .map(
      (capped): Problem => ({
        ...problem,
        weights: { ...NEUTRAL }, // money is the tariff alone
        payments: [],
        meteringPoints: problem.meteringPoints.map((point) => ({ ...point, demandCharge: null })),
        nodes: problem.nodes.map((node, index) =>
          index > 0
            ? node
            : {
                ...node,
                importLimitKw: capped.map((cap, slot) => (cap ? 0 : (node.importLimitKw?.[slot] ?? null))),
                limitSource: capped.map((cap) => (cap ? "peak" : null)),
              },
        ),
      }),
    ),
);

test("no penalty is told as a price: a limit that cannot be kept is told by its kW", async () => {
  let broken = 0;
  await fc.assert(
    fc.asyncProperty(overloaded, async (problem) => {
      const plan = await planOf(problem);
      const prices = problem.meteringPoints.flatMap((meter) => [
        ...meter.buyPricePerKwh,
        ...meter.sellPricePerKwh,
      ]);
      const dearest = Math.max(0, ...prices.map(Math.abs));
      for (const { reasons } of plan.sessions)
        for (const [slot, reason] of reasons.entries()) {
          if ("shadowPricePerKwh" in reason)
            expect(reason.shadowPricePerKwh ?? 0).toBeLessThanOrEqual(2 * dearest);
          if (reason.key !== "limit-cannot-be-kept") continue;
          broken++;
          const node = plan.nodes.find(({ nodeId }) => nodeId === reason.nodeId);
          expect(reason.overKw).toBeCloseTo(node?.overKw[slot] ?? 0, 6);
        }
      for (const { overKw, limitPricePerKwh } of plan.nodes)
        for (const [slot, over] of overKw.entries()) if (over > 1e-6) expect(limitPricePerKwh[slot]).toBe(0);
    }),
    { numRuns: 40 },
  );
  expect(broken).toBeGreaterThan(0);
});

/** Price at a car's meter: what it sells for while the meter exports, the car's own power counted. */
const priceAt = (problem: Problem, plan: Plan, { index, slot }: { index: number; slot: number }): number => {
  const [meter] = problem.meteringPoints;
  const net = plan.nodes[0]?.netKw[slot] ?? 0;
  const rests = (plan.sessions[index]?.chargeKw[slot] ?? 0) <= 0;
  const moreKw = rests ? Math.max(1e-5, problem.sessions[index]?.minChargeKw ?? 0) : 0;
  return (net + moreKw > 1e-6 ? meter?.buyPricePerKwh : meter?.sellPricePerKwh)?.[slot] ?? 0;
};

const SLOTS = 8;
const perSlot = <T>(...values: readonly T[]) =>
  fc.array(fc.constantFrom(...values), { minLength: SLOTS, maxLength: SLOTS });

/** Prices of few kinds, so that many slots are equally cheap; some full, some with a surplus of PV. */
const steppedPrices = fc
  .record({
    buyPricePerKwh: perSlot(0.2, 0.5, 0.9),
    importLimitKw: perSlot(20, 9.5, 5),
    pvKw: perSlot(0, 0, 0, 12),
    cars: fc.array(
      fc.record({ minChargeKw: fc.constantFrom(0, 1.38, 4), targetKwh: fc.constantFrom(8.5, 9, 10) }),
      { minLength: 1, maxLength: 3 },
    ),
  })
  .map(({ buyPricePerKwh, importLimitKw, pvKw, cars }): Problem => {
    const problem = withCar({ endSlot: SLOTS }, plainProblem(SLOTS));
    return {
      ...problem,
      nodes: problem.nodes.map((node) => ({ ...node, importLimitKw, pvKw, failsafe: null })),
      meteringPoints: problem.meteringPoints.map((meter) => ({ ...meter, buyPricePerKwh })),
      sessions: problem.sessions.flatMap((car) =>
        cars.map((drawn, index) => ({ ...car, ...drawn, id: `car-${index}` })),
      ),
    };
  });

test("a saving that is claimed is the price now minus the price in the slot named, in which the car charges", async () => {
  let cheaper = 0;
  await fc.assert(
    fc.asyncProperty(steppedPrices, async (problem) => {
      const plan = await planOf(problem);
      for (const [index, { reasons, chargeKw }] of plan.sessions.entries())
        for (const [slot, reason] of reasons.entries()) {
          if (reason.key !== "waiting-for-cheaper-slot" && reason.key !== "charging-later") continue;
          const named = problem.horizon.startsMs.indexOf(reason.untilMs);
          const next = chargeKw.findIndex((kw, later) => later > slot && kw > 0);
          if (reason.key === "charging-later") {
            expect(named).toBe(next);
            if (next === -1) expect(reason.untilMs).toBe(problem.horizon.endMs);
            continue;
          }
          cheaper++;
          expect(named).toBe(next);
          expect(reason.savingPerKwh).toBeGreaterThan(0);
          const now = priceAt(problem, plan, { index, slot });
          expect(reason.savingPerKwh).toBeCloseTo(now - priceAt(problem, plan, { index, slot: next }), 9);
        }
    }),
    { numRuns: 50 },
  );
  expect(cheaper).toBeGreaterThan(20);
});

test("of slots that are equally cheap a full node is told, not a price", async () => {
  const problem = withCar({ targetKwh: 9 });
  const others = [1, 2].map((slot) => ({
    ...withCar({ targetKwh: 9.575 }).sessions[0],
    id: `other-${slot}`,
    firstSlot: slot,
    endSlot: slot + 1,
  }));
  const plan = await planOf({
    ...problem,
    nodes: problem.nodes.map((node) => ({ ...node, importLimitKw: [20, 9.5, 9.5, 20], failsafe: null })),
    meteringPoints: problem.meteringPoints.map((meter) => ({ ...meter, buyPricePerKwh: [1, 0.2, 0.2, 0.2] })),
    sessions: [...problem.sessions, ...(others as ProblemSession[])],
  });
  expect(keysOf(plan)).toEqual(["waiting-for-cheaper-slot", "node-full", "node-full", "charging"]);
  expect(reasonAt(plan, 0)).toMatchObject({ savingPerKwh: expect.closeTo(0.8, 9) });
});

test("a slot no dearer than the one in which the car charges is told as a later turn", async () => {
  const problem = withCar({ targetKwh: 9 });
  const plan = await planOf({
    ...problem,
    meteringPoints: problem.meteringPoints.map((meter) => ({
      ...meter,
      buyPricePerKwh: [0.2, 0.2, 0.2, 0.2],
    })),
    penalties: { ...problem.penalties, changePerKwh: 0.05 },
    previous: [{ sessionId: "car", powerKw: [0, 0, 5, 0] }],
  });
  expect(keysOf(plan)).toEqual(["charging-later", "charging-later", "charging", "target-reached"]);
  expect(reasonAt(plan, 0)).toEqual({ key: "charging-later", untilMs: problem.horizon.startsMs[2] });
});

test("waiting for a cheaper slot under a limit that cannot be kept saves what the prices differ by", async () => {
  const problem = withCar({ targetKwh: 9 });
  const plan = await planOf({
    ...problem,
    nodes: problem.nodes.map((node) => ({
      ...node,
      baseKw: node.baseKw.map(() => 3),
      importLimitKw: [0, 0, 20, 20],
      limitSource: ["peak", "peak", null, null],
      failsafe: null,
    })),
  });
  const waiting = reasonAt(plan, 0);
  if (waiting?.key !== "waiting-for-cheaper-slot") throw new Error(JSON.stringify(waiting));
  expect(waiting.savingPerKwh).toBeCloseTo(1 - 0.2, 2);
});

test("a cap of nothing is told as what it is, by how much and by whose order", async () => {
  const problem = withCar({ targetKwh: 9, endSlot: 2 });
  const plan = await planOf({
    ...problem,
    nodes: problem.nodes.map((node) => ({
      ...node,
      baseKw: node.baseKw.map(() => 3),
      importLimitKw: [0, 0, 20, 20],
      limitSource: ["peak", null, null, null],
      failsafe: null,
    })),
  });
  expect(reasonAt(plan, 0)).toEqual({
    key: "limit-cannot-be-kept",
    nodeId: "site",
    eventId: "peak",
    overKw: expect.closeTo(3, 6),
  });
  expect(reasonAt(plan, 1)).toMatchObject({ key: "limit-cannot-be-kept", eventId: null });
});

test("in a community with an event every reason of the day occurs, and none is a rule", async () => {
  const { sessions } = await planOf(communityProblem({ cars: 14, seed: 5 }));
  const keys = sessions.flatMap(({ reasons }) => reasons.map(({ key }) => key));
  const some: ReasonKey[] = ["charging", "waiting-for-cheaper-slot", "driver-chose-fast", "past-departure"];
  expect(keys).toEqual(expect.arrayContaining(some));
  expect(keys).not.toContain("rule");
});
