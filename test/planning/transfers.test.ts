import { describe, expect, it } from "vitest";
import { communityOf, stationOf } from "../fixtures/sites.js";
import { stationRatingKw } from "../../src/planning/safety-floor.js";
import { allowedTransfers } from "../../src/planning/transfers.js";

describe("transfers that a driver allows", () => {
  it.each<[string, string[], string[], string[]]>([
    ["nothing named", [], [], []],
    ["one-way ones alone", ["AC_three_phase"], [], []],
    ["two-way AC", ["AC_BPT"], ["AC_single_phase", "AC_three_phase"], ["AC_BPT"]],
    ["two-way DC beside one-way", ["DC", "DC_BPT"], ["DC"], ["DC_BPT"]],
  ])("%s", (_name, named, oneWay, twoWay) => {
    expect(allowedTransfers(named, false)).toEqual(oneWay);
    expect(allowedTransfers(named, true)).toEqual([...oneWay, ...twoWay]);
  });
});

describe("the rating of a whole station", () => {
  const node = (id: string, parentId: string, importLimitKw: number | null) => ({
    id,
    parentId,
    importLimitKw,
    exportLimitKw: null,
    failsafe: null,
    graceS: null,
    flatteningPerKw2h: 0,
  });
  const rating = (limitKw: number | null, others: string[] = []): number | null => {
    const station = { ...stationOf("p1"), nodeId: "own" };
    const site = communityOf([station, ...others.map((id) => ({ ...stationOf(id), nodeId: "own" }))]);
    return stationRatingKw({ ...site, nodes: [...site.nodes, node("own", "piles", limitKw)] }, station);
  };

  it("is the limit of a node of its own, where that is less than its EVSEs together", () => {
    expect(rating(5)).toBe(5);
    expect(rating(50)).toBeNull();
    expect(rating(null)).toBeNull();
    expect(rating(5, ["p2"])).toBeNull();
  });
});
