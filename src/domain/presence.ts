import type { FleetEvent, StationState } from "./fleet.js";
import { BY_HAND } from "./hand-profile.js";

/**
 * Whether a station is there: it told of itself, or something is known that it may hold. One for which an operator only
 * assigned a limit, and that was never told it, is not there yet.
 */
export const isThere = (state: StationState | undefined): state is StationState =>
  state !== undefined &&
  (state.lastSeenMs !== null ||
    state.evses.size > 0 ||
    (state.outsideLimits ?? []).some(({ untold }) => untold !== true));

/** An operator's limit set or taken back: the station was not heard of. */
export const isByHand = (event: FleetEvent): boolean =>
  (event.kind === "outside-limit" && event.limit.source === BY_HAND) ||
  (event.kind === "outside-limit-cleared" && event.limited.source === BY_HAND);
