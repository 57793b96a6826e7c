import type { DischargeProbe } from "../domain/discharge.js";
import { minimumKw } from "../domain/draw.js";
import type { MeterSample } from "../domain/fleet.js";
import type { RateUnit, Schedule } from "../domain/schedule.js";
import type { Session } from "../domain/session.js";
import type { EvseConfig } from "../domain/site.js";
import { type EpochMs, floorTo, hours, MINUTE_MS, SECOND_MS, sum } from "../domain/units.js";
import { unitOfWay } from "./schedules.js";

/** Time that a station has to reverse its power once it took what it was asked. */
const REVERSE_WITHIN_MS = 90 * SECOND_MS;
/** After this a probe by a limit is over at the station too, whatever becomes of us; what is told beside a profile stands. */
export const LONGEST_PROBE_MS = 3 * MINUTE_MS;
/** A station's clock may be behind ours by this much. */
const CLOCK_SLACK_MS = MINUTE_MS;

/** As little as flows at all. */
export const probePowerKw = (config: EvseConfig): number =>
  Math.min(config.maxDischargeKw, minimumKw(config));

/** What a station is told for a probe, in place of its plan: it ends by itself. */
export const probeSchedule = (
  { way, powerKw, sinceMs, endMs }: DischargeProbe,
  { session, config, rateUnit }: { session: Session; config: EvseConfig; rateUnit: RateUnit },
): Schedule => {
  const unit = unitOfWay(way, rateUnit);
  const kwPerUnit = unit === "W" ? 0.001 : (config.phases * config.voltageV) / 1_000;
  const value = -floorTo(powerKw / kwPerUnit, unit === "W" ? 1 : 0.1);
  const startMs = sinceMs - CLOCK_SLACK_MS;
  return {
    purpose: "session",
    stationId: session.stationId,
    evseId: session.evseId,
    transactionId: session.transactionId,
    unit,
    phases: null,
    dischargeBy: way,
    startMs,
    endMs,
    periods: [{ startMs, mode: "setpoint", value, powerKw: value * kwPerUnit }],
  };
};

/** Whether a schedule is what a probe asks: the plan tells the same EVSE by the same way. */
export const isOfProbe = ({ dischargeBy, startMs, endMs }: Schedule, probe: DischargeProbe): boolean =>
  dischargeBy === probe.way && startMs === probe.sinceMs - CLOCK_SLACK_MS && endMs === probe.endMs;

/** What the meter said of a probe so far. */
export interface Probed {
  readonly askedKw: number;
  /** When the station took it. */
  readonly takenMs: EpochMs;
  /** Metered since, in order of time. */
  readonly samples: readonly MeterSample[];
}

export type ProbeVerdict =
  | { readonly verdict: "open" | "works" }
  | { readonly verdict: "fails"; readonly why: string };

/** Less than this share of what was asked is no reversal: a charger's own consumption, or a meter's error. */
const LEAST_SHARE = 0.5;
/** More than it was asked by this is another power than we can plan with. */
const MOST_BEYOND_SHARE = 0.25;
const MOST_BEYOND_KW = 0.5;
/** One reading may be a spike: two so far apart agree. */
const AGREE_AFTER_MS = 10 * SECOND_MS;

/** A register may tell its energy in steps of this, and does in whole ones, Wh. */
const COARSE_STEP_WH = 10;
const ROUNDED_WH = 1;
/** More than this share of what was given back is something else that it counts. */
const MOST_COUNTED = 1.5;
/** A register that counts is seen to within this after the station took it. */
const COUNTED_WITHIN_MS = 110 * SECOND_MS;

/** What the meter proves: power that really reversed, twice, no more than was asked, and about its energy counted. */
export const judgeProbe = ({ askedKw, takenMs, samples }: Probed, nowMs: EpochMs): ProbeVerdict => {
  const most = samples.reduce((least, { powerKw }) => Math.min(least, powerKw), 0);
  if (-most > askedKw + Math.max(MOST_BEYOND_KW, MOST_BEYOND_SHARE * askedKw))
    return {
      verdict: "fails",
      why: `gave back ${(-most).toFixed(1)} kW, asked for ${askedKw.toFixed(1)} kW`,
    };
  const reversed = samples.filter(({ powerKw }) => powerKw <= -LEAST_SHARE * askedKw);
  const [first, last] = [reversed.at(0), reversed.at(-1)];
  if (first !== undefined && last !== undefined && last.atMs - first.atMs >= AGREE_AFTER_MS)
    return judgeRegister(reversed, nowMs - takenMs);
  if (nowMs - takenMs < REVERSE_WITHIN_MS) return { verdict: "open" };
  const why = samples.length === 0 ? "its meter told nothing meanwhile" : "its meter saw no power given back";
  return { verdict: "fails", why: `${why} within ${REVERSE_WITHIN_MS / SECOND_MS} s` };
};

/** A register that stands still, whatever it stands at, counts nothing; one that runs ahead counts something else. */
const judgeRegister = (reversed: readonly MeterSample[], sinceTakenMs: number): ProbeVerdict => {
  const told = reversed.flatMap(({ atMs, powerKw, exportedWh }) =>
    exportedWh === null ? [] : [{ atMs, powerKw, exportedWh }],
  );
  const countedWh = (told.at(-1)?.exportedWh ?? 0) - (told.at(0)?.exportedWh ?? 0);
  const givenWh = sum(
    told.slice(1).map(({ atMs, powerKw }, index) => {
      const before = told[index];
      const meanKw = (powerKw + (before?.powerKw ?? powerKw)) / 2;
      return -meanKw * hours(atMs - (before?.atMs ?? atMs)) * 1_000;
    }),
  );
  const counts = `counts ${countedWh.toFixed(0)} Wh where it gave back ${givenWh.toFixed(0)} Wh`;
  if (countedWh > MOST_COUNTED * givenWh + COARSE_STEP_WH) return { verdict: "fails", why: counts };
  const isEnough = countedWh > 0 && countedWh >= LEAST_SHARE * givenWh;
  if (isEnough && countedWh <= MOST_COUNTED * givenWh + ROUNDED_WH) return { verdict: "works" };
  if (sinceTakenMs < COUNTED_WITHIN_MS) return { verdict: "open" };
  return { verdict: "fails", why: isEnough ? counts : "gives back and does not count the energy" };
};
