import type { CommandOutcome, StationCommand } from "../domain/command.js";
import type { PreferenceChange } from "../domain/session.js";
import type { Measurement, Site } from "../domain/site.js";
import type { EventResult, EventView, PlanView, SessionView, SiteLive, StationRow } from "../domain/views.js";
import type { Schedule } from "../domain/schedule.js";
import type { Reservation } from "../domain/station-file/reservations.js";
import type { EpochMs } from "../domain/units.js";
import type { QuarantinedMessage } from "./ledger.js";

/** What became of the wish to end a session; it still runs where its station was told and will stop it. */
export interface SessionEnd {
  readonly session: SessionView;
  /** The station's answer to the stop. */
  readonly outcome: CommandOutcome;
}

interface SignalForward {
  readonly signal: number;
  /** When it becomes active. */
  readonly atMs: EpochMs;
  readonly stationIds: readonly string[] | null;
}

interface StationOutcome {
  readonly stationId: string;
  readonly outcome: CommandOutcome;
}

/**
 * What an operator, a driver or a page may see and do. Unknown ids throw YouxuError
 * `not-found.*`; bad values throw with their field of the request as place: `body.departureMs`.
 */
export interface Operations {
  sites(): readonly Site[];
  live(siteId: string): Promise<SiteLive>;
  stations(siteId?: string): readonly StationRow[];
  sessions(query: {
    siteId?: string;
    fromMs?: EpochMs;
    toMs?: EpochMs;
    active?: boolean;
  }): Promise<readonly SessionView[]>;
  session(sessionId: string): Promise<SessionView>;
  /** Changes what the driver wants; fields left out stay. `session.ended` once it is over. */
  setPreference(sessionId: string, change: PreferenceChange): Promise<SessionView>;
  /** `on: false` goes back to the plan, also from a preference FAST. */
  chargeNow(sessionId: string, on: boolean): Promise<SessionView>;
  /**
   * Tells the station to stop. Where it does not accept that, or `force` says so, the session is ended in
   * the books as of now; a stop of the station's own still corrects that. `session.ended` once it is over.
   */
  endSession(sessionId: string, force: boolean): Promise<SessionEnd>;
  measure(measurement: Measurement): Promise<void>;
  plan(siteId: string): PlanView | null;
  events(): readonly EventView[];
  eventResult(eventId: string): Promise<EventResult>;
  command(stationId: string, command: StationCommand): Promise<CommandOutcome>;
  /**
   * Forwards the grid operator's signal for automatic frequency restoration to stations of a site, to all of
   * OCPP 2.1 where none are named, and gives what became of it at each.
   */
  signalStations(siteId: string, forward: SignalForward): Promise<readonly StationOutcome[]>;
  /** What a station confirmed last for each EVSE. */
  heldSchedules(stationId: string): readonly Schedule[];
  /** What a station holds, or held, for id tokens, oldest first. */
  reservations(stationId: string): readonly Reservation[];
  quarantined(): Promise<readonly QuarantinedMessage[]>;
  /** Calls back at most once a second of wall time while something changes. */
  onLiveChange(siteId: string, listener: () => void): () => void;
}
