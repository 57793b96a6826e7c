import type { Reservation } from "../domain/station-file/reservations.js";
import type { EpochMs } from "../domain/units.js";

/** Newest reservations that are kept of a station. */
const MOST_RESERVATIONS = 100;

/** Whether it stands between the EVSE and other cars, or may. */
export const isInForce = ({ state }: Reservation): boolean => state === "asked" || state === "held";

/** The reservations as they stand at a moment: what is past its time is held no more, told or not. */
export const reservationsAt = (reservations: readonly Reservation[], nowMs: EpochMs): Reservation[] =>
  reservations.map((reservation) =>
    isInForce(reservation) && nowMs >= reservation.expiresMs
      ? { ...reservation, state: "expired", endedMs: reservation.expiresMs }
      : reservation,
  );

/** With one more. The same number again changes the one that is held (OCPP 1.6 §5.13, 2.0.1 H01.FR.02). */
export const withReservation = (
  reservations: readonly Reservation[],
  made: Omit<Reservation, "state" | "endedMs">,
): Reservation[] => {
  const others = reservationsAt(reservations, made.madeMs).filter(
    (each) => each.reservationId !== made.reservationId || !isInForce(each),
  );
  return [...others, { ...made, state: "asked" as const, endedMs: null }].slice(-MOST_RESERVATIONS);
};

/** The station has taken it, if it still stands. */
export const confirmed = (
  reservations: readonly Reservation[],
  reservationId: number,
): readonly Reservation[] => changed(reservations, reservationId, { state: "held" });

/** One that is no longer held has its end, and keeps its first; what is said of one that we do not know is nothing. */
export const ended = (
  reservations: readonly Reservation[],
  reservationId: number,
  end: Pick<Reservation, "state" | "endedMs">,
): readonly Reservation[] => changed(reservations, reservationId, end);

/** The station refused it: as it was before, with the one that this was to change. */
export const withoutRefused = (
  reservations: readonly Reservation[],
  reservationId: number,
  before: Reservation | undefined,
): readonly Reservation[] =>
  reservations.flatMap((each) => {
    const isRefused = each.reservationId === reservationId && each.state === "asked";
    return isRefused ? (before ?? []) : each;
  });

const changed = (
  reservations: readonly Reservation[],
  reservationId: number,
  change: Partial<Reservation>,
): readonly Reservation[] => {
  const index = reservations.findLastIndex((each) => each.reservationId === reservationId && isInForce(each));
  const standing = reservations[index];
  return standing === undefined ? reservations : reservations.with(index, { ...standing, ...change });
};
