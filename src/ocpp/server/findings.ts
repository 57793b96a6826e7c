import { type EpochMs, MINUTE_MS, SECOND_MS } from "../../domain/units.js";
import type { MeterFinding } from "../common/plausible.js";
import { heardAt, isOff } from "../common/station-clock.js";
import { tellCapabilities } from "./boot.js";
import type { Connection } from "./connections.js";
import type { Desk } from "./desk.js";
import { noteOnce, type Station } from "./station.js";

/**
 * Learns how far the station's clock is ahead. When that changes, the fleet is told: what the station holds
 * is in force at other times than was meant, and is sent anew by its clock.
 */
export function noteClock(connection: Connection, stationMs: EpochMs | null, desk: Desk): void {
  if (stationMs === null) return;
  const { station } = connection;
  const before = station.memory.clock;
  station.memory.clock = heardAt(before, stationMs, desk.clock.now());
  const { aheadMs } = station.memory.clock;
  if (aheadMs === before.aheadMs) return;
  if (isOff(station.memory.clock))
    noteOnce(station, desk, {
      fields: { aheadS: aheadMs / SECOND_MS },
      message: "the clock of a station is off: what it tells and is told is corrected by that",
    });
  if (station.knownAs === connection.codec.version) tellCapabilities(connection, desk);
}

/** What is wrong with a meter is said once, and read rightly from now on where that can be. */
export function noteMeter(
  station: Station,
  { what, values, evseId }: MeterFinding & { readonly evseId: number },
  desk: Desk,
): void {
  noteOnce(station, desk, { fields: { evseId, what }, message: "the meter of a station is not plausible" });
  if (values !== null) desk.quirks.learn(station.id, values);
}

/** So many boots within the window are a loop. */
const LOOP_BOOTS = 5;
const LOOP_WINDOW_MS = 10 * MINUTE_MS;

/** In a loop of boots a station is not asked for its abilities each time; what it holds is sent anew all the same. */
export const bootsTooOften = ({ boots }: Station, nowMs: EpochMs): boolean =>
  boots.filter((atMs) => nowMs - atMs < LOOP_WINDOW_MS).length >= LOOP_BOOTS;

/** Counts a boot, and says when they come in a loop. */
export function noteBoot(station: Station, desk: Desk): void {
  const { boots } = station;
  boots.push(desk.clock.now());
  if (boots.length > LOOP_BOOTS) boots.shift();
  if (bootsTooOften(station, desk.clock.now()))
    noteOnce(station, desk, {
      fields: { boots: LOOP_BOOTS, withinMinutes: LOOP_WINDOW_MS / MINUTE_MS },
      message: "a station boots again and again",
    });
}
