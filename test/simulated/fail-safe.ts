import { fc, it as law } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { builtInScenario } from "../../src/app/package-files.js";
import type { GridNode } from "../../src/domain/site.js";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../src/domain/units.js";
import { loadScenario, type Scenario, type ScenarioFault } from "../../sims/index.js";
import { runEvening } from "./evening.js";

/** Every seventh pile of the demonstration: six of them, of all three versions. */
const PART = 7;
const HOURS = 6;
const GRACE_S = 120;

/** Trouble at some stations: from when, in seconds after the cars begin to come, and for how long. */
interface Trouble {
  readonly kind: ScenarioFault["kind"];
  readonly stations: readonly number[];
  readonly fromS: number;
  readonly seconds: number;
  readonly lossShare: number;
  readonly lateSeconds: number;
}

/**
 * Stations vanish, are switched off and boot, hear without answering, lose messages on either way, or have them so
 * late that a command is carried out after it was given up, and a sample is heard after what was told since; any of
 * them, at any second, for any time, together or in turn. The tariff turns in the fifth hour.
 */
const troubles: fc.Arbitrary<Trouble[]> = fc.array(
  fc.record({
    kind: fc.constantFrom<Trouble["kind"]>("offline", "off", "silent", "lossy", "late"),
    stations: fc.uniqueArray(fc.nat(5), { minLength: 1, maxLength: 6 }),
    fromS: fc.integer({ min: 3 * 3_600, max: HOURS * 3_600 - 600 }),
    seconds: fc.integer({ min: 5, max: 5_400 }),
    lossShare: fc.double({ min: 0.05, max: 0.5, noNaN: true }),
    lateSeconds: fc.double({ min: 1, max: 25, noNaN: true }),
  }),
  { minLength: 3, maxLength: 12 },
);

/** An evening at a sixth of the demonstration, without any margin: every kW too much shows. */
const troubledEvening = (
  drawn: readonly Trouble[],
  { seed, failsafe }: { seed: number; failsafe: GridNode["failsafe"] },
): Scenario => {
  const whole = loadScenario(builtInScenario("jinan-community"), { seed, durationHours: HOURS });
  const stations = whole.site.stations.filter((_, index) => index % PART === 0);
  const ids = stations.map(({ id }) => id);
  const share = stations.length / whole.site.stations.length;
  return {
    ...whole,
    site: {
      ...whole.site,
      stations,
      baseMarginShare: 0,
      baseProfileKw: whole.site.baseProfileKw.map((kw) => kw * share),
      nodes: whole.site.nodes.map((node) =>
        node.importLimitKw === null
          ? node
          : { ...node, importLimitKw: node.importLimitKw * share, failsafe, graceS: GRACE_S },
      ),
    },
    stations: whole.stations.filter(({ stationId }) => ids.includes(stationId)),
    arrivals: (fromMs, toMs) =>
      whole.arrivals(fromMs, toMs).filter(({ stationId }) => ids.includes(stationId)),
    faults: faultsOf(drawn, ids, whole.startMs),
    sampleMs: 5 * MINUTE_MS,
    baseNoiseShare: 0,
  };
};

/** A station has one trouble of a kind at a time: of two that overlap the earlier one counts. */
const faultsOf = (drawn: readonly Trouble[], ids: readonly string[], startMs: number): ScenarioFault[] => {
  const busyUntil = new Map<string, number>();
  return [...drawn]
    .sort((a, b) => a.fromS - b.fromS)
    .flatMap(({ kind, stations, fromS, seconds, lossShare, lateSeconds }) =>
      stations.flatMap((index) => {
        const id = ids[index] ?? "";
        const [fromMs, toMs] = [startMs + fromS * SECOND_MS, startMs + (fromS + seconds) * SECOND_MS];
        if (id === "" || (busyUntil.get(id) ?? 0) > fromMs || toMs > startMs + HOURS * HOUR_MS) return [];
        busyUntil.set(id, toMs);
        return [{ kind, stationIds: [id], fromMs, toMs, lossShare, lateSeconds }];
      }),
    );
};

const seeds = fc.integer({ min: 1, max: 10_000 });

/** The fail-safe of `docs/fail-safe.md` as laws, over that many draws of trouble. */
export const checkFailSafe = (numRuns: number, mode: "direct" | "wire" = "direct"): void => {
  describe(`${mode === "wire" ? "over websockets, " : ""}whatever stations vanish, boot, fall silent or lose messages, and whenever,`, () => {
    law.prop([troubles, seeds], { numRuns })("a strict limit holds at every moment", async (drawn, draw) => {
      const { report } = await runEvening(troubledEvening(drawn, { seed: draw, failsafe: "strict" }), mode);
      expect(report.metrics.breach).toEqual({ maxOverKw: 0, seconds: 0, longestSeconds: 0 });
    });

    law.prop([troubles, seeds], { numRuns })(
      "a graced limit is broken no longer than its grace",
      async (drawn, draw) => {
        const { report } = await runEvening(troubledEvening(drawn, { seed: draw, failsafe: "graced" }), mode);
        expect(report.metrics.breach.longestSeconds).toBeLessThanOrEqual(GRACE_S);
      },
    );
  });
};
