import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { exampleSiteFile } from "../../src/config/index.js";
import { type NewStation, withStation } from "../../src/app/station-text.js";

const station: fc.Arbitrary<NewStation> = fc.record({
  id: fc.stringMatching(/^[A-Za-z0-9._-]{1,12}$/),
  nodeId: fc.option(fc.stringMatching(/^[ -~]{1,12}$/), { nil: null }),
  phases: fc.constantFrom(1 as const, 3 as const),
  maxA: fc.integer({ min: 6, max: 200 }),
  maxDischargeKw: fc.integer({ min: 0, max: 50 }),
});

/** A site as people write it: comments, blanks, aligned tables, one line, other sites around it. */
const LAYOUTS: Record<string, string> = {
  example: exampleSiteFile(),
  block: `sites:
  - id: home   # the one
    stations: # piles
      - id: a
        evses:   [{ maxA: 16 ,  minA: 6 }]   # the old one

      # the last
      - id: b # no more
    baseProfileKw: [1,   2,
       3]
`,
  unindented: "sites:\n- id: home\n  stations:\n  - id: a\n",
  flow: "sites: [{ id: home, stations: [ {id: a} , ] }] # one line\n",
  "empty list": "sites:\n  - id: home\n    stations: []  # none yet\n    name: x\n",
  "no list": "sites:\n  - id: home\n    name: x # last\n# end\ntariffs: []\n",
  "no list at the end": "sites:\n  - id: home\n    nodes:\n      - { id: n }",
  "windows lines": "sites:\r\n  - id: home\r\n    stations:\r\n      - id: a\r\n",
};

const ofSite = (text: string): { stations?: unknown[] } =>
  (parse(text) as { sites: { stations?: unknown[] }[] }).sites[0] ?? {};

describe("a new station in a site file", () => {
  it.each(Object.entries(LAYOUTS))("%s: adds its own text and keeps every other byte", (_name, before) => {
    fc.assert(
      fc.property(station, (added) => {
        const after = withStation(before, 0, added);
        let common = 0;
        while (common < before.length && before[common] === after[common]) common++;
        expect(after.endsWith(before.slice(common).replace(/^ *\]/, "]").trimStart())).toBe(true);
        const { stations: old = [], ...rest } = ofSite(before);
        const { stations: now = [], ...same } = ofSite(after);
        expect(same).toEqual(rest);
        const { id, nodeId, phases, maxA, maxDischargeKw } = added;
        const evse = { phases, voltageV: phases === 1 ? 220 : 230, minA: 6, maxA };
        expect(now).toEqual([
          ...old,
          {
            id,
            ...(nodeId === null ? {} : { node: nodeId }),
            evses: [maxDischargeKw > 0 ? { ...evse, maxDischargeKw } : evse],
          },
        ]);
      }),
      { numRuns: 60 },
    );
  });

  it("is refused where the list is written in a way that cannot be added to, with what to write", () => {
    const aliased = "all: &all [{ id: a }]\nsites:\n  - id: home\n    stations: *all\n";
    expect(() =>
      withStation(aliased, 0, { id: "b", nodeId: null, phases: 1, maxA: 16, maxDischargeKw: 0 }),
    ).toThrow(
      "write it there yourself: - { id: b, evses: [{ phases: 1, voltageV: 220, minA: 6, maxA: 16 }] }",
    );
  });
});
