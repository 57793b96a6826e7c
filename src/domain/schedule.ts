import { z } from "zod";
import type { DischargeWay } from "./discharge.js";
import { type EpochMs, SECOND_MS } from "./units.js";

/** Unit in which a station is told its power. */
export type RateUnit = "A" | "W";

/** One period of a schedule; it lasts until the next begins. */
export interface SchedulePeriod {
  readonly startMs: EpochMs;
  /**
   * - `charge-limit`: draw at most `value` (≥ 0).
   * - `setpoint`: follow the signed `value` (OCPP 2.1 CentralSetpoint, W; negative discharges). Where the schedule
   *   says `dischargeBy`, a value below zero that an older station is told in its own way.
   */
  readonly mode: "charge-limit" | "setpoint";
  /** In the schedule's unit, already on the grid that the station can take (0.1 A, 1 W). */
  readonly value: number;
  /** The same in kW at the grid side: what a station that obeys draws at most. */
  readonly powerKw: number;
  /** Phases in this period where they are others than the schedule's; absent: the same. */
  readonly phases?: 1 | 3;
}

/**
 * What dispatch wants of an EVSE, free of any OCPP version.
 * - `session`: for the running transaction, from `startMs` until `endMs`; after that the default.
 * - `default`: for any transaction without a schedule of its own; recurs daily, period starts then
 *   are relative to `startMs`, a local midnight.
 * - `correction`: above the session's, of one period, until it is told anew or its dead-man's switch ends it
 *   (OCPP 2.1 Dynamic). `endMs` is when it is over for certain: see `CORRECTION_SLACK_MS`.
 * - `priority`: instead of the session's while the driver charges at once by the station's own button
 *   (OCPP 2.1 PriorityCharging). Without a transaction it recurs daily as a default does; with one it
 *   follows the plan until `endMs`, and allows nothing after.
 * - `maximum`: of the whole station, EVSE 0, whatever else is told; of one period, for good.
 * - `cap`: the same by an operator's hand, above it and never more; recurs daily where it says so, and is for good
 *   where its end is infinite.
 */
export type SchedulePurpose = "session" | "default" | "correction" | "priority" | "maximum" | "cap";

export interface Schedule {
  readonly purpose: SchedulePurpose;
  readonly stationId: string;
  readonly evseId: number;
  readonly transactionId: string | null;
  readonly unit: RateUnit;
  /** Known phases of the car's connection; null: leave to the station. */
  readonly phases: 1 | 3 | null;
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  readonly periods: readonly SchedulePeriod[];
  /** A cap that comes again every day; absent: it does not. */
  readonly daily?: true;
  /** How a station without setpoints is told what lies below zero; absent: nothing does, or by setpoints. */
  readonly dischargeBy?: DischargeWay;
}

/**
 * A correction lasts from when it arrives, which may be this long after it was sent: by so much its `endMs`
 * lies behind the end that the station is told.
 */
export const CORRECTION_SLACK_MS = 30 * SECOND_MS;

/** No dead-man's switch of a correction is longer. */
export const LONGEST_CORRECTION_MS = 300 * SECOND_MS;

/** Whether its periods come again every day. */
export const recurs = ({
  purpose,
  transactionId,
  daily,
}: Pick<Schedule, "purpose" | "transactionId" | "daily">): boolean =>
  purpose === "default" || daily === true || (purpose === "priority" && transactionId === null);

/** What is certain of an EVSE's default; null: nothing. */
export interface KeptDefault {
  readonly stationId: string;
  readonly evseId: number;
  readonly schedule: Schedule | null;
}

/** The same as it was kept as JSON. */
export const keptDefaultSchema: z.ZodType<KeptDefault> = z.object({
  stationId: z.string(),
  evseId: z.int(),
  schedule: z
    .object({
      purpose: z.enum(["session", "default"]),
      stationId: z.string(),
      evseId: z.int(),
      transactionId: z.string().nullable(),
      unit: z.enum(["A", "W"]),
      phases: z.union([z.literal(1), z.literal(3)]).nullable(),
      startMs: z.number(),
      endMs: z.number(),
      periods: z.array(
        z.object({
          startMs: z.number(),
          mode: z.enum(["charge-limit", "setpoint"]),
          value: z.number(),
          powerKw: z.number(),
        }),
      ),
    })
    .nullable(),
});

/** The same with nothing below zero. */
export const withoutDischarge = (schedule: Schedule): Schedule =>
  schedule.periods.every(({ value }) => value >= 0)
    ? schedule
    : {
        ...schedule,
        periods: schedule.periods.map((period) =>
          period.value < 0 ? { ...period, mode: "charge-limit", value: 0, powerKw: 0 } : period,
        ),
      };
