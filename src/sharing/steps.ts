import type { NoticeText } from "../domain/sharing.js";
import type { EpochMs } from "../domain/units.js";

/** What is to be done once a state is on disk. */
export type Effect =
  | { readonly kind: "notice"; readonly notice: NoticeText }
  | {
      readonly kind: "hold";
      readonly reservationId: number;
      readonly idToken: string;
      readonly untilMs: EpochMs;
    }
  | { readonly kind: "let-go"; readonly reservationId: number }
  /** What the driver asked for before plugging in becomes the wish of the session, unless it has one. */
  | {
      readonly kind: "wish";
      readonly sessionId: string;
      readonly energyNeedKwh: number;
      readonly departureMs: EpochMs;
    };

/** A state and what follows from having come to it. */
export interface Step<State> {
  readonly state: State;
  readonly effects: readonly Effect[];
}

/** A pile as it is seen. */
export interface PileView {
  /** Something is plugged in, as far as is known. */
  readonly isOccupied: boolean;
  /** Connected and in service: turns can be offered. */
  readonly isUsable: boolean;
  readonly session: SessionAtPile | null;
  /** What a session had in all that has just ended here; null: none has. */
  readonly closed: { readonly id: string; readonly deliveredKwh: number } | null;
}

export interface SessionAtPile {
  readonly id: string;
  readonly idToken: string | null;
  readonly startedMs: EpochMs;
  /** It has what it wants, or takes no more. */
  readonly isDone: boolean;
  readonly departureMs: EpochMs;
  /** Of what it wants, still to come, kWh. */
  readonly toGoKwh: number;
  readonly deliveredKwh: number;
  /** When the plan in force has given it all that it gives; null: no plan names it. */
  readonly planEndsMs: EpochMs | null;
}

const RESERVATIONS_PER_EVSE = 100_000;
const FIRST_RESERVATION = 1_000;

/** Numbers of our reservations: different for every EVSE of a station, and above those that people choose. */
export const reservationNumber = (evseId: number, count: number): number =>
  evseId * RESERVATIONS_PER_EVSE + FIRST_RESERVATION + (count % (RESERVATIONS_PER_EVSE - FIRST_RESERVATION));
