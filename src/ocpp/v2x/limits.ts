import type { LimitStep } from "../../domain/fleet.js";
import { type EpochMs, SECOND_MS } from "../../domain/units.js";
import type { EvseElectrics, InboundHandler } from "../common/codec.js";
import { evseIdAt } from "../common/neutral.js";
import { listAt, numberAt, objectAt, type Payload, textAt } from "../wire.js";

const KILO = 1_000;
/** Steps that are kept of a schedule; beyond them the last one stands. */
const MOST_STEPS = 200;

interface ReadSchedule {
  readonly steps: readonly LimitStep[];
  readonly endMs: EpochMs | null;
}

/** A ChargingScheduleType as what it lets be drawn and given back; null where its amperes cannot be told in kW. */
function readSchedule(
  schedule: Payload,
  baseMs: EpochMs,
  electrics: EvseElectrics | null,
): ReadSchedule | null {
  const inWatts = textAt(schedule, "chargingRateUnit") === "W";
  if (!inWatts && electrics === null) return null;
  const kwOf = (value: number, phases: number | null): number =>
    inWatts ? value / KILO : (value * (electrics?.voltageV ?? 0) * (phases ?? electrics?.phases ?? 1)) / KILO;
  const steps = listAt(schedule, "chargingSchedulePeriod")
    .slice(0, MOST_STEPS)
    .map((period) => ({
      startMs: baseMs + (numberAt(period, "startPeriod") ?? 0) * SECOND_MS,
      ...boundsOf(period, (value) => kwOf(value, numberAt(period, "numberPhases"))),
    }));
  const duration = numberAt(schedule, "duration");
  return {
    steps: steps.sort((a, b) => a.startMs - b.startMs),
    endMs: duration === null ? null : baseMs + duration * SECOND_MS,
  };
}

/** A setpoint from outside is both bounds at once; Idle lets nothing through. */
function boundsOf(
  period: Payload,
  kwOf: (value: number) => number,
): Pick<LimitStep, "chargeKw" | "dischargeKw"> {
  if (textAt(period, "operationMode") === "Idle") return { chargeKw: 0, dischargeKw: 0 };
  const [limit, discharge, setpoint] = ["limit", "dischargeLimit", "setpoint"].map((key) =>
    numberAt(period, key),
  );
  if (setpoint != null)
    return { chargeKw: Math.max(0, kwOf(setpoint)), dischargeKw: Math.max(0, -kwOf(setpoint)) };
  return {
    chargeKw: limit == null ? null : Math.max(0, kwOf(limit)),
    dischargeKw: discharge == null ? null : Math.max(0, -kwOf(discharge)),
  };
}

/** NotifyChargingLimit: a limit that somebody else set at the station or one of its EVSEs; the plan counts it. */
export const notifyChargingLimit: InboundHandler = (payload, { stationId, nowMs, electrics, readTime }) => {
  const evseId = evseIdAt(payload, "evseId");
  const [schedule] = listAt(payload, "chargingSchedule");
  const startMs = schedule === undefined ? null : readTime(textAt(schedule, "startSchedule"));
  const read =
    schedule === undefined
      ? null
      : readSchedule(schedule, startMs ?? nowMs, electrics(evseId === 0 ? 1 : evseId));
  const source = sourceOf(objectAt(payload, "chargingLimit"));
  const limit = {
    evseId,
    source,
    steps: read?.steps ?? null,
    endMs: read?.endMs ?? null,
    sinceMs: nowMs,
  };
  return {
    reports: [{ kind: "outside-limit", stationId, atMs: nowMs, limit }],
    answer: () => ({}),
  };
};

/** ClearedChargingLimit: without an EVSE, wherever that source had set one. */
export const clearedChargingLimit: InboundHandler = (payload, { stationId, nowMs }) => {
  const evseId = "evseId" in payload ? evseIdAt(payload, "evseId") : null;
  return {
    reports: [
      {
        kind: "outside-limit-cleared",
        stationId,
        atMs: nowMs,
        limited: { evseId, source: sourceOf(payload) },
      },
    ],
    answer: () => ({}),
  };
};

const sourceOf = (payload: Payload): string =>
  (textAt(payload, "chargingLimitSource") ?? "Other").slice(0, LONGEST_SOURCE);
const LONGEST_SOURCE = 20;

/**
 * NotifyEVChargingSchedule: what the car will do by its own schedule. Where that is less than it was offered
 * the plan counts it; where it is more it is refused, and told its schedule again (K15.FR.12, .13).
 */
export const notifyEvChargingSchedule: InboundHandler = (payload, context) => {
  const { stationId, nowMs, electrics, readTime, memory } = context;
  const evseId = evseIdAt(payload, "evseId");
  const toldMs = readTime(textAt(payload, "timeBase"));
  const baseMs = toldMs === null ? nowMs : toldMs - memory.clock.aheadMs;
  const read = readSchedule(objectAt(payload, "chargingSchedule"), baseMs, electrics(evseId));
  const schedule = { steps: read?.steps ?? [], endMs: read?.endMs ?? Infinity };
  if (evseId <= 0 || schedule.steps.length === 0) return { answer: () => ({ status: "Accepted" }) };
  const status = context.exceedsOffer(evseId, schedule) ? "Rejected" : "Accepted";
  return {
    reports: [{ kind: "car-schedule", stationId, evseId, atMs: nowMs, schedule }],
    answer: () => ({ status }),
  };
};
