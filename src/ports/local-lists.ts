import type { CommandOutcome } from "../domain/command.js";

/** What became of bringing a station's list in step. */
export interface ListSync {
  /** What was sent: nothing, what differed, all of it. */
  readonly change: "none" | "differential" | "whole";
  /** Entries that were sent. */
  readonly sent: number;
  /** Of the list now; null: the station did not take it. */
  readonly version: number | null;
  /** Of the last message. */
  readonly outcome: CommandOutcome;
}

/** Keeps the lists of id tokens by which stations decide alone in step with the known ones. */
export interface LocalLists {
  /** Sends what a station lacks, and keeps its list in step from now on. */
  readonly sync: (stationId: string) => Promise<ListSync>;
}
