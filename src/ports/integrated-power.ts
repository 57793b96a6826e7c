import { type EpochMs, hours, MAX_HOLD_MS } from "../domain/units.js";

/** A power as it was told. */
export interface Flow {
  readonly atMs: EpochMs;
  /** Signed: negative while discharging. */
  readonly powerKw: number;
}

const WH_PER_KWH = 1000;

/**
 * How a power told stands for the time between two: on the line from one to the other, until the next (of a station
 * that tells each change as it comes), or since the last (of one that tells the mean).
 */
type Meant = "line" | "until-next" | "since-last";
const MEANINGS: readonly Meant[] = ["line", "until-next", "since-last"];

/** The energies of powers between two moments, Wh, by each way in which they may be meant. */
export type EnergiesBetween = (fromMs: EpochMs, toMs: EpochMs) => readonly number[];

export const integratedVariously = (flows: readonly Flow[], sign: 1 | -1): EnergiesBetween => {
  const ways = MEANINGS.map((meant) => integrated(flows, sign, meant));
  return (fromMs, toMs) => ways.flatMap((energyBetween) => energyBetween(fromMs, toMs) ?? []);
};

/** The energy of powers between two moments, Wh; null where no power was told. */
export type EnergyBetween = (fromMs: EpochMs, toMs: EpochMs) => number | null;

/**
 * The energy of powers, by time, between any two moments, Wh: on the line between two, and held for no longer than any
 * measurement may where none follows or comes before. `sign` −1: of what is given back. The powers are read once;
 * what lies between two moments is the difference of what had flowed by each, so that a question costs a search.
 */
export const integrated = (flows: readonly Flow[], sign: 1 | -1, meant: Meant = "line"): EnergyBetween => {
  if (flows.length === 0) return () => null;
  const powers = flows
    .map(({ atMs, powerKw }) => ({ atMs, kw: Math.max(0, sign * powerKw) }))
    .sort((a, b) => a.atMs - b.atMs);
  const parts = pieces(powers, meant);
  const before = runningWh(parts);
  const byMs = (atMs: EpochMs): number => {
    const index = lastBegun(parts, atMs);
    const piece = parts[index];
    return piece === undefined ? 0 : (before[index] ?? 0) + whOf(piece, Math.min(atMs, piece.toMs));
  };
  return (fromMs, toMs) => (toMs > fromMs ? byMs(toMs) - byMs(fromMs) : 0);
};

/** What had flowed when each piece began, Wh. */
const runningWh = (parts: readonly Piece[]): readonly number[] => {
  let wh = 0;
  return parts.map((piece) => {
    const begunWh = wh;
    wh += whOf(piece, piece.toMs);
    return begunWh;
  });
};

/** What flows in a piece until a moment in it, Wh. */
const whOf = (piece: Piece, untilMs: EpochMs): number =>
  ((piece.fromKw + kwAt(piece, untilMs)) / 2) * hours(untilMs - piece.fromMs) * WH_PER_KWH;

/** The place of the last piece that has begun by a moment; −1: none has. */
const lastBegun = (parts: readonly Piece[], atMs: EpochMs): number => {
  let [low, high] = [0, parts.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((parts[middle]?.fromMs ?? Infinity) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
};

interface Power {
  readonly atMs: EpochMs;
  readonly kw: number;
}

/** A power over a time, on a line. */
interface Piece {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  readonly fromKw: number;
  readonly toKw: number;
}

const pieces = (powers: readonly Power[], meant: Meant): readonly Piece[] => {
  const [first] = powers;
  if (first === undefined) return [];
  const leading = { fromMs: first.atMs - MAX_HOLD_MS, toMs: first.atMs, fromKw: first.kw, toKw: first.kw };
  return [leading, ...powers.map((power, index) => pieceAfter(power, powers[index + 1], meant))];
};

const pieceAfter = ({ atMs, kw }: Power, next: Power | undefined, meant: Meant): Piece => {
  if (next === undefined || next.atMs - atMs > MAX_HOLD_MS)
    return { fromMs: atMs, toMs: atMs + MAX_HOLD_MS, fromKw: kw, toKw: kw };
  const [fromKw, toKw] = [meant === "since-last" ? next.kw : kw, meant === "until-next" ? kw : next.kw];
  return { fromMs: atMs, toMs: next.atMs, fromKw, toKw };
};

const kwAt = ({ fromMs, toMs, fromKw, toKw }: Piece, atMs: EpochMs): number =>
  toMs === fromMs ? fromKw : fromKw + ((toKw - fromKw) * (atMs - fromMs)) / (toMs - fromMs);
