import { YouxuError } from "../../domain/errors.js";
import { PAYLOAD_RULES } from "../wire/payloads.js";
import type { LaidInterval } from "./lay-intervals.js";

/**
 * Several values in one payload split its interval into equal parts:
 *
 *     PRICE [0.2, 0.4, 0.3] over an hour
 *     |---0.2---|---0.4---|---0.3---|
 *
 * A payload with one value holds for all parts. Payload types that we do not know are left whole.
 */
export const splitValues = (laid: readonly LaidInterval[]): readonly LaidInterval[] => laid.flatMap(split);

const split = (interval: LaidInterval): readonly LaidInterval[] => {
  const parts = partsOf(interval);
  const { startMs, ownEndMs, endMs } = interval;
  if (parts === 1) return [interval];
  if (ownEndMs === null)
    throw fault(
      `${parts} values split the interval, so it needs an end: give it a duration`,
      places(interval),
    );
  const at = (part: number) => Math.round(startMs + ((ownEndMs - startMs) * part) / parts);
  return Array.from({ length: parts }, (_, part) => ({
    ...interval,
    startMs: at(part),
    endMs: Math.min(at(part + 1), endMs ?? ownEndMs),
    ownEndMs: at(part + 1),
    payloads: interval.payloads.map((payload) =>
      splits(payload.type)
        ? { ...payload, values: payload.values.slice(...slot(payload.values, part)) }
        : payload,
    ),
  })).filter((part) => part.startMs < (part.endMs ?? Infinity));
};

const slot = (values: readonly unknown[], part: number): [number, number] =>
  values.length === 1 ? [0, 1] : [part, part + 1];

const splits = (type: string): boolean => PAYLOAD_RULES.has(type);

const partsOf = (interval: LaidInterval): number => {
  const splitting = interval.payloads.filter(({ type }) => splits(type));
  const parts = Math.max(1, ...splitting.map(({ values }) => values.length));
  for (const [position, { type, values }] of interval.payloads.entries())
    if (splits(type) && values.length !== 1 && values.length !== parts)
      throw fault(
        `${type} has ${values.length} values where another payload has ${parts}: ` +
          `they split the interval into ${parts} equal parts, so it takes 1 or ${parts}`,
        `${places(interval)}[${position}].values`,
      );
  return parts;
};

const places = ({ index }: LaidInterval): string => `intervals[${index}].payloads`;

const fault = (message: string, place: string): YouxuError => new YouxuError("event.payload", message, place);
