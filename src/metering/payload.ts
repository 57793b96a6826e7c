import type { MessageValue, TopicSetpoint } from "../domain/device.js";
import { type EpochMs, SECOND_MS } from "../domain/units.js";

/** A number that was found in a message, with when it was measured; a sentence where there is none. */
export type Found = { readonly value: number; readonly atMs: EpochMs } | string;

interface Came {
  readonly nowMs: EpochMs;
  /** The broker had kept it: how old it is only the message itself can say. */
  readonly retained: boolean;
}

/** What JSON numbers look like; no hexadecimals, no empty texts. */
const NUMBER = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;
/** How far a device's clock may run ahead of ours. */
const CLOCK_SKEW_MS = 5_000;
/** Epoch seconds stay below this for millennia, epoch milliseconds have been above it since 1973. */
const MOST_SECONDS = 1e11;

/** The value in kW or percent of a message as it came. */
export const valueOfMessage = (value: MessageValue, text: string, { nowMs, retained }: Came): Found => {
  const needsJson = value.pointer !== null || value.timePointer !== null;
  const message = needsJson ? parsed(text) : undefined;
  if (needsJson && message === undefined) return "no JSON";
  const raw = numberOf(value.pointer === null ? text : at(message, value.pointer));
  if (raw === null) return value.pointer === null ? "no number" : `no number at ${value.pointer}`;
  const atMs = value.timePointer === null ? nowMs : timeOf(at(message, value.timePointer));
  if (atMs === null) return `no time at ${value.timePointer}`;
  if (atMs > nowMs + CLOCK_SKEW_MS) return "measured in the future";
  if (retained && value.timePointer === null) return "kept by the broker, and it does not tell its time";
  // Adding 0 makes a plain zero of a negative one.
  return { value: raw * value.factor + 0, atMs: Math.min(atMs, nowMs) };
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** RFC 6901. */
const at = (message: unknown, pointer: string): unknown => {
  let here = message;
  for (const part of pointer.split("/").slice(1)) {
    if (typeof here !== "object" || here === null) return undefined;
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (!Object.hasOwn(here, key)) return undefined;
    here = Object.entries(here).find(([name]) => name === key)?.[1];
  }
  return here;
};

const numberOf = (found: unknown): number | null => {
  if (typeof found === "number") return Number.isFinite(found) ? found : null;
  if (typeof found !== "string" || !NUMBER.test(found)) return null;
  const value = Number(found);
  return Number.isFinite(value) ? value : null;
};

const timeOf = (found: unknown): EpochMs | null => {
  if (typeof found === "number" && Number.isFinite(found) && found > 0)
    return found < MOST_SECONDS ? Math.round(found * SECOND_MS) : Math.round(found);
  // A text without a zone would be read in the computer's own.
  if (typeof found !== "string" || !/(?:Z|[+-]\d\d:?\d\d)$/.test(found)) return null;
  const atMs = Date.parse(found);
  return Number.isNaN(atMs) ? null : atMs;
};

/** Digits that a setpoint is written with: a device has no use for more. */
const DIGITS = 6;

/** A power as the device counts it. */
export const rawSetpoint = (factor: number, powerKw: number): number =>
  Number((powerKw / factor).toPrecision(DIGITS)) + 0;

/** The message that tells a device to take a power. */
export const setpointMessage = ({ factor, key }: TopicSetpoint, powerKw: number): string => {
  const raw = rawSetpoint(factor, powerKw);
  return key === null ? String(raw) : JSON.stringify({ [key]: raw });
};
