import * as fc from "fast-check";
import { expect, test } from "vitest";
import { feederDay } from "../../../bench/site-day.js";
import { formulate } from "../../../src/optimizer/formulation/index.js";
import { ofNode } from "../../../src/optimizer/formulation/linear-model.js";
import { arranged, modelArb, rowsOf } from "./models.js";

/** Block of a row, -1 for one that links. */
const blockOf = (blockStart: Int32Array, row: number): number =>
  row >= (blockStart.at(-1) ?? 0) ? -1 : blockStart.findLastIndex((start) => start <= row);

test("every row that is kept has one place, and every column one block", () => {
  let tied = 0;
  fc.assert(
    fc.property(modelArb, (model) => {
      const { reduced, arrow, form } = arranged(model);
      const kept = [...reduced.kept.keys()].filter((row) => reduced.kept[row] === 1);
      expect([...arrow.order].toSorted((a, b) => a - b)).toEqual(kept);
      for (const column of form.cost.keys()) {
        const blocks = rowsOf(form, column).map((row) => blockOf(arrow.blockStart, row));
        expect(new Set(blocks.filter((block) => block >= 0)).size).toBeLessThanOrEqual(1);
        if (blocks.includes(-1) && blocks.some((block) => block >= 0)) tied++;
      }
    }),
  );
  expect(tied).toBeGreaterThan(0);
});

test("linking rows come node by node, what hangs on another before it", () => {
  fc.assert(
    fc.property(modelArb, (model) => {
      const { arrow } = arranged(model);
      const owners = Array.from(
        arrow.order.subarray(arrow.groupStart[0]),
        (row) => model.rowOwner[row] ?? NaN,
      );
      expect(owners).toEqual(owners.toSorted((a, b) => a - b));
      for (const [group, start] of arrow.groupStart.entries()) {
        const end = arrow.groupStart[group + 1] ?? start;
        const own = Array.from(arrow.order.subarray(start, end), (row) => model.rowOwner[row]);
        expect(new Set(own).size).toBeLessThanOrEqual(1);
      }
    }),
  );
});

test("of sites under a feeder only what cars stand in links, and the feeder's rows", () => {
  const problem = feederDay(20, 60);
  const formulation = formulate(problem, { apart: problem.sessions.map(() => true) });
  const { model } = formulation;
  const { arrow } = arranged(model);
  const linked = arrow.order.subarray(arrow.groupStart[0]);
  const open = new Set(model.openRow);
  expect(linked.length).toBeGreaterThan(0);
  for (const row of linked) if (!open.has(row)) expect(model.rowOwner[row]).toBe(ofNode(0));
});

test("boxes have width, and rows that cannot be broken are gone", () => {
  fc.assert(
    fc.property(modelArb, (model) => {
      const { form, reduced } = arranged(model);
      for (const [column, lower] of form.lower.entries()) expect(form.upper[column]).toBeGreaterThan(lower);
      for (const [row, kept] of reduced.kept.entries()) {
        if (kept === 0) continue;
        const [lower, upper] = [model.rowLower[row] ?? NaN, model.rowUpper[row] ?? NaN];
        expect((reduced.least[row] ?? NaN) < lower || (reduced.most[row] ?? NaN) > upper).toBe(true);
      }
    }),
  );
});
