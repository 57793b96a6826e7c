import { HOUR_MS, MINUTE_MS } from "../../../src/domain/units.js";
import { isoTime, type Payload, timeOf, type Words } from "../wire/words.js";
import type { StationFault } from "./contract.js";

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** Every time in a message, told otherwise. */
const retold = (value: unknown, tell: (atMs: number) => string): unknown => {
  if (typeof value === "string") return ISO.test(value) ? tell(timeOf(value) ?? 0) : value;
  if (Array.isArray(value)) return value.map((each) => retold(each, tell));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, retold(inner, tell)]));
};

const retoldPayload = (payload: Payload, tell: (atMs: number) => string): Payload =>
  Object.fromEntries(Object.entries(payload).map(([key, value]) => [key, retold(value, tell)]));

/** How a station's clock tells a moment, and which moment it takes a time for. */
interface OwnClock {
  readonly tell: (atMs: number) => string;
  readonly hear: (toldMs: number) => number;
}

/** What the station says is told by its own clock; it goes by the same when it reads a profile. */
const byClock =
  (makeClock: () => OwnClock) =>
  (words: Words): Words => {
    const { tell, hear } = makeClock();
    return {
      ...words,
      write: (message, context) => {
        const call = words.write(message, context);
        return call === null ? null : { ...call, payload: retoldPayload(call.payload, tell) };
      },
      handlers: Object.fromEntries(
        Object.entries(words.handlers).map(([action, handler]) => [
          action,
          (payload, context) => {
            const heard = retoldPayload(payload, (toldMs) => isoTime(hear(toldMs)));
            return retoldPayload(handler(heard, context), tell);
          },
        ]),
      ),
    };
  };

const ahead = (byMs: number) =>
  byClock(() => ({ tell: (atMs) => isoTime(atMs + byMs), hear: (toldMs) => toldMs - byMs }));

/** Nobody set it: it counts from its first word. */
const from1970 = byClock(() => {
  let bootMs: number | null = null;
  return {
    tell: (atMs) => isoTime(atMs - (bootMs ??= atMs)),
    hear: (toldMs) => toldMs + (bootMs ?? 0),
  };
});

/** Clocks that nobody set, or set to a zone. */
export const CLOCK_FAULTS = {
  "clock-1970": { about: "counts from 1970 since its boot", words: from1970 },
  "clock-three-minutes-ahead": { about: "is three minutes ahead", words: ahead(3 * MINUTE_MS) },
  "clock-three-minutes-behind": { about: "is three minutes behind", words: ahead(-3 * MINUTE_MS) },
  "clock-local-as-utc": { about: "tells local time (+8) as UTC", words: ahead(8 * HOUR_MS) },
  "clock-offset-hours": {
    about: "writes its zone as +08",
    words: byClock(() => ({
      tell: (atMs) => `${isoTime(atMs + 8 * HOUR_MS).slice(0, 19)}+08`,
      hear: (toldMs) => toldMs,
    })),
  },
} as const satisfies Record<string, StationFault>;
