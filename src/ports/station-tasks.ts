import type { StationCommand } from "../domain/command.js";
import type { StationSelection, StationTask, TaskResult } from "../domain/station-task.js";

/** A command for many stations, as an operator asks for it. */
export interface TaskRequest {
  readonly askedBy: string;
  readonly command: StationCommand;
  readonly selection: StationSelection;
  /** Stations that are asked at the same time. */
  readonly atOnce: number;
  /** For how long stations are waited for that are not connected, ms; 0: they are left out. */
  readonly waitMs: number;
}

/** Commands for many stations, kept over restarts. What a station was asked, it is not asked again. */
export interface StationTasks {
  /** Resolves once it is on disk; throws `task.*` and `not-found.*`. */
  readonly start: (request: TaskRequest) => Promise<StationTask>;
  /** Newest first. */
  readonly list: () => readonly StationTask[];
  /** null: there is none of this id. */
  readonly find: (id: string) => StationTask | null;
  /** Of each station, in the order in which they are asked. */
  readonly results: (id: string) => Promise<readonly TaskResult[]>;
  /** Stations that are not asked yet are not asked any more; null: there is none of this id. */
  readonly cancel: (id: string) => Promise<StationTask | null>;
}
