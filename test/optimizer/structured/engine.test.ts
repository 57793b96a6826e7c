import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addDirection,
  formulate,
  type LinearModel,
  twoWays,
} from "../../../src/optimizer/formulation/index.js";
import { addColumn, addRow, emptyModel } from "../../../src/optimizer/formulation/linear-model.js";
import type { LinearSolution } from "../../../src/optimizer/solvers/engine.js";
import { loadHighsEngine } from "../../../src/optimizer/solvers/highs/index.js";
import { structuredEngine } from "../../../src/optimizer/solvers/structured/engine.js";
import { problemArb, SMALL } from "../problems.js";
import { modelArb } from "./models.js";

const highs = await loadHighsEngine();
const structured = structuredEngine(highs);
const LONG = { timeLimitMs: 20_000 };
const ODD = { ...SMALL, oddPrices: true };
const oddArb = fc.oneof(problemArb(ODD), problemArb({ ...ODD, flattening: true }));

/** Objective and largest violation of a solution, from the model alone. */
const judged = (model: LinearModel, { values }: LinearSolution): { objective: number; violation: number } => {
  let objective = model.offset;
  let violation = 0;
  const x = (column: number): number => values?.[column] ?? NaN;
  for (const [column, cost] of model.cost.entries()) {
    objective += cost * x(column) + (model.square[column] ?? NaN) * x(column) ** 2;
    violation = Math.max(
      violation,
      (model.lower[column] ?? NaN) - x(column),
      x(column) - (model.upper[column] ?? NaN),
    );
  }
  for (const [row, lower] of model.rowLower.entries()) {
    let activity = 0;
    for (let entry = model.rowStart[row] ?? 0; entry < (model.rowStart[row + 1] ?? 0); entry++)
      activity += (model.entryValue[entry] ?? NaN) * x(model.entryColumn[entry] ?? -1);
    violation = Math.max(violation, lower - activity, activity - (model.rowUpper[row] ?? NaN));
  }
  return { objective, violation };
};

/** The least that any point within the boxes costs, by the duals alone. */
const proven = (model: LinearModel, { duals }: LinearSolution): number => {
  const reduced = [...model.cost];
  let bound = model.offset;
  for (const row of model.rowLower.keys()) {
    const dual = duals?.[row] ?? NaN;
    for (let entry = model.rowStart[row] ?? 0; entry < (model.rowStart[row + 1] ?? 0); entry++) {
      const column = model.entryColumn[entry] ?? -1;
      reduced[column] = (reduced[column] ?? NaN) - dual * (model.entryValue[entry] ?? NaN);
    }
    const side = (dual > 0 ? model.rowLower[row] : model.rowUpper[row]) ?? NaN;
    if (dual !== 0) bound += dual * side;
  }
  for (const [column, cost] of reduced.entries()) {
    const [lower, upper] = [model.lower[column] ?? NaN, model.upper[column] ?? NaN];
    const square = model.square[column] ?? NaN;
    const lowest = Math.min(Math.max(-cost / (2 * square), lower), upper);
    const candidates = square > 0 ? [lower, upper, lowest] : [lower, upper];
    bound += Math.min(...candidates.map((x) => cost * x + square * x * x));
  }
  return bound;
};

describe("a solution", () => {
  test("fits every row and box, and its duals prove that none is better", () => {
    fc.assert(
      fc.property(modelArb, (model) => {
        const solution = structured.solve(model, LONG);
        const { objective, violation } = judged(model, solution);
        const size = Math.max(1, Math.abs(objective));
        expect(solution.status).toBe("optimal");
        expect(violation).toBeLessThan(1e-7);
        expect(Math.abs(objective - solution.objective)).toBeLessThan(1e-7 * size);
        expect(Math.abs(objective - solution.bound)).toBeLessThan(2e-7 * size);
        expect(proven(model, solution)).toBeGreaterThan(objective - 2e-7 * size);
      }),
    );
  });

  test("with every direction decided costs what that of highs costs", () => {
    let decided = 0;
    fc.assert(
      fc.property(oddArb, fc.nat(), (problem, seed) => {
        const formulation = formulate(problem);
        for (const place of twoWays(formulation)) addDirection(formulation.model, place);
        const { model } = formulation;
        const fixed = new Map(model.binary.map((column, at) => [column, (seed >> (at % 30)) & 1]));
        decided += fixed.size;
        const [own, other] = [structured, highs].map((engine) => engine.solve(model, { ...LONG, fixed }));
        if (other?.status !== "optimal") {
          expect(own?.status).not.toBe("optimal");
          return;
        }
        const size = Math.max(1, Math.abs(other.objective));
        expect(own?.status).toBe("optimal");
        expect(Math.abs((own?.objective ?? NaN) - other.objective)).toBeLessThan(2e-7 * size);
      }),
      { numRuns: 60 },
    );
    expect(decided).toBeGreaterThan(0);
  });

  test("with columns fixed is that of the model with them fixed", () => {
    const drawn = fc.tuple(oddArb, fc.nat());
    let fixedOnes = 0;
    fc.assert(
      fc.property(drawn, ([problem, chosen]) => {
        const { model, sessionColumns } = formulate(problem);
        const discharge = sessionColumns.flatMap((columns) => columns.discharge.flat());
        const column = discharge[chosen % Math.max(1, discharge.length)];
        const fixed = new Map(column === undefined ? [] : [[column, 0]]);
        fixedOnes += fixed.size;
        const [own, other] = [structured, highs].map((engine) => engine.solve(model, { ...LONG, fixed }));
        expect(own?.status).toBe("optimal");
        const size = Math.max(1, Math.abs(other?.objective ?? NaN));
        expect(Math.abs((own?.objective ?? NaN) - (other?.objective ?? NaN))).toBeLessThan(1e-7 * size);
        for (const at of fixed.keys()) expect(own?.values?.[at]).toBe(0);
      }),
    );
    expect(fixedOnes).toBeGreaterThan(0);
  });
});

describe("what has no solution ends in a status", () => {
  const two = (): LinearModel => {
    const model = emptyModel();
    addColumn(model, { cost: 1, lower: 0, upper: 1 });
    addColumn(model, { cost: 2, lower: 0, upper: 1 });
    return model;
  };
  const row = (model: LinearModel, lower: number, upper: number): LinearModel => {
    addRow(model, { lower, upper, owner: 0 }, [
      [0, 1],
      [1, 1],
    ]);
    return model;
  };

  test.each([
    ["a row beyond its columns", row(two(), 3, Infinity), "infeasible"],
    ["a row whose bounds are crossed", row(two(), 1.5, 0.5), "infeasible"],
    ["a box that is crossed", { ...row(two(), 1, 1), lower: [0.5, 0], upper: [0.1, 1] }, "infeasible"],
    ["a row out of reach of a bound that is far from the other", row(two(), -1e6, -1e-3), "infeasible"],
    ["two rows that contradict each other", row(row(two(), 1.5, Infinity), -Infinity, 0.5), "infeasible"],
    ["a price that is no number", { ...row(two(), 1, 1), cost: [Number.NaN, 2] }, "failed"],
    ["an infinite price", { ...row(two(), 1, 1), cost: [Infinity, 2] }, "failed"],
    ["a row that is no number", row(two(), Number.NaN, Number.NaN), "failed"],
  ])("%s", (_name, model, status) => {
    const solution = structured.solve(model, LONG);
    expect(solution.status).toBe(status);
    expect(solution.values).toBeNull();
  });

  test("a column that is twice in a row is refused, not searched for forever", () => {
    const model = two();
    const twice: [number, number][] = [
      [0, 1],
      [0, 1],
      [1, 1],
    ];
    addRow(model, { lower: 1, upper: 1, owner: 0 }, twice);
    expect(() => structured.solve(row(model, 0.5, 1), LONG)).toThrow("twice in one row");
  });

  test("a column that ties two sessions together is refused", () => {
    const model = row(two(), 0.5, 1);
    addRow(model, { lower: 0.5, upper: 1.5, owner: 1 }, [
      [0, 1],
      [1, 2],
    ]);
    expect(() => structured.solve(model, LONG)).toThrow("ties two blocks");
  });

  test("a row that is near its end settles no column that it leaves room", () => {
    const model = emptyModel();
    addColumn(model, { cost: -100, lower: 0, upper: 10 });
    addColumn(model, { cost: 1, lower: 1e6, upper: 2e6 });
    addRow(model, { upper: 1e6 + 5e-4, owner: 0 }, [
      [0, 1e-4],
      [1, 1],
    ]);
    const { status, objective, bound } = structured.solve(model, LONG);
    expect(status).toBe("optimal");
    expect(objective).toBeCloseTo(1e6 - 500, 1);
    expect(bound).toBeCloseTo(objective, 1);
  });

  test("no time", () => {
    expect(structured.solve(row(two(), 1, 1), { timeLimitMs: 0 }).status).toBe("time-limit");
  });

  test("columns that rows and boxes settle need no iteration", () => {
    const { status, values, iterations } = structured.solve(row(two(), 2, Infinity), LONG);
    expect({ status, values: Array.from(values ?? []), iterations }).toEqual({
      status: "optimal",
      values: [1, 1],
      iterations: 0,
    });
  });
});
