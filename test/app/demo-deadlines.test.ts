import * as fc from "fast-check";
import { expect, it } from "vitest";
import { demoOcpp } from "../../src/app/demo.js";
import { SECOND_MS } from "../../src/domain/units.js";
import { DEFAULT_CENTRAL_SETTINGS } from "../../src/ocpp/settings.js";

it("the demonstration leaves every exchange with a station ten seconds by the wall, at every speed", () => {
  const deadlines = Object.keys(DEFAULT_CENTRAL_SETTINGS).filter(
    (name) => name.endsWith("Ms") && !OF_THE_WALL.has(name),
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 600 }), (speed) => {
      const settings = new Map(Object.entries(demoOcpp(speed)));
      for (const name of deadlines)
        expect([name, (settings.get(name) ?? 0) / speed]).toEqual([name, expect.toSatisfy(enough)]);
    }),
  );
});

/** A stop takes its time by the wall already. */
const OF_THE_WALL = new Set(["drainMs", "closeSpreadMs"]);

const enough = (wallMs: number): boolean => wallMs >= 10 * SECOND_MS;
