import * as fc from "fast-check";
import { expect, it } from "vitest";
import { endlessPrices } from "../../src/app/endless-prices.js";
import { DAY_MS, SLOT_MS } from "../../src/domain/units.js";
import { fixedPriceTables } from "../../src/ports/price-tables.js";
import { pointAt } from "../../src/signals/price-series.js";
import { seriesOf } from "../signals/tables.js";

it("prices that end begin anew at the same time of day, a day back and a day ahead of now", () => {
  const table = seriesOf(
    Array.from({ length: 2 * 96 + 40 }, (_, slot) => slot),
    Date.UTC(2026, 0, 13, 16),
  );
  const startMs = table.points[0]?.startMs ?? 0;
  let nowMs = startMs;
  const prices = endlessPrices(fixedPriceTables([table]), () => nowMs);
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 400 * 96 }),
      fc.integer({ min: -96, max: 96 }),
      (slotsPast, slotsAway) => {
        nowMs = startMs + slotsPast * SLOT_MS;
        const atMs = nowMs + slotsAway * SLOT_MS;
        const [series] = prices.current();
        if (series === undefined) throw new Error("no series");
        const inRound = (((atMs - startMs) % (3 * DAY_MS)) + 3 * DAY_MS) % (3 * DAY_MS);
        const expected = atMs < startMs ? null : (pointAt(table, startMs + inRound)?.pricePerKwh ?? null);
        expect(pointAt(series, atMs)?.pricePerKwh ?? null).toBe(expected);
      },
    ),
  );
});
