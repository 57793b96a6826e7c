import type { StationCommand } from "../domain/command.js";
import type { StationSelection, StationTask, TaskResult, TaskScope } from "../domain/station-task.js";

/** A command for many stations, as an operator asks for it. */
export interface TaskRequest {
  readonly askedBy: string;
  readonly command: StationCommand;
  /** What the command needs at one station. */
  readonly scope: TaskScope;
  readonly selection: StationSelection;
  /** Stations that are asked at the same time. */
  readonly atOnce: number;
  /** For how long stations are waited for that are not connected, ms; 0: they are left out. */
  readonly waitMs: number;
}

/** Which of a task's results. */
export interface ResultPage {
  /** Those that are asked after this one; null: from the first on. */
  readonly after: string | null;
  readonly limit: number;
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
  readonly results: (id: string, page: ResultPage) => Promise<readonly TaskResult[]>;
  /** Stations that are not asked yet are not asked any more; null: there is none of this id. */
  readonly cancel: (id: string) => Promise<StationTask | null>;
}
