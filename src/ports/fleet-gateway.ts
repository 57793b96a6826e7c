import type { CarSchedule, FleetEvent, TransactionEvent, UnclearMessage } from "../domain/fleet.js";
import type { Verdict } from "../domain/id-token.js";
import type { Schedule } from "../domain/schedule.js";
import type { Session } from "../domain/session.js";
import type { EpochMs } from "../domain/units.js";
import type { Recorded } from "./ledger.js";

/** How an id token is shown. */
export interface TokenShown {
  /** Its type; null: 1.6 knows none. */
  readonly type: string | null;
  /** EVSE at which it is to begin a charge; null: it is asked for, or ends one. */
  readonly beginsAt: number | null;
}

/** An EVSE that is free, as its station says. */
export interface Vacancy {
  readonly stationId: string;
  readonly evseId: number;
  /** When we heard of it. */
  readonly atMs: EpochMs;
  /** Since when, by the station's own time. */
  readonly sinceMs: EpochMs;
}

/** What a message lacks: its place in it, and a sentence. */
export interface Lack {
  readonly place: string;
  readonly why: string;
}

/** Where a transaction runs. */
export type OpenSession = Pick<Session, "evseId" | "transactionId">;

/** The way from the stations into the core. */
export interface FleetGateway {
  /** News that need not survive a crash: connection, status, samples outside transactions. */
  report(event: FleetEvent): void;
  /** A transaction message; resolves after its commit, so that the caller may answer. */
  record(event: TransactionEvent): Promise<Recorded>;
  /** Keeps a message that cannot be understood in quarantine, and gives whether it is new there, after the commit. */
  keepAside(message: UnclearMessage, lack: Lack): Promise<boolean>;
  /** Nothing is plugged in there: a transaction whose stop has not come is ended. Resolves after the commit. */
  freed(vacancy: Vacancy): Promise<void>;
  /** EVSEs of a station that a site file gives it or that were heard of since the process began; left out: none are known. */
  evsesOf?(stationId: string): readonly number[];
  /** What runs at a station, as the fleet knows it. */
  openSessions(stationId: string): readonly OpenSession[];
  /** What a transaction has cost so far, in its site's currency; null, or left out: it is not told. */
  costSoFar?(stationId: string, transactionId: string): number | null;
  /**
   * The correction that an EVSE is to follow now, as of now, when its station asks for it; null: none, it
   * goes by the plan. What is given counts as told.
   */
  presentCorrection(stationId: string, evseId: number): Schedule | null;
  /** Whether a car means to draw or give back more than it was offered; left out: it never does. */
  exceedsOffer?(stationId: string, evseId: number, schedule: CarSchedule): boolean;
  /** Whether an id token may charge. */
  authorize(stationId: string, idToken: string, shown: TokenShown): Promise<Verdict>;
}
