import { HELD_FOR, type HeldFor } from "../domain/held-for.js";
import type { Reservation } from "../domain/station-file/reservations.js";
import type { EpochMs } from "../domain/units.js";
import { isInForce } from "./reservations.js";

/** For what an EVSE is held now, and until when. */
export interface EvseHold {
  readonly heldFor: HeldFor;
  readonly untilMs: EpochMs;
}

/**
 * What holds an EVSE for somebody; null: nothing. Those at any EVSE of a station hold the free ones once there are
 * no more of these than of them.
 */
export const holdOn = (
  reservations: readonly Reservation[],
  evseId: number,
  freeEvseIds: readonly number[],
): EvseHold | null => {
  const standing = reservations.filter(isInForce).toSorted((one, other) => one.expiresMs - other.expiresMs);
  const own = standing.find((each) => each.evseId === evseId);
  if (own !== undefined) return holdOf(own);
  const anywhere = standing.filter((each) => each.evseId === null);
  const left = freeEvseIds.filter((free) => !standing.some((each) => each.evseId === free));
  const [first] = anywhere;
  return first !== undefined && left.includes(evseId) && left.length <= anywhere.length
    ? holdOf(first)
    : null;
};

/** Holders are `operator`, or of sharing with an id behind a colon. */
const holdOf = ({ holder, expiresMs }: Reservation): EvseHold => ({
  heldFor: HELD_FOR.find((kind) => holder.startsWith(`${kind}:`)) ?? "reservation",
  untilMs: expiresMs,
});
