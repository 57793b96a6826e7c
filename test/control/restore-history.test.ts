import { test as law, fc } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { createSiteHistory } from "../../src/control/history.js";
import { restoreHistory } from "../../src/control/restore-history.js";
import type { Measurement } from "../../src/domain/site.js";
import { HOUR_MS, hours, MINUTE_MS, SLOT_MS, sum } from "../../src/domain/units.js";
import { createMemoryTelemetry } from "../../src/ports/telemetry-memory.js";
import { communityOf, EVENING_MS, stationOf } from "../fixtures/sites.js";

const site = communityOf([stationOf("p1")]);
const SPAN_MS = 3 * HOUR_MS;
const power = fc.double({ min: 0, max: 200, noNaN: true });
/** Whether the site's meter is heard, minute by minute. */
const heard = fc
  .array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 60 })), { minLength: 1, maxLength: 8 })
  .map((runs) => runs.flatMap(([on, minutes]) => Array.from({ length: minutes }, () => on)));

const restored = async (measured: readonly Measurement[]) => {
  const telemetry = createMemoryTelemetry();
  for (const one of measured) telemetry.append(one);
  const history = createSiteHistory();
  const signals = {
    lay: () => ({ prices: new Map(), caps: [], targets: [], notes: [] }),
    onChange: () => undefined,
  };
  await restoreHistory({ telemetry, signals, clock: { now: () => EVENING_MS } }, site, history);
  return history.means(0, EVENING_MS);
};
const at = (kind: Measurement["kind"], minute: number, powerKw: number): Measurement => ({
  siteId: site.id,
  kind,
  powerKw,
  atMs: EVENING_MS - SPAN_MS + minute * MINUTE_MS,
});

describe("the past after a restart", () => {
  law.prop([power, power, heard])(
    "is what was measured, and nothing where nothing was",
    async (ev, base, on) => {
      const minutes = on.slice(0, SPAN_MS / MINUTE_MS);
      const means = await restored(
        minutes.flatMap((isHeard, minute) => [
          at("ev", minute, ev),
          ...(isHeard ? [at("site-import", minute, base + ev)] : []),
        ]),
      );
      for (const mean of means) {
        expect(mean.importKw).toBeCloseTo(base + ev, 6);
        expect(mean.baseKw).toBeCloseTo(base, 6);
        expect(mean.limitKw).toBe(100);
        const sinceMs = mean.startMs - SLOT_MS - site.measurementStaleMs;
        expect(minutes.some((isHeard, minute) => isHeard && at("ev", minute, 0).atMs >= sinceMs)).toBe(true);
      }
      const quarters = new Set(
        minutes.flatMap((isHeard, minute) =>
          isHeard ? [Math.floor(at("ev", minute, 0).atMs / SLOT_MS) * SLOT_MS] : [],
        ),
      );
      const shown = means.map(({ startMs }) => startMs);
      expect([...quarters].filter((startMs) => !shown.includes(startMs))).toEqual([]);
    },
  );

  law.prop([fc.array(power, { minLength: 12, maxLength: 12 })])(
    "keeps the energy that flowed",
    async (powers) => {
      const step = SPAN_MS / MINUTE_MS / powers.length;
      const means = await restored(powers.map((powerKw, index) => at("site-import", index * step, powerKw)));
      const kwh = sum(means.map(({ importKw }) => importKw * hours(SLOT_MS)));
      expect(kwh).toBeCloseTo(sum(powers) * (step / 60), 6);
    },
  );
});
