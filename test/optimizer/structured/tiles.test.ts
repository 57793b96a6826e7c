import { expect, test } from "vitest";
import { feederDay } from "../../../bench/site-day.js";
import { formulate } from "../../../src/optimizer/formulation/index.js";
import { tileHalves } from "../../../src/optimizer/solvers/structured/method/tile-halves.js";
import { groupSize, type Tiles } from "../../../src/optimizer/solvers/structured/method/tiles.js";
import { patternOf } from "../../../src/optimizer/solvers/structured/rows/pattern.js";
import { arranged } from "./models.js";

const apart = (sites: number, sessions: number): Tiles => {
  const problem = feederDay(sites, sessions);
  const { form, arrow } = arranged(formulate(problem, { apart: problem.sessions.map(() => true) }).model);
  return patternOf(form, arrow).tiles;
};

test("a slot of a site meets the same slot of its feeder only, so that half of their tile stays empty", () => {
  const tiles = apart(12, 48);
  const sites = tiles.below.slice(0, -1);
  expect(sites.map((others) => others.map(({ group }) => group))).toEqual(
    Array.from({ length: 12 }, () => [12]),
  );
  for (const [site, others] of sites.entries()) {
    const size = groupSize(tiles, site);
    const held = others.flatMap(({ first }) => [...first].filter((column) => column < size));
    // Each slot in which the site's cars can do something stands once, in the order of slots.
    expect(held).toEqual(Array.from({ length: size }, (_, column) => column));
  }
});

test("the halves of many sites are as large as each other, and take together from the feeder alone", () => {
  const tiles = apart(40, 160);
  const { middle, shared } = tileHalves(tiles, true) ?? { middle: 0, shared: 0 };
  expect(shared).toBe(40);
  expect(Math.abs(middle - 20)).toBeLessThanOrEqual(2);
});

test("one site is not split", () => {
  expect(tileHalves(apart(1, 8), false)).toBeNull();
});
