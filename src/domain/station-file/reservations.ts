import { z } from "zod";
import { epochTime } from "./time.js";

/** An EVSE that a station holds for an id token. */
export const reservationSchema = z
  .object({
    reservationId: z.int().describe("Ours, to cancel it by"),
    evseId: z.int().nullable().describe("null: any of the station"),
    idToken: z.string().describe("Whom it is held for"),
    madeMs: epochTime("When the station accepted it"),
    expiresMs: epochTime("Until when it is held"),
    state: z
      .enum(["held", "used", "cancelled", "removed", "expired", "no-transaction"])
      .describe("removed: by the station; no-transaction: the car came and did not charge (2.1)"),
    endedMs: epochTime("Since when it is held no more").nullable().describe("null: it is held"),
  })
  .meta({ id: "Reservation", description: "An EVSE that is, or was, held for an id token" });
export type Reservation = z.infer<typeof reservationSchema>;

/** What became of a reservation, as the station tells it. */
export interface ReservationNews {
  readonly kind: "reservation-told";
  readonly reservationId: number;
  readonly became: "used" | "removed" | "expired" | "no-transaction";
}
