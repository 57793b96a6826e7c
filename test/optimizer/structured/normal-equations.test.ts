import * as fc from "fast-check";
import { expect, test } from "vitest";
import { loadWasm } from "../../../src/optimizer/solvers/structured/fleet/wasm.js";
import {
  choleskyBytes,
  wasmCholesky,
} from "../../../src/optimizer/solvers/structured/fleet/wasm-cholesky.js";
import { type Cholesky, plainCholesky } from "../../../src/optimizer/solvers/structured/method/cholesky.js";
import { tileHalves } from "../../../src/optimizer/solvers/structured/method/tile-halves.js";
import type { Tiles } from "../../../src/optimizer/solvers/structured/method/tiles.js";
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

interface Room {
  readonly schur: Float64Array;
  readonly whole: Float64Array;
  readonly rhs: Float64Array;
  readonly cholesky: Cholesky;
}

const plainRoom = (tiles: Tiles, links: number): Room => {
  const [schur, whole] = [new Float64Array(tiles.size), new Float64Array(links)];
  return { schur, whole, rhs: new Float64Array(links), cholesky: plainCholesky(tiles, { schur, whole }) };
};

let inHalves = 0;

/** In the memory of the module, in halves wherever some can be made. */
const wasmRoom = (tiles: Tiles, links: number): Room => {
  const halves = tileHalves(tiles, true);
  if (halves !== null) inHalves++;
  const wasm = loadWasm(8 * (tiles.size + 2 * links + 64) + choleskyBytes(tiles, halves));
  if (wasm === null) throw new Error("no WebAssembly here");
  const { store } = wasm;
  const [schur, whole, rhs] = [store.floats(tiles.size), store.floats(links), store.floats(links)];
  return { schur, whole, rhs, cholesky: wasmCholesky(wasm, tiles, { schur, whole, halves }) };
};

test.each([
  { by: "plain JavaScript", roomFor: plainRoom },
  { by: "WebAssembly", roomFor: wasmRoom },
])("the factors of blocks and tiles solve A·Θ·Aᵀ·x = b, by $by", ({ roomFor }) => {
  fc.assert(
    fc.property(modelArb, fc.infiniteStream(fc.double({ min: -3, max: 3, noNaN: true })), (model, drawn) => {
      const { form, arrow } = arranged(model);
      const draw = (): number => Number(drawn.next().value);
      const theta = form.cost.map(() => 10 ** draw());
      const wanted = form.rhs.map(() => draw());
      const b = Float64Array.from(multiplied(form, theta, wanted));
      const pattern = patternOf(form, arrow);
      const equations = normalEquations(pattern);
      const rows = arrow.groupStart[0] ?? NaN;
      const { schur, whole, rhs, cholesky } = roomFor(pattern.tiles, b.length - rows);
      // Twice: what the first leaves behind apart must not count again.
      for (let time = 0; time < 2; time++) {
        schur.fill(0);
        whole.fill(0);
        equations.factor(theta, { schur, whole });
        cholesky.factor();
        cholesky.solve(rhs.fill(1));
      }
      const x = b.slice();
      equations.eliminate(x);
      rhs.set(x.subarray(rows));
      cholesky.solve(rhs);
      x.set(rhs, rows);
      x.set(b.subarray(0, rows));
      equations.resolve(x);
      const size = Math.max(1, ...b.map(Math.abs));
      for (const [row, value] of multiplied(form, theta, x).entries())
        expect(Math.abs(value - (b[row] ?? NaN))).toBeLessThan(1e-8 * size);
    }),
    { numRuns: 60 },
  );
  if (roomFor === wasmRoom) expect(inHalves).toBeGreaterThan(10);
});
