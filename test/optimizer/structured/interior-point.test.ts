import { expect, test } from "vitest";
import { interiorPoint } from "../../../src/optimizer/solvers/structured/method/interior-point.js";
import type { Part } from "../../../src/optimizer/solvers/structured/method/part.js";

const NOTHING = new Float64Array(0);
/** A part that meets its rows and says the same of itself at every point. */
const partThatSays = (objective: number, bound: number): Part => ({
  ends: 1,
  advance(_steps, _proximal, { sums }) {
    sums.objective += objective;
    sums.bound += bound;
    sums.products += 1;
  },
  predict() {},
  correct() {},
  keep() {},
});

const statusOf = (objective: number, bound: number): string =>
  interiorPoint(
    {
      offset: 0,
      rhs: NOTHING,
      y: NOTHING,
      parts: [partThatSays(objective, bound)],
      schur: NOTHING,
      whole: NOTHING,
      step: NOTHING,
      rest: NOTHING,
      cholesky: { factor() {}, solve() {} },
    },
    () => 1_000,
  ).status;

test.each([
  { objective: 2465, bound: 2465, status: "optimal" },
  { objective: 2465, bound: 2400, status: "stalled" },
  { objective: 2465, bound: 2503, status: "stalled" },
])("an objective of $objective and a bound of $bound are $status", ({ objective, bound, status }) => {
  expect(statusOf(objective, bound)).toBe(status);
});
