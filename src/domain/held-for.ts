/** Why an EVSE is held: an operator's reservation, a turn of its queue, a booking, a use of the emergency pile. */
export const HELD_FOR = ["reservation", "queue", "booking", "emergency"] as const;
export type HeldFor = (typeof HELD_FOR)[number];
