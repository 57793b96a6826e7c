import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keepBreaches } from "../../sims/run/breaches.js";
import { communityOf } from "../fixtures/sites.js";

const HOUR_MS = 3_600_000;
/** Import limit 100 kW, export limit 0. */
const site = communityOf([]);
const limitedTo = (exportLimitKw: number | null) => ({
  ...site,
  nodes: site.nodes.map((node) => ({ ...node, importLimitKw: null, exportLimitKw })),
});
const kw = fc.integer({ min: -50, max: 50 });

const breachAt = (exportLimitKw: number | null, netKw: number, backgroundKw: number) => {
  const { rootNodeId } = site;
  const book = keepBreaches(limitedTo(exportLimitKw));
  book.look(new Map([[rootNodeId, { netKw, backgroundKw }]]));
  book.pass(0, HOUR_MS);
  return book.read();
};

describe("the book of breaches", () => {
  it("counts what cars return beyond an export limit, and for how long", () => {
    expect(breachAt(10, -12, 20)).toEqual({ maxOverKw: 2, seconds: 3600, longestSeconds: 3600 });
    expect(breachAt(10, -10, 20)).toEqual({ maxOverKw: 0, seconds: 0, longestSeconds: 0 });
    expect(breachAt(null, -500, 20).maxOverKw).toBe(0);
  });

  it("never counts more than cars return, nor more than is beyond the limit, and nothing that PV alone returns", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), kw, kw, (limitKw, backgroundKw, carsKw) => {
        const { maxOverKw } = breachAt(limitKw, backgroundKw + carsKw, backgroundKw);
        const beyondKw = Math.max(0, -(backgroundKw + carsKw) - limitKw);
        expect(maxOverKw).toBe(Math.min(beyondKw, Math.max(0, -carsKw)));
      }),
    );
  });
});
