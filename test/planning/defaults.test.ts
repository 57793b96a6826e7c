import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { GridNode } from "../../src/domain/site.js";
import { minimumKw, scheduledKw } from "../../src/domain/draw.js";
import { DAY_MS, MINUTE_MS } from "../../src/domain/units.js";
import { allowsTheSame, defaultQuarters, defaultSchedule } from "../../src/planning/defaults.js";
import { communityOf, EVENING_MS, SINGLE_PHASE_32A, stationOf } from "../fixtures/sites.js";

const node = (id: string, parentId: string | null, importLimitKw: number | null): GridNode => ({
  id,
  parentId,
  importLimitKw,
  exportLimitKw: null,
  failsafe: null,
  graceS: null,
  flatteningPerKw2h: 0,
});
const at = (nodeId: string, id: string) => ({ ...stationOf(id), nodeId });
const open = (quarters: readonly boolean[] | undefined): number => quarters?.filter(Boolean).length ?? -1;
const limit = fc.option(fc.integer({ min: 0, max: 150 }), { nil: null });

/** A transformer above two panels with three and two piles. */
const siteOf = (rootKw: number | null, leftKw: number | null, rightKw: number | null) =>
  communityOf([at("left", "a"), at("left", "b"), at("left", "c"), at("right", "d"), at("right", "e")], {
    nodes: [
      node("transformer", null, rootKw),
      node("left", "transformer", leftKw),
      node("right", "transformer", rightKw),
    ],
    baseProfileKw: Array.from({ length: 96 }, (_, quarter) => quarter),
  });

describe("the quarters of the day in which a default allows the minimum current", () => {
  it("are those in which every node above has room for all defaults below it", () => {
    const kw = minimumKw(SINGLE_PHASE_32A);
    const fits = (limitKw: number | null, piles: number, baseKw: number): boolean =>
      limitKw === null || piles * kw <= 0.25 * (limitKw - baseKw * 1.1);
    fc.assert(
      fc.property(limit, limit, limit, (rootKw, leftKw, rightKw) => {
        const quarters = defaultQuarters(siteOf(rootKw, leftKw, rightKw));
        for (let quarter = 0; quarter < 96; quarter++) {
          const root = fits(rootKw, 5, quarter);
          expect(quarters.get("left")?.[quarter]).toBe(root && fits(leftKw, 3, 0));
          expect(quarters.get("right")?.[quarter]).toBe(root && fits(rightKw, 2, 0));
        }
      }),
    );
  });

  it("are not taken from the piles of one panel by the limit of another", () => {
    const quarters = defaultQuarters(siteOf(null, 1, null));
    expect([open(quarters.get("left")), open(quarters.get("right"))]).toEqual([0, 96]);
  });
});

describe("two defaults", () => {
  it("allow the same where they do at every minute of the day, whichever day each was made for", () => {
    // Few changes, and shifts of a whole day or by quarters, so that both answers come up.
    const quarters = fc
      .tuple(fc.integer({ min: 0, max: 96 }), fc.boolean())
      .map(([from, first]) => Array.from({ length: 96 }, (_, quarter) => (quarter < from ? first : !first)));
    const seen = new Set<boolean>();
    fc.assert(
      fc.property(quarters, quarters, fc.boolean(), fc.integer({ min: 0, max: 2 }), (a, b, isTwice, days) => {
        const made = (allowed: readonly boolean[], midnightMs: number) =>
          defaultSchedule({
            station: stationOf("a"),
            evse: SINGLE_PHASE_32A,
            allowed,
            midnightMs,
            unit: "A",
          });
        const [held, due] = [made(a, EVENING_MS - days * DAY_MS), made(isTwice ? a : b, EVENING_MS)];
        const minutes = Array.from({ length: 24 * 60 }, (_, minute) => EVENING_MS + minute * MINUTE_MS);
        const same = minutes.every((atMs) => scheduledKw(held, atMs) === scheduledKw(due, atMs));
        seen.add(same);
        expect(allowsTheSame(held, due)).toBe(same);
      }),
    );
    expect(seen).toEqual(new Set([true, false]));
  });
});
