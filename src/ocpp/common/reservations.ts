import type { ReservationNews } from "../../domain/station-file/reservations.js";
import type { StationNews } from "../../domain/station-news.js";
import type { InboundContext, InboundHandler } from "./codec.js";
import { idAt } from "./neutral.js";
import { type Payload, textAt } from "../wire.js";

/** A transaction that begins names the reservation that it uses, in every version. */
export const reservationUsed = (
  payload: Payload,
  { stationId, nowMs }: Pick<InboundContext, "stationId" | "nowMs">,
): readonly StationNews[] => {
  const reservationId = idAt(payload, "reservationId");
  if (reservationId === null) return [];
  return [{ kind: "reservation-told", stationId, atMs: nowMs, reservationId, became: "used" }];
};

const BECAME: Readonly<Record<string, ReservationNews["became"]>> = {
  Expired: "expired",
  Removed: "removed",
  NoTransaction: "no-transaction",
};

/** ReservationStatusUpdate of 2.x: an EVSE is held no more. */
export const reservationStatus: InboundHandler = (payload, { stationId, nowMs }) => {
  const at = { stationId, atMs: nowMs };
  const type = textAt(payload, "reservationUpdateStatus") ?? "unknown";
  const reservationId = idAt(payload, "reservationId") ?? 0;
  const detail = `reservation ${reservationId}`;
  const event = { atMs: nowMs, stationMs: null, topic: "reservation" as const, type, detail };
  const became = Object.hasOwn(BECAME, type) ? BECAME[type] : undefined;
  return {
    news: [
      { ...at, kind: "event", event },
      ...(became === undefined ? [] : [{ ...at, kind: "reservation-told" as const, reservationId, became }]),
    ],
    answer: () => ({}),
  };
};
