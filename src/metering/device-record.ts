import { isPowerKw } from "../domain/bounds.js";
import type {
  DeviceAnswer,
  DeviceConfig,
  DeviceState,
  DeviceValue,
  Quantity,
  ToldPower,
} from "../domain/device.js";
import type { EpochMs } from "../domain/units.js";

/** What an adapter tells of its device. */
export type DeviceEvent =
  | { readonly kind: "connected" }
  | { readonly kind: "lost"; readonly why: string }
  | {
      readonly kind: "value";
      readonly quantity: Quantity;
      readonly value: number;
      readonly measuredMs: EpochMs;
    }
  /** A message or an answer that holds no value. */
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "told"; readonly powerKw: number }
  | { readonly kind: "answered"; readonly powerKw: number; readonly answer: DeviceAnswer };

/** What is known of a device; whether it is stale depends on the moment that it is looked at. */
export interface DeviceRecord {
  readonly connected: boolean;
  readonly power: DeviceValue | null;
  readonly soc: DeviceValue | null;
  readonly refused: number;
  readonly lastError: DeviceState["lastError"];
  readonly told: ToldPower | null;
  /** When it was begun to be asked; a device that never tells is stale from a stale time after it. */
  readonly sinceMs: EpochMs;
}

export const emptyRecord = (sinceMs: EpochMs): DeviceRecord => ({
  connected: false,
  power: null,
  soc: null,
  refused: 0,
  lastError: null,
  told: null,
  sinceMs,
});

/** The record after an event. A value that is older than the one known changes nothing. */
export const nextRecord = (record: DeviceRecord, event: DeviceEvent, nowMs: EpochMs): DeviceRecord => {
  switch (event.kind) {
    case "connected":
      return { ...record, connected: true };
    case "lost":
      return { ...record, connected: false, lastError: { message: event.why, atMs: nowMs } };
    case "value":
      return takeValue(record, event, nowMs);
    case "refused":
      return refuse(record, event.why, nowMs);
    case "told":
      return { ...record, told: { powerKw: event.powerKw, atMs: nowMs, confirmed: false } };
    case "answered":
      return answered(record, event, nowMs);
    default:
      return record;
  }
};

const refuse = (record: DeviceRecord, message: string, atMs: EpochMs): DeviceRecord => ({
  ...record,
  refused: record.refused + 1,
  lastError: { message, atMs },
});

const takeValue = (
  record: DeviceRecord,
  { quantity, value, measuredMs }: Extract<DeviceEvent, { kind: "value" }>,
  nowMs: EpochMs,
): DeviceRecord => {
  const why = impossible(quantity, value);
  if (why !== null) return refuse(record, why, nowMs);
  if (measuredMs < (record[quantity]?.atMs ?? -Infinity)) return record;
  return { ...record, [quantity]: { value, atMs: measuredMs } };
};

/** Meters of charge are a little off at the ends. */
const SOC_ERROR_PERCENT = 5;

const impossible = (quantity: Quantity, value: number): string | null => {
  if (quantity === "power") return isPowerKw(value) ? null : `no power: ${value} kW`;
  return value >= -SOC_ERROR_PERCENT && value <= 100 + SOC_ERROR_PERCENT
    ? null
    : `no state of charge: ${value} %`;
};

const answered = (
  record: DeviceRecord,
  { powerKw, answer }: Extract<DeviceEvent, { kind: "answered" }>,
  nowMs: EpochMs,
): DeviceRecord => {
  if (answer.status === "superseded") return record;
  if (answer.status !== "confirmed")
    return { ...record, lastError: { message: `${answer.status}: ${answer.detail}`, atMs: nowMs } };
  const { told } = record;
  return told?.powerKw === powerKw ? { ...record, told: { ...told, confirmed: true } } : record;
};

/** Since when a value has been too old, or missing; null: it is fresh. */
const staleSince = (
  value: DeviceValue | null,
  {
    staleMs,
    sinceMs,
    nowMs,
  }: { readonly staleMs: number; readonly sinceMs: EpochMs; readonly nowMs: EpochMs },
): EpochMs | null => {
  if (value === null) return sinceMs;
  const fromMs = value.atMs + staleMs;
  return nowMs > fromMs ? fromMs : null;
};

/** A device as shown, at a moment. A battery with a state of charge is stale where either value is. */
export const stateOf = (config: DeviceConfig, record: DeviceRecord, nowMs: EpochMs): DeviceState => {
  const around = { staleMs: config.staleMs, sinceMs: record.sinceMs, nowMs };
  const stale = [
    staleSince(record.power, around),
    ...(config.access.values.soc === null ? [] : [staleSince(record.soc, around)]),
  ].filter((sinceMs) => sinceMs !== null);
  return {
    id: config.id,
    siteId: config.siteId,
    kind: config.kind,
    over: config.access.over,
    connected: record.connected,
    power: record.power,
    soc: record.soc,
    staleSinceMs: stale.length === 0 ? null : Math.min(...stale),
    refused: record.refused,
    lastError: record.lastError,
    told: record.told,
  };
};
