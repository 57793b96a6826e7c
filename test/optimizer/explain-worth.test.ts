import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Problem, ProblemNode } from "../../src/domain/problem.js";
import { plainProblem, problemArb, SMALL } from "./problems.js";
import { planOf } from "./solving.js";

// 1 % of 8 kWh is worth 0.04: 0.5 a kWh, at the port nine tenths of it. Only the slot of 0.2 is cheaper, and 16 kWh
// are more than it takes. Least power has nothing to do with it.
test.each([0, 4])(
  "energy that is dearer than its worth is told as that (least power %s kW)",
  async (minChargeKw) => {
    const problem = plainProblem();
    const car = { maxDischargeKw: 0, reserveKwh: 0, targetKwh: 16, shortfallPerPercent: 0.04, minChargeKw };
    const { sessions } = await planOf({
      ...problem,
      sessions: problem.sessions.map((session) => ({ ...session, ...car })),
    });
    expect(sessions[0]?.shortfallKwh).toBeGreaterThan(5);
    expect(sessions[0]?.reasons[3]).toEqual({
      key: "dearer-than-shortfall",
      pricePerKwh: expect.closeTo(0.8, 2),
      worthPerKwh: expect.closeTo(0.45, 6),
    });
    expect(sessions[0]?.shortfallCause).toEqual({ key: "not-planned" });
  },
);

test("it is told of cars alone that are short, and whose energy costs more than it is worth", async () => {
  let told = 0;
  await fc.assert(
    fc.asyncProperty(
      problemArb(SMALL),
      fc.double({ min: 0.001, max: 0.1, noNaN: true }),
      async (drawn, share) => {
        const sessions = drawn.sessions.map((car) => ({
          ...car,
          shortfallPerPercent: share,
          urgency: "normal" as const,
        }));
        const plan = await planOf({ ...drawn, sessions, swapStations: [], payments: [] });
        for (const [index, { reasons, shortfallKwh }] of plan.sessions.entries())
          for (const reason of reasons) {
            if (reason.key !== "dearer-than-shortfall") continue;
            told++;
            expect(shortfallKwh).toBeGreaterThan(0.005);
            expect(sessions[index]?.departsAfterHorizon).toBe(false);
            expect(reason.pricePerKwh).not.toBeNull();
          }
      },
    ),
    { numRuns: 40 },
  );
  expect(told).toBeGreaterThan(5);
});

// Of two cars the first, worth 10 a kWh, takes all 7 kW of the site. For the other a kWh is worth 0.45 at a price of
// 0.8 and more: without the limit, or what else holds it, it would be as short.
describe("whatever else stands in the way of energy that is too dear, its price is told", () => {
  const crowded = (change: Partial<Problem> = {}, node: Partial<ProblemNode> = {}): Problem => {
    const problem = plainProblem();
    const [car] = problem.sessions;
    if (car === undefined) throw new Error("no car");
    const own = { ...car, maxDischargeKw: 0, reserveKwh: 0, maxChargeKw: 7 };
    return {
      ...problem,
      nodes: problem.nodes.map((one) => ({
        ...one,
        failsafe: null,
        baseKw: [0, 0, 0, 0],
        importLimitKw: [7, 7, 7, 7],
        ...node,
      })),
      meteringPoints: problem.meteringPoints.map((point) => ({
        ...point,
        buyPricePerKwh: [0.9, 0.8, 0.8, 0.9],
      })),
      sessions: [
        { ...own, id: "dear", targetKwh: 20, shortfallPerPercent: 1.2 },
        { ...own, id: "cheap", targetKwh: 16, shortfallPerPercent: 0.04 },
      ],
      ...change,
    };
  };
  const payment = {
    id: "dr",
    nodeId: "site",
    baselineKw: [7, 7, 7, 7],
    segments: [{ kw: 7, pricePerKwh: 0.01 }],
    excessPricePerKwh: null,
    floorKw: null,
  };

  test.each<[string, Problem]>([
    ["a full node", crowded()],
    ["an event's cap", crowded({}, { limitSource: ["dr", "dr", "dr", "dr"] })],
    ["a payment for reduction", crowded({ payments: [payment] }, { importLimitKw: null })],
  ])("%s", async (_name, problem) => {
    const cheap = (await planOf(problem)).sessions[1];
    expect(cheap?.shortfallKwh).toBeCloseTo(8, 2);
    expect(cheap?.reasons.map(({ key }) => key)).toEqual(
      Array.from({ length: 4 }, () => "dearer-than-shortfall"),
    );
    expect(cheap?.reasons[1]).toEqual({
      key: "dearer-than-shortfall",
      pricePerKwh: expect.closeTo(0.8, 6),
      worthPerKwh: expect.closeTo(0.45, 6),
    });
    expect([cheap?.shortfallCause, cheap?.shortfallClashes]).toEqual([{ key: "not-planned" }, undefined]);
  });

  test("what is weighed where money is not, without a price", async () => {
    const problem = crowded({}, { importLimitKw: null });
    const cheap = {
      ...problem,
      weights: { ...problem.weights, cost: 0, carbon: 1 },
      meteringPoints: problem.meteringPoints.map((point) => ({
        ...point,
        carbonKgPerKwh: [0.5, 0.5, 0.5, 0.5],
      })),
    };
    expect((await planOf(cheap)).sessions[1]?.reasons[0]).toEqual({
      key: "dearer-than-shortfall",
      pricePerKwh: null,
      worthPerKwh: null,
    });
  });
});

// A need of 10 kWh at 0.5 a kWh, and 0.15 more for each tenth that is missing before: at 0.9 the plan ends where 3 are
// missing, where the next kWh is worth 0.8.
test("at a step of fairness the next kWh is worth what is below it", async () => {
  const problem = plainProblem();
  const flat = (value: number): number[] => problem.horizon.startsMs.map(() => value);
  const plan = await planOf({
    ...problem,
    nodes: problem.nodes.map((node) => ({ ...node, failsafe: null, importLimitKw: flat(50) })),
    meteringPoints: problem.meteringPoints.map((point) => ({ ...point, buyPricePerKwh: flat(0.9) })),
    weights: { ...problem.weights, fairness: 0.15 },
    sessions: problem.sessions.map((car) => ({
      ...car,
      maxDischargeKw: 0,
      reserveKwh: 0,
      maxChargeKw: 40,
      chargeEfficiency: 1,
      initialKwh: 0,
      targetKwh: 10,
      shortfallPerPercent: 0.05,
    })),
  });
  expect(plan.sessions[0]?.shortfallKwh).toBeCloseTo(3, 2);
  const told = plan.sessions[0]?.reasons.find(({ key }) => key !== "charging");
  expect(told).toEqual({
    key: expect.stringMatching(/target|dearer/),
    pricePerKwh: expect.closeTo(0.9, 6),
    worthPerKwh: expect.closeTo(0.8, 6),
  });
});
