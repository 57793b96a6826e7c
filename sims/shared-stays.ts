import { fixed } from "../src/domain/figures.js";
import type { EpochMs } from "../src/domain/units.js";
import { localMinute } from "./local-time.js";
import type { VisitResult } from "./run/truth-types.js";
import type { Scenario } from "./scenario.js";

/** A stay of a driver who shares a pile. Energies at the port. */
export interface SharedStay {
  readonly stationId: string;
  readonly driver: string;
  readonly asked: "queue" | "booking" | "emergency";
  readonly plugged: string;
  /** null: it is still there. */
  readonly unplugged: string | null;
  readonly importedKwh: number;
  /** What the driver asked for. */
  readonly wantedKwh: number;
}

/** Who had which pile when, by pile and time; drivers who never came are left out. */
export const sharedStays = (
  { sharing = [], site }: Pick<Scenario, "sharing" | "site">,
  visits: readonly VisitResult[],
): SharedStay[] => {
  const local = (atMs: EpochMs): string => localMinute(atMs, site.timeZone);
  const of = new Map(sharing.map((driver) => [driver.driver, driver]));
  return visits
    .flatMap((visit): SharedStay[] => {
      const driver = of.get(visit.visitId.replace(/ \d+$/, ""));
      if (driver === undefined || driver.stationId !== visit.stationId) return [];
      return [
        {
          stationId: visit.stationId,
          driver: driver.driver,
          asked: driver.asks.kind,
          plugged: local(visit.arriveMs),
          unplugged: visit.complete ? local(visit.departMs) : null,
          importedKwh: Math.round(visit.importedKwh * 1000) / 1000,
          wantedKwh: driver.energyKwh,
        },
      ];
    })
    .sort((a, b) => (a.stationId < b.stationId ? -1 : a.stationId > b.stationId ? 1 : 0));
};

/** A line per stay, for people. */
export const sharedLines = (stays: readonly SharedStay[]): string[] =>
  stays.map(({ stationId, driver, asked, plugged, unplugged, importedKwh, wantedKwh }) =>
    [
      stationId.padEnd(10),
      driver.padEnd(6),
      asked.padEnd(10),
      `${plugged.slice(-5)} - ${unplugged?.slice(-5) ?? "still there"}`.padEnd(19),
      `${fixed(importedKwh, 1).padStart(5)} of ${fixed(wantedKwh, 1)} kWh`,
    ]
      .join(" ")
      .trimEnd(),
  );
