import { MOST_PENALTY } from "../../domain/problem.js";
import { MOST_KW } from "../number-bounds.js";

export const MOST_MONEY = 10 * MOST_PENALTY;
const WRONG_UNIT = "is the unit right (kW, kWh, money per kWh)?";

export type Say = (place: string, message: string) => void;

interface NumberRule {
  readonly least?: number;
  /** In either direction. */
  readonly most?: number;
}

export const number = (
  say: Say,
  place: string,
  value: number,
  { least = -Infinity, most = MOST_KW }: NumberRule = {},
): void => {
  if (!Number.isFinite(value)) say(place, `must be a finite number, is ${value}`);
  else if (value < least) say(place, `must be at least ${least}, is ${value}`);
  else if (Math.abs(value) > most)
    say(place, `must be ${value < 0 ? `at least -${most}` : `at most ${most}`}, is ${value}; ${WRONG_UNIT}`);
};

interface SeriesRule extends NumberRule {
  readonly slots: number;
  /** Whether null stands for "none in this slot". */
  readonly mayBeNull?: boolean;
}

export const series = (
  say: Say,
  place: string,
  values: readonly (number | null)[] | null,
  { slots, mayBeNull = false, ...rule }: SeriesRule,
): void => {
  if (values === null) return;
  if (values.length !== slots) say(place, `must have one value per slot (${slots}), has ${values.length}`);
  for (const [slot, value] of values.entries())
    if (value !== null) number(say, `${place}[${slot}]`, value, rule);
    else if (!mayBeNull) say(`${place}[${slot}]`, "must be a finite number, is null");
};

/** A series that must be there. */
export const statedSeries = (
  say: Say,
  place: string,
  values: readonly number[] | null,
  rule: SeriesRule,
): void => {
  if (values === null) say(place, `must have one value per slot (${rule.slots}), is null`);
  else series(say, place, values, rule);
};

export const time = (say: Say, place: string, atMs: number): void => {
  if (!Number.isSafeInteger(atMs)) say(place, `must be a whole number of ms since 1970, is ${atMs}`);
};
