import { type EpochMs, HOUR_MS, MINUTE_MS, SLOT_MS } from "./units.js";

/**
 * The time grid of a plan. Slot t covers [startsMs[t], endMs(t)). The first slot begins now and is
 * shorter than the rest when now is not on a quarter of an hour.
 */
export interface Horizon {
  readonly startsMs: readonly EpochMs[];
  readonly endMs: EpochMs;
}

export const slotCount = (horizon: Horizon): number => horizon.startsMs.length;

export const slotEndMs = (horizon: Horizon, slot: number): EpochMs =>
  horizon.startsMs[slot + 1] ?? horizon.endMs;

/** Length Δ of a slot in hours. */
export const slotHours = (horizon: Horizon, slot: number): number =>
  (slotEndMs(horizon, slot) - (horizon.startsMs[slot] ?? horizon.endMs)) / HOUR_MS;

/** Slot that contains `atMs`, or -1 when it lies outside the horizon. */
export const slotAt = (horizon: Horizon, atMs: EpochMs): number => {
  if (atMs < (horizon.startsMs[0] ?? Infinity) || atMs >= horizon.endMs) return -1;
  let low = 0;
  let high = horizon.startsMs.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((horizon.startsMs[middle] ?? Infinity) <= atMs) low = middle;
    else high = middle - 1;
  }
  return low;
};

/**
 * A grid of quarter hours from now on. A remainder of the current quarter shorter than one minute is
 * joined to the next slot, so that no slot is too short to be steered.
 */
export const quarterHourHorizon = (nowMs: EpochMs, slots: number): Horizon => {
  const quarter = Math.floor(nowMs / SLOT_MS) * SLOT_MS;
  const next = quarter + SLOT_MS;
  const first = next - nowMs < MINUTE_MS ? next + SLOT_MS : next;
  const startsMs = [nowMs];
  for (let slot = 1; slot < slots; slot++) startsMs.push(first + (slot - 1) * SLOT_MS);
  return { startsMs, endMs: first + (slots - 1) * SLOT_MS };
};

/** Boundaries closer than this to another are left out: no slot may be too short to be steered. */
const SHORTEST_SLOT_MS = MINUTE_MS;

/** The grid with further boundaries, each at least a minute from its neighbours. */
export const withBoundaries = (horizon: Horizon, times: readonly EpochMs[]): Horizon => {
  const startsMs = [...horizon.startsMs];
  for (const atMs of [...times].sort((a, b) => a - b)) {
    if (atMs <= (startsMs[0] ?? Infinity) || atMs >= horizon.endMs) continue;
    const next = startsMs.findIndex((startMs) => startMs > atMs);
    const place = next === -1 ? startsMs.length : next;
    const before = startsMs[place - 1] ?? -Infinity;
    const after = startsMs[place] ?? horizon.endMs;
    if (atMs - before >= SHORTEST_SLOT_MS && after - atMs >= SHORTEST_SLOT_MS)
      startsMs.splice(place, 0, atMs);
  }
  return { startsMs, endMs: horizon.endMs };
};
