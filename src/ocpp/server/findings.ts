import { type EpochMs, MINUTE_MS, SECOND_MS } from "../../domain/units.js";
import { redate } from "../common/meter.js";
import type { MeterFinding } from "../common/plausible.js";
import { afterBoot, heardAt, isOff, type StationClock, UNKNOWN_CLOCK } from "../common/station-clock.js";
import { tellCapabilities } from "./boot.js";
import type { Connection } from "./connections.js";
import type { Desk } from "./desk.js";
import { keepRecord } from "./record.js";
import { noteOnce, type Station } from "./station.js";

/**
 * Learns how far the station's clock is ahead. When that changes, the fleet is told: what the station holds
 * is in force at other times than was meant, and is sent anew by its clock.
 */
export function noteClock(
  connection: Connection,
  { stationMs, isMade }: { readonly stationMs: EpochMs | null; readonly isMade: boolean },
  desk: Desk,
): void {
  if (stationMs === null) return;
  const clock = heardAt(connection.station.memory.clock, { stationMs, isMade }, desk.clock.now());
  setClock(connection, clock, desk);
}

/**
 * Many a station takes our time from the answer to its boot: what was known of its clock is of the one before.
 * Of one that boots again and again nothing would ever be known: its next message tells.
 */
export const doubtClock = (connection: Connection, desk: Desk): void => {
  const { clock } = connection.station.memory;
  const boots = bootsWithin(connection.station, desk.clock.now());
  setClock(connection, boots > 1 ? afterBoot(clock) : UNKNOWN_CLOCK, desk);
};

/** A correction is kept on disk, so that a restart of ours sends no schedule by the wrong clock. */
function setClock(connection: Connection, clock: StationClock, desk: Desk): void {
  const { station } = connection;
  const before = station.memory.clock;
  if (clock === before) return;
  station.memory.clock = clock;
  const { aheadMs } = clock;
  if (aheadMs === before.aheadMs) return;
  if (before.aheadMs === 0) redate(station.memory, -aheadMs);
  // What was read by the other clock says nothing of the time since: energy over that span would be no power.
  station.memory.toldReading.clear();
  station.memory.meterDoubts.clear();
  void keepRecord(station, desk);
  if (isOff(clock))
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
export const bootsTooOften = (station: Station, nowMs: EpochMs): boolean =>
  bootsWithin(station, nowMs) >= LOOP_BOOTS;

const bootsWithin = ({ boots }: Station, nowMs: EpochMs): number =>
  boots.filter((atMs) => nowMs - atMs < LOOP_WINDOW_MS).length;

/** Counts a boot, and says when they come in a loop. */
export function noteBoot(station: Station, desk: Desk): void {
  station.boots = [...station.boots, desk.clock.now()].slice(-LOOP_BOOTS);
  if (bootsTooOften(station, desk.clock.now()))
    noteOnce(station, desk, {
      fields: { boots: LOOP_BOOTS, withinMinutes: LOOP_WINDOW_MS / MINUTE_MS },
      message: "a station boots again and again",
    });
}
