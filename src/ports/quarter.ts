import { type EpochMs, MAX_HOLD_MS, SLOT_MS } from "../domain/units.js";

/** What was measured in a quarter of an hour, as it is kept for good. */
export interface Quarter {
  readonly startMs: EpochMs;
  /** How much of it was measured: each value holds until the next, and no longer than 15 minutes. */
  readonly coveredMs: number;
  /** How many values came in it: 0 where only one from before holds; null: made by a program that did not count. */
  readonly valueCount: number | null;
  /** Mean over the covered time; times it this is the energy of the values themselves. */
  readonly meanKw: number;
  readonly leastKw: number;
  readonly mostKw: number;
  /** Registers and state of charge as last told in the quarter; null where nothing was. */
  readonly importedWh: number | null;
  readonly exportedWh: number | null;
  readonly socPercent: number | null;
}

/** A measured value as quarters are made of it. */
export interface Value {
  readonly atMs: EpochMs;
  readonly powerKw: number;
  readonly importedWh: number | null;
  readonly exportedWh: number | null;
  readonly socPercent: number | null;
}

export const quarterStart = (atMs: EpochMs): EpochMs => Math.floor(atMs / SLOT_MS) * SLOT_MS;

/** Quarters that a value tells of: its own, and the next, into which it may hold. */
export const quartersOf = (atMs: EpochMs): readonly [EpochMs, EpochMs] => {
  const startMs = quarterStart(atMs);
  return [startMs, startMs + SLOT_MS];
};

/**
 * The quarter that begins at `startMs`, from values in order of time: those in it, and before them what
 * may still hold; of one that runs, until `nowMs`. Null when nothing of it was measured.
 */
export const quarterOf = (
  values: readonly Value[],
  startMs: EpochMs,
  nowMs: EpochMs = Infinity,
): Quarter | null => {
  const endMs = Math.min(startMs + SLOT_MS, nowMs);
  let [kwMs, coveredMs, leastKw, mostKw] = [0, 0, Infinity, -Infinity];
  values.forEach(({ atMs, powerKw }, index) => {
    const fromMs = Math.max(atMs, startMs);
    const untilMs = Math.min(values[index + 1]?.atMs ?? Infinity, atMs + MAX_HOLD_MS, endMs);
    if (fromMs >= untilMs) return;
    kwMs += powerKw * (untilMs - fromMs);
    coveredMs += untilMs - fromMs;
    leastKw = Math.min(leastKw, powerKw);
    mostKw = Math.max(mostKw, powerKw);
  });
  if (coveredMs === 0) return null;
  const within = values.filter(({ atMs }) => atMs >= startMs && atMs < endMs);
  const last = (what: "importedWh" | "exportedWh" | "socPercent"): number | null =>
    within.findLast((value) => value[what] !== null)?.[what] ?? null;
  return {
    startMs,
    coveredMs,
    valueCount: within.length,
    meanKw: kwMs / coveredMs,
    leastKw,
    mostKw,
    importedWh: last("importedWh"),
    exportedWh: last("exportedWh"),
    socPercent: last("socPercent"),
  };
};
