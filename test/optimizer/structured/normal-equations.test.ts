import * as fc from "fast-check";
import { expect, test } from "vitest";
import { factorTiles, solveTiles } from "../../../src/optimizer/solvers/structured/method/cholesky.js";
import { normalEquations } from "../../../src/optimizer/solvers/structured/rows/normal-equations.js";
import { patternOf } from "../../../src/optimizer/solvers/structured/rows/pattern.js";
import type { StandardForm } from "../../../src/optimizer/solvers/structured/rows/standard-form.js";
import { arranged, modelArb } from "./models.js";

/** A·Θ·Aᵀ·x by plain multiplication. */
const multiplied = ({ matrix, rhs, cost }: StandardForm, theta: Float64Array, x: Float64Array): number[] => {
  const product = Array.from(rhs, () => 0);
  for (const column of cost.keys()) {
    let inner = 0;
    const [start = 0, end = 0] = [matrix.start[column], matrix.start[column + 1]];
    for (let entry = start; entry < end; entry++)
      inner += (matrix.value[entry] ?? NaN) * (x[matrix.row[entry] ?? -1] ?? NaN);
    for (let entry = start; entry < end; entry++) {
      const row = matrix.row[entry] ?? -1;
      product[row] = (product[row] ?? NaN) + (matrix.value[entry] ?? NaN) * (theta[column] ?? NaN) * inner;
    }
  }
  return product;
};

test("the factors of blocks and tiles solve A·Θ·Aᵀ·x = b", () => {
  fc.assert(
    fc.property(modelArb, fc.infiniteStream(fc.double({ min: -3, max: 3, noNaN: true })), (model, drawn) => {
      const { form, arrow } = arranged(model);
      const draw = (): number => Number(drawn.next().value);
      const theta = form.cost.map(() => 10 ** draw());
      const wanted = form.rhs.map(() => draw());
      const b = Float64Array.from(multiplied(form, theta, wanted));
      const pattern = patternOf(form, arrow);
      const { tiles } = pattern;
      const equations = normalEquations(pattern);
      const rows = arrow.groupStart[0] ?? NaN;
      const schur = new Float64Array(tiles.size);
      const whole = new Float64Array(b.length - rows);
      equations.factor(theta, { schur, whole });
      factorTiles(tiles, schur, { whole });
      const x = b.slice();
      equations.eliminate(x);
      solveTiles(tiles, schur, { rhs: x.subarray(rows) });
      x.set(b.subarray(0, rows));
      equations.resolve(x);
      const size = Math.max(1, ...b.map(Math.abs));
      for (const [row, value] of multiplied(form, theta, x).entries())
        expect(Math.abs(value - (b[row] ?? NaN))).toBeLessThan(1e-8 * size);
    }),
    { numRuns: 60 },
  );
});
