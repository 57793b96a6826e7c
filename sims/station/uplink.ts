import type { CompositePeriod } from "../../src/domain/command.js";
import type { EpochMs } from "../../src/domain/units.js";
import type { StationBody } from "./body.js";
import type { StationMessage } from "./messages.js";
import type { StationModel } from "./model.js";
import type { ClearFilter, HeldProfile } from "./profiles.js";

/**
 * What became of a message.
 * - `delivered`: answered; a start gets the central system's id (OCPP 1.6), an authorize its verdict.
 * - `lost`: no answer; what must not be lost is sent again, with the same content.
 * - `refused`: answered with an error.
 */
export type Delivery =
  | { readonly status: "delivered"; readonly transactionId?: string; readonly authorized?: boolean }
  | { readonly status: "lost" }
  | { readonly status: "refused"; readonly detail: string };

/** What becomes of a message on its way: it is answered, never arrives, its answer never does, or both take their time. */
export type Fate = "answered" | "lost" | "answer-lost" | Late;

/** How long a message and its answer are on their way. On one connection none overtakes another of its direction. */
export interface Late {
  readonly thereMs: number;
  readonly backMs: number;
}

/** The way of one station to the central system: straight into it, or over a websocket. */
export interface Uplink {
  /** Opens the connection and boots where needed; false when that did not work. Never rejects. */
  connect(): Promise<boolean>;
  /** Cuts the connection without a word. */
  cut(): Promise<void>;
  /** Never rejects. `transactionId` is the central system's id of the message's transaction, once known. */
  send(message: StationMessage, transactionId: string | null): Promise<Delivery>;
  /** Silence after which a heartbeat is due, as the central system wants it. */
  heartbeatMs(): number;
  /** The station was switched off: it boots when it connects again. */
  switchedOff(): void;
}

/** What the central system may do with a station, free of any OCPP version. */
export interface StationOperations {
  /** What becomes of the command that comes in now; asked once for each. */
  fate(): Fate;
  /** The answer of one that was late goes out. */
  answersLate(): void;
  model(): StationModel;
  /** False when a transaction profile names a transaction that does not run. */
  install(profile: HeldProfile, transactionId: string | null): boolean;
  /** How many profiles went. */
  clear(filter: ClearFilter): number;
  /** Another value of a dynamic profile; false: there is none of that id. */
  update(profileId: number, value: number): boolean;
  /** Priority charging on or off; false: no profile for it, or no transaction. */
  usePriority(on: boolean): boolean;
  /** Power allowed from now on, changes only. */
  composite(durationS: number): readonly CompositePeriod[];
  remoteStart(idToken: string): boolean;
  remoteStop(transactionId: string): boolean;
  /** Messages that wait to be delivered. */
  waiting(): number;
  hold: StationBody["hold"];
  letGo: StationBody["letGo"];
  trigger(message: "StatusNotification" | "MeterValues" | "Heartbeat" | "TransactionEvent"): void;
  /** It goes off and comes back some seconds later, and boots: after the answer, and after its transaction if it is to wait. */
  restart(whenIdle: boolean): "now" | "later";
  /** False while a transaction holds the plug. */
  unlock(): boolean;
  setOperative(operative: boolean): "now" | "later";
  /** The uplink lost its connection. */
  lost(): void;
  now(): EpochMs;
}
