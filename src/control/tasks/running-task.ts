import type { StationTask, TaskResult } from "../../domain/station-task.js";
import type { EpochMs } from "../../domain/units.js";
import { countsOf, isOver, settledResult, waitingResult } from "../../management/station-task.js";
import { shownCommand } from "../../management/shown-command.js";
import type { KeptTask, StoredTask } from "./task-store.js";

/** A task that is not over: whom to ask next, who is away, and what came of the others. */
export interface RunningTask {
  readonly id: string;
  readonly kept: () => KeptTask;
  readonly view: () => StationTask;
  /** How a station stands, without its answer, which is on disk alone: many stations may answer much. */
  readonly resultOf: (stationId: string) => TaskResult | null;
  /** The next that may be asked now; null: none. */
  readonly next: () => string | null;
  /** It was asked, or there is an answer. */
  readonly put: (result: TaskResult) => void;
  /** It is not connected: asked when it comes. */
  readonly away: (stationId: string) => void;
  /** It has come; whether it was waited for. */
  readonly came: (stationId: string) => boolean;
  readonly cancel: (atMs: EpochMs) => void;
  /** Whoever was not asked yet is not asked any more: the time for it is over. */
  readonly giveUp: () => void;
  /** Whether there is nobody left to ask, or to wait for. */
  readonly isDone: (nowMs: EpochMs) => boolean;
  /** As it stands once it is over. */
  readonly end: (atMs: EpochMs) => StoredTask;
}

export const runningTask = (kept: KeptTask, known: readonly TaskResult[]): RunningTask => {
  const results = new Map(kept.stationIds.map((id) => [id, waitingResult(id, kept.task.askedMs)]));
  for (const result of known) results.set(result.stationId, { ...result, answer: null });
  const queue = new Set(
    [...results.values()].filter((one) => !isOver(one)).map(({ stationId }) => stationId),
  );
  const gone = new Set<string>();
  let asking = 0;
  let { task } = kept;
  const view = (): StationTask => ({
    ...task,
    command: shownCommand(kept.command),
    counts: countsOf(results.values()),
  });
  const giveUp = (): void => {
    queue.clear();
    gone.clear();
  };
  return {
    id: task.id,
    kept: () => ({ ...kept, task }),
    view,
    resultOf: (stationId) => results.get(stationId) ?? null,
    next: () => {
      const [stationId] = queue;
      if (stationId === undefined || asking >= task.atOnce) return null;
      queue.delete(stationId);
      asking += 1;
      return stationId;
    },
    put: (result) => {
      if (result.state !== "asking") asking -= 1;
      results.set(result.stationId, { ...result, answer: null });
    },
    away: (stationId) => void gone.add(stationId),
    came: (stationId) => {
      if (!gone.delete(stationId)) return false;
      queue.add(stationId);
      return true;
    },
    cancel: (atMs) => {
      task = { ...task, cancelledMs: atMs };
      giveUp();
    },
    giveUp,
    isDone: (nowMs) =>
      asking === 0 &&
      queue.size === 0 &&
      (gone.size === 0 || task.cancelledMs !== null || nowMs >= task.waitUntilMs),
    end: (atMs) => {
      task = { ...task, endedMs: atMs };
      for (const [id, result] of results) results.set(id, settledResult(result, task));
      return { stationIds: kept.stationIds, task: view() };
    },
  };
};
