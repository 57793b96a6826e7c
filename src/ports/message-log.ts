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

/** Which messages are wanted; left out, all. */
export interface MessageFilter {
  /** Answers included. */
  readonly action?: string;
  readonly direction?: LoggedMessage["direction"];
  readonly type?: Exclude<LoggedMessage["type"], null>;
  /** In the text as it is shown, in any case. */
  readonly contains?: string;
}

export interface MessageQuery extends MessageFilter {
  /** Only later ones. */
  readonly afterId?: number;
  /** The newest so many. */
  readonly limit: number;
}

/** The newest messages of all stations, as many as there is room for. */
export interface MessageLog {
  of(stationId: string, query: MessageQuery): readonly LoggedMessage[];
  /** All that there are, oldest first, each read as it is taken. */
  all(stationId: string, filter: MessageFilter): Iterable<LoggedMessage>;
  /** Calls back with each message from now on; returns how to end that. */
  follow(stationId: string, listener: (message: LoggedMessage) => void): () => void;
}

/** Whether a message is one of those that are wanted. */
export const isWanted = (
  message: LoggedMessage,
  { action, direction, type, contains }: MessageFilter,
): boolean =>
  (action === undefined || message.action === action) &&
  (direction === undefined || message.direction === direction) &&
  (type === undefined || message.type === type) &&
  (contains === undefined || message.text.toLowerCase().includes(contains.toLowerCase()));
