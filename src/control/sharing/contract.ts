import type { PileOutlook, SessionTerms } from "../../domain/outlook.js";
import type { Session } from "../../domain/session.js";
import type { PilePlace, StateSchema } from "../../domain/sharing.js";
import type { EpochMs } from "../../domain/units.js";
import type { Clock } from "../../ports/clock.js";
import type { Claim } from "../../management/reservation-conflicts.js";
import type { Hold, PileView } from "../../sharing/steps.js";
import type { ReservationKeeper } from "../reservations.js";
import type { Desk } from "./desk.js";
import type { Pile } from "./pile-view.js";

/** What each kind of sharing is made with. */
export interface DeskMaker {
  readonly clock: Pick<Clock, "now">;
  /** Short ids that nobody can guess. */
  readonly newId: () => string;
  /** States under a name of their own on disk. */
  readonly makeDesk: <State extends PilePlace>(collection: string, schema: StateSchema<State>) => Desk<State>;
  readonly reservations: Pick<ReservationKeeper, "inTheWay">;
  readonly isConnected: (stationId: string) => boolean;
  readonly viewOf: (pile: Pile, closed: Session | null, expected: readonly string[]) => PileView;
}

/** One kind of sharing, over all its piles. */
export interface PileDesk<Shared extends Pile> {
  /** Looks at a pile as it stands; `closed`: a session has just ended there. */
  look(pile: Shared, closed: Session | null): Promise<void>;
  /** When to look again at the latest; null: never. */
  wakeMs(pile: Shared): EpochMs | null;
  /** What the station is to hold now: sent anew when it is back. */
  holdOf(pile: Shared): readonly Hold[];
  /** Time of it that is given away. */
  claimsOn(pile: Shared): readonly Claim[];
  outlook(pile: Shared): { readonly pile: PileOutlook; readonly terms: readonly SessionTerms[] };
  restore(): Promise<void>;
  idle(): boolean;
}
