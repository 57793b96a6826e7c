import type { NoticeText } from "../domain/sharing.js";
import type { EpochMs } from "../domain/units.js";

/** A pile that a station is to keep for a card. */
export interface Hold {
  /** Whom of sharing it is for: `queue:`, `booking:` or `emergency:` and an id. */
  readonly holder: string;
  readonly idToken: string;
  readonly untilMs: EpochMs;
}

/** What is to be done once a state is on disk. */
export type Effect =
  | { readonly kind: "notice"; readonly notice: NoticeText }
  | ({ readonly kind: "hold" } & Hold)
  | ({ readonly kind: "let-go" } & Pick<Hold, "holder">)
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
  /** An operator has it held: nobody is called to it. */
  readonly isReserved: boolean;
  readonly session: SessionAtPile | null;
  /** The session before, where its station said that the EVSE is free but has not told its stop; null: none. */
  readonly unstopped: Unstopped | null;
  /** What a session had in all that has just ended here; null: none has. */
  readonly closed: { readonly id: string; readonly deliveredKwh: number } | null;
}

/** A session that may go on though its EVSE is said to be free. */
export interface Unstopped {
  readonly id: string;
  /** Since when its EVSE is said to be free. */
  readonly freeSinceMs: EpochMs;
  /** Its stop, or a word of it, may still come: it has what it had. */
  readonly isAwaited: boolean;
}

export interface SessionAtPile {
  readonly id: string;
  readonly idToken: string | null;
  /** False: its card was refused. */
  readonly isAuthorized: boolean;
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
