import type { EpochMs } from "../domain/units.js";

/** One message between a station and us, as it was on the wire. */
export interface LoggedMessage {
  /** Rises by one with every message of any station. */
  readonly id: number;
  readonly atMs: EpochMs;
  readonly direction: "from-station" | "to-station";
  /** Null where it is no message of OCPP-J. */
  readonly type: "call" | "result" | "error" | "result-error" | "send" | null;
  /** Of an answer that of its call, null where that is no longer known. */
  readonly action: string | null;
  /** As it was sent, secrets taken out. */
  readonly text: string;
}

export interface MessageQuery {
  /** Only later ones. */
  readonly afterId?: number;
  readonly action?: string;
  /** The newest so many. */
  readonly limit: number;
}

/** The newest messages of all stations, as many as there is room for. */
export interface MessageLog {
  of(stationId: string, query: MessageQuery): readonly LoggedMessage[];
  /** Calls back with each message from now on; returns how to end that. */
  follow(stationId: string, listener: (message: LoggedMessage) => void): () => void;
}
