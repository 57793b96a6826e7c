import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Problem } from "../../src/domain/problem.js";
import { dualBound } from "../../src/optimizer/index.js";
import { addBinary, addColumn, addRow, emptyModel } from "../../src/optimizer/formulation/linear-model.js";
import { loadHighsEngine } from "../../src/optimizer/solvers/highs/index.js";
import { simplexEngine } from "../../src/optimizer/solvers/simplex/engine.js";
import { structuredEngine } from "../../src/optimizer/solvers/structured/engine.js";
import { withSquares } from "../../src/optimizer/solvers/tangents.js";
import { plainProblem, problemArb, SMALL } from "./problems.js";
import { check, scaleOf, solve, TOLERANCE } from "./solving.js";

const FLATTENED = { ...SMALL, flattening: true };
const highs = await loadHighsEngine();
const LONG = { timeLimitMs: 20_000 };

/** One car that takes 4 kWh in an hour at a price that is always the same, beside an uneven base load. */
const valley = (baseKw: number[], pvKw = [0, 0, 0, 0]): Problem => {
  const problem = plainProblem();
  return {
    ...problem,
    nodes: problem.nodes.map((node) => ({ ...node, baseKw, pvKw, flatteningPerKw2h: 0.01 })),
    meteringPoints: problem.meteringPoints.map((meter) => ({
      ...meter,
      buyPricePerKwh: [0.5, 0.5, 0.5, 0.5],
      sellPricePerKwh: [0, 0, 0, 0],
    })),
    sessions: problem.sessions.map((car) => ({
      ...car,
      chargeEfficiency: 1,
      maxDischargeKw: 0,
      initialKwh: 8,
      targetKwh: 12,
    })),
    penalties: { ...problem.penalties, timePerKwhHour: 0 },
  };
};

describe.each(["structured", "highs", "simplex"] as const)("%s", (solver) => {
  test("fills the valley of the base load", async () => {
    const problem = valley([2, 6, 4, 8]);
    const { chargeKw } = await solve(solver, problem);
    // 4 kWh are 16 kW over the four quarters: with 20 kW of base load 36, or 9 kW in each; the port ends at 7.
    for (const [slot, kw] of [7, 3, 5, 1].entries()) expect(chargeKw[0]?.[slot]).toBeCloseTo(kw, 1);
  });

  test("takes the sun no further than the curve is flat, and curtails what would leave for nothing", async () => {
    const problem = valley([2, 2, 2, 2], [0, 20, 0, 0]);
    const result = await solve(solver, problem);
    const seen = check(problem, result);
    expect(result.chargeKw[0]?.[1]).toBeCloseTo(7, 1);
    expect(seen.netKw[0]?.[1]).toBeGreaterThan(-0.05);
  });
});

test.each(["structured", "highs"] as const)(
  "a limit costs what the node's price is above tariff and slope (%s)",
  async (solver) => {
    const problem = valley([2, 6, 4, 8]);
    const nodes = problem.nodes.map((node) => ({ ...node, importLimitKw: [20, 20, 20, 8.5] }));
    const { multipliers } = await solve(solver, { ...problem, nodes });
    // 0.5 kW less in the last quarter lift the second and the third to 9.25 kW.
    const price = 0.5 + 2 * 0.01 * 9.25;
    expect(multipliers?.nodePricePerKwh[0]?.[3]).toBeCloseTo(price, 3);
    expect(multipliers?.importLimitPerKwh[0]?.[3]).toBeCloseTo(price - (0.5 + 2 * 0.01 * 8.5), 3);
  },
);

test.each(["structured", "highs"] as const)(
  "a limit has a price only where net power is at it (%s)",
  async (solver) => {
    let [priced, free] = [0, 0];
    await fc.assert(
      fc.asyncProperty(problemArb(FLATTENED), async (problem) => {
        const result = await solve(solver, problem);
        const { netKw } = check(problem, result);
        for (const [node, { importLimitKw, exportLimitKw }] of problem.nodes.entries())
          for (const slot of problem.horizon.startsMs.keys()) {
            const price = result.multipliers?.importLimitPerKwh[node]?.[slot] ?? NaN;
            const back = result.multipliers?.exportLimitPerKwh[node]?.[slot] ?? NaN;
            const net = netKw[node]?.[slot] ?? NaN;
            if (price > 1e-3) expect(net).toBeGreaterThan((importLimitKw?.[slot] ?? Infinity) - 1e-3);
            if (back > 1e-3) expect(-net).toBeGreaterThan((exportLimitKw?.[slot] ?? Infinity) - 1e-3);
            if (price > 1e-3 || back > 1e-3) priced++;
            else free++;
          }
      }),
      { numRuns: 40 },
    );
    expect(Math.min(priced, free)).toBeGreaterThan(0);
  },
);

test("a larger weight never makes a less even curve", async () => {
  let changed = 0;
  await fc.assert(
    fc.asyncProperty(problemArb({ ...FLATTENED, overload: false }), async (drawn) => {
      // What weights derive from flattening (breaking limits, urgency, staying) would change with it.
      const problem: Problem = {
        ...drawn,
        sessions: drawn.sessions.map((car) => ({ ...car, urgency: "normal", departsAfterHorizon: false })),
      };
      const times = (by: number): Problem => ({
        ...problem,
        nodes: problem.nodes.map((node) => ({ ...node, flatteningPerKw2h: by * node.flatteningPerKw2h })),
      });
      const [one, two] = [times(1), times(2)];
      const [few, many] = [await solve("structured", one), await solve("structured", two)];
      const squares = (result: typeof few): number =>
        check(one, result).objective - check(times(0), result).objective;
      const size = scaleOf(check(two, many).objective);
      expect(squares(many)).toBeLessThanOrEqual(squares(few) + 4 * TOLERANCE * size);
      if (squares(many) < squares(few) - 1e-3) changed++;
    }),
    { numRuns: 40 },
  );
  expect(changed).toBeGreaterThan(0);
});

test("where both directions pay at once the plan uses one, and the bound stays valid", async () => {
  await fc.assert(
    fc.asyncProperty(problemArb({ ...FLATTENED, maxSlots: 6, oddPrices: true }), async (problem) => {
      const result = await solve("structured", problem);
      const seen = check(problem, result);
      const slack = TOLERANCE * scaleOf(seen.objective);
      expect(result.status).toBe("optimal");
      expect(seen.maxViolation).toBeLessThan(TOLERANCE);
      expect(Math.abs((result.bound ?? NaN) - seen.objective)).toBeLessThan(slack);
      if (result.multipliers === null) throw new Error("no multipliers");
      expect(dualBound(problem, result.multipliers)).toBeLessThanOrEqual(seen.objective + slack);
    }),
    { numRuns: 40 },
  );
});

const ENGINES = [
  { name: "highs", engine: highs },
  { name: "simplex", engine: withSquares(simplexEngine) },
  { name: "structured", engine: structuredEngine(highs) },
];

describe.each(ENGINES)("squares in $name", ({ engine }) => {
  test("reach the lowest point of each parabola, or the end of its box", () => {
    const model = emptyModel();
    model.offset = 3;
    addColumn(model, { cost: -2, square: 1, lower: -4, upper: 4 });
    addColumn(model, { cost: -20, square: 1, lower: -4, upper: 4 });
    addColumn(model, { cost: 3, square: 0.5, lower: -2, upper: 9 });
    addRow(model, { lower: -100, upper: 100, owner: -1 }, [
      [0, 1],
      [1, 1],
      [2, 1],
    ]);
    const { status, values, objective, bound } = engine.solve(model, LONG);
    expect(status).toBe("optimal");
    for (const [column, x] of [1, 4, -2].entries()) expect(values?.[column]).toBeCloseTo(x, 3);
    expect(objective).toBeCloseTo(3 - 1 + (16 - 80) + (2 - 6), 6);
    expect(bound).toBeCloseTo(objective, 6);
  });

  test("go with binaries: the best of all choices", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -40, max: 40 }), { minLength: 3, maxLength: 3 }),
        fc.integer({ min: 0, max: 30 }),
        (centres, sum) => {
          const model = emptyModel();
          const on = centres.map(() => addBinary(model));
          // (x − centre/10)², where x is 0 or from 1 to 5 as the binary says.
          const columns = centres.map((centre) =>
            addColumn(model, { cost: -centre / 5, square: 1, lower: 0, upper: 5 }),
          );
          for (const [at, column] of columns.entries()) {
            addRow(model, { upper: 0, owner: -1, slot: at }, [
              [column, 1],
              [on[at] ?? -1, -5],
            ]);
            addRow(model, { lower: 0, owner: -1, slot: at }, [
              [column, 1],
              [on[at] ?? -1, -1],
            ]);
          }
          const most = 2 + sum / 10;
          addRow(
            model,
            { upper: most, owner: -1 },
            columns.map((column) => [column, 1] as const),
          );
          const found = engine.solve(model, LONG);
          let best = Infinity;
          for (let choice = 0; choice < 8; choice++) {
            const fixed = new Map(on.map((column, at) => [column, (choice >> at) & 1]));
            const { status, objective } = highs.solve(model, { ...LONG, fixed });
            if (status === "optimal") best = Math.min(best, objective);
          }
          expect(found.status).toBe("optimal");
          expect(Math.abs(found.objective - best)).toBeLessThan(1e-6 * scaleOf(best));
        },
      ),
      { numRuns: 25 },
    );
  });
});
