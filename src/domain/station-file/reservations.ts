import { z } from "zod";
import { epochTime } from "./time.js";

/** Whoever has reservations made that are not sharing's. */
export const OPERATOR_HOLDS = "operator";

/** An EVSE that a station holds for an id token. */
export const reservationSchema = z
  .object({
    reservationId: z.int().describe("Ours, to cancel it by"),
    evseId: z.int().nullable().describe("null: any of the station"),
    idToken: z.string().describe("Whom it is held for"),
    holder: z
      .string()
      .describe("Who has it held: `operator`, or of sharing `queue:`, `booking:` or `emergency:` and its id"),
    madeMs: epochTime("When the station was asked for it"),
    expiresMs: epochTime("Until when it is held"),
    state: z
      .enum(["asked", "held", "used", "cancelled", "removed", "expired", "no-transaction"])
      .describe(
        "asked: the station has not confirmed it, and is asked again when it connects; removed: by the station, or it knows of none; no-transaction: the car came and did not charge (2.1)",
      ),
    endedMs: epochTime("Since when it is held no more").nullable().describe("null: it is held"),
  })
  .meta({ id: "Reservation", description: "An EVSE that is, or was, held for an id token" });
export type Reservation = z.infer<typeof reservationSchema>;

/** The reservations of a station as they lie on disk. */
export const keptReservationsSchema = z.object({
  stationId: z.string(),
  reservations: z.array(reservationSchema),
});

/** What became of a reservation, as the station tells it. */
export interface ReservationNews {
  readonly kind: "reservation-told";
  readonly reservationId: number;
  readonly became: "used" | "removed" | "expired" | "no-transaction";
}
