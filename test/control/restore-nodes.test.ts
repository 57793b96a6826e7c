import { describe, expect, it } from "vitest";
import { restoreNodes } from "../../src/control/restore-nodes.js";
import type { Measurement } from "../../src/domain/site.js";
import { DAY_MS, MINUTE_MS } from "../../src/domain/units.js";
import { VirtualClock } from "../../src/ports/clock.js";
import { createMemoryTelemetry } from "../../src/ports/telemetry-memory.js";
import { communityOf, EVENING_MS, stationOf } from "../fixtures/sites.js";
import { storageOf } from "../fixtures/storages.js";

/** Piles of 7.04 kW, of which one gives back up to 5 kW. */
const site = communityOf([stationOf("p1"), stationOf("p2", { maxDischargeKw: 5 })]);

const battery = storageOf({ nodeId: "piles", maxChargeKw: 8, maxDischargeKw: 10 });

type Noted = readonly [kind: Measurement["kind"], powerKw: number, minutesAgo: number];

/** Bounds of the base load at the piles, in order of time. */
const restored = async (notes: readonly Noted[], at = site): Promise<(readonly [number, number])[]> => {
  const telemetry = createMemoryTelemetry();
  for (const [kind, powerKw, ago] of notes)
    telemetry.append({ siteId: site.id, kind, powerKw, atMs: EVENING_MS - ago * MINUTE_MS });
  const found: (readonly [number, number])[] = [];
  await restoreNodes({ telemetry, clock: new VirtualClock(EVENING_MS) }, at, {
    learn: (_, nodeId, { lowKw, highKw }) => {
      if (nodeId === "piles") found.push([lowKw, highKw]);
    },
  });
  return found;
};

describe("the base load at a node before the start", () => {
  it.each<[string, readonly Noted[], readonly (readonly [number, number])[]]>([
    ["no reading: nothing", [["ev:piles", 7, 3]], []],
    [
      "cars that drew the same before and after: what remains",
      [
        ["ev:piles", 7, 3],
        ["node:piles", 19, 2],
        ["ev:piles", 7, 1],
      ],
      [[12, 12]],
    ],
    [
      "cars that changed meanwhile: whatever they may draw and give",
      [
        ["ev:piles", 7, 3],
        ["node:piles", 19, 2],
        ["ev:piles", 9, 1],
      ],
      [[19 - 14.08, 19 + 5]],
    ],
    [
      "cars that were last heard long before: the same",
      [
        ["ev:piles", 7, 30],
        ["node:piles", 19, 2],
        ["ev:piles", 7, 1],
      ],
      [[19 - 14.08, 19 + 5]],
    ],
    [
      "the last reading, after which nothing was noted: the same",
      [
        ["ev:piles", 7, 3],
        ["node:piles", 19, 2],
      ],
      [[19 - 14.08, 19 + 5]],
    ],
    [
      "the cars of the whole site: nothing of those here",
      [
        ["ev", 7, 3],
        ["node:piles", 19, 2],
        ["ev", 7, 1],
      ],
      [[19 - 14.08, 19 + 5]],
    ],
  ])("%s", async (_name, notes, bounds) => {
    expect(await restored(notes)).toEqual(bounds);
  });

  it("leaves out what is older than three days, but for the last before", async () => {
    const minutes = (3 * DAY_MS) / MINUTE_MS;
    const old = [1, 2, 3].map((kw): Noted => ["node:piles", kw, minutes + 10 - kw]);
    expect(await restored(old, { ...site, stations: [] })).toEqual([[3, 3]]);
  });

  it("counts a battery that is commanded there as able to have done anything", async () => {
    const at = { ...site, stations: [], storages: [battery] };
    expect(await restored([["node:piles", 19, 2]], at)).toEqual([[19 - 8, 19 + 10]]);
  });
});
