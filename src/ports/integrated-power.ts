import { type EpochMs, hours, MAX_HOLD_MS } from "../domain/units.js";

/** A power as it was told. */
export interface Flow {
  readonly atMs: EpochMs;
  /** Signed: negative while discharging. */
  readonly powerKw: number;
}

const WH_PER_KWH = 1000;

/**
 * The energy of powers, by time, between two moments, Wh: on the line between two, and held for no longer than any
 * measurement may where none follows or comes before. `sign` −1: of what is given back. null where no power was told.
 */
export const integratedWh = (
  flows: readonly Flow[],
  [fromMs, toMs]: readonly [EpochMs, EpochMs],
  sign: 1 | -1,
): number | null => {
  if (flows.length === 0) return null;
  const powers = flows.map(({ atMs, powerKw }) => ({ atMs, kw: Math.max(0, sign * powerKw) }));
  let wh = 0;
  for (const piece of pieces(powers)) {
    const [startMs, endMs] = [Math.max(fromMs, piece.fromMs), Math.min(toMs, piece.toMs)];
    if (endMs > startMs) wh += ((kwAt(piece, startMs) + kwAt(piece, endMs)) / 2) * hours(endMs - startMs);
  }
  return wh * WH_PER_KWH;
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

const pieces = (powers: readonly Power[]): readonly Piece[] => {
  const [first] = powers;
  if (first === undefined) return [];
  const leading = { fromMs: first.atMs - MAX_HOLD_MS, toMs: first.atMs, fromKw: first.kw, toKw: first.kw };
  return [leading, ...powers.map((power, index) => pieceAfter(power, powers[index + 1]))];
};

const pieceAfter = ({ atMs, kw }: Power, next: Power | undefined): Piece =>
  next !== undefined && next.atMs - atMs <= MAX_HOLD_MS
    ? { fromMs: atMs, toMs: next.atMs, fromKw: kw, toKw: next.kw }
    : { fromMs: atMs, toMs: atMs + MAX_HOLD_MS, fromKw: kw, toKw: kw };

const kwAt = ({ fromMs, toMs, fromKw, toKw }: Piece, atMs: EpochMs): number =>
  toMs === fromMs ? fromKw : fromKw + ((toKw - fromKw) * (atMs - fromMs)) / (toMs - fromMs);
