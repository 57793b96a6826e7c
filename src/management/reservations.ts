import type { Reservation } from "../domain/station-file/reservations.js";
import type { StationNews } from "../domain/station-news.js";
import type { EpochMs } from "../domain/units.js";

/** Newest reservations that are kept of a station. */
const MOST_RESERVATIONS = 100;

/** A station's reservations after some news. */
export const reduceReservations = (
  reservations: readonly Reservation[],
  news: StationNews,
): readonly Reservation[] => {
  switch (news.kind) {
    case "commanded":
      return commanded(reservations, news);
    case "reservation-told":
      return ended(reservations, news.reservationId, { state: news.became, endedMs: news.atMs });
    default:
      return reservations;
  }
};

/** The reservations as they stand at a moment: what is past its time is held no more, told or not. */
export const reservationsAt = (reservations: readonly Reservation[], nowMs: EpochMs): Reservation[] =>
  reservations.map((reservation) =>
    reservation.state === "held" && nowMs >= reservation.expiresMs
      ? { ...reservation, state: "expired", endedMs: reservation.expiresMs }
      : reservation,
  );

type Commanded = Extract<StationNews, { kind: "commanded" }>;

const commanded = (
  reservations: readonly Reservation[],
  { command, atMs }: Commanded,
): readonly Reservation[] => {
  switch (command.kind) {
    case "reserve": {
      const { reservationId, evseId, idToken, expiresMs } = command;
      const made: Reservation = {
        reservationId,
        evseId,
        idToken,
        madeMs: atMs,
        expiresMs,
        state: "held",
        endedMs: null,
      };
      // The same number again changes the reservation (OCPP 1.6 §5.13, 2.0.1 H01.FR.02).
      const others = reservationsAt(reservations, atMs).filter(
        (each) => each.reservationId !== reservationId || each.state !== "held",
      );
      return [...others, made].slice(-MOST_RESERVATIONS);
    }
    case "cancel-reservation":
      return ended(reservations, command.reservationId, { state: "cancelled", endedMs: atMs });
    default:
      return reservations;
  }
};

/** One that is no longer held has its end; what a station says of one that we do not know is an event only. */
const ended = (
  reservations: readonly Reservation[],
  reservationId: number,
  end: Pick<Reservation, "state" | "endedMs">,
): readonly Reservation[] => {
  const index = reservations.findLastIndex(
    (each) => each.reservationId === reservationId && each.state === "held",
  );
  const held = reservations[index];
  return held === undefined ? reservations : reservations.with(index, { ...held, ...end });
};
