import type { StationCommand } from "../../domain/command.js";
import {
  keptTaskSchema,
  type StationTask,
  type TaskResult,
  taskResultSchema,
} from "../../domain/station-task.js";
import type { Documents } from "../../ports/documents.js";
import type { Log } from "../contract.js";
import { someAtOnce } from "../some-at-once.js";

const COLLECTION = "station-task";
/** Few enough that what else is to be written needs not wait for them. */
const REMOVED_AT_ONCE = 200;
/** A collection of its own, so that a task's results are read without those of others. */
const resultsOf = (taskId: string): string => `station-task/${taskId}`;

/** A task with the stations that it is for, in their order; one without a result was not asked yet. */
export interface StoredTask {
  readonly task: StationTask;
  readonly stationIds: readonly string[];
}
/** One that is not over, with its command as the stations are told it. */
export interface KeptTask extends StoredTask {
  readonly command: StationCommand;
}

/** A task that is over as it is shown: nothing of it is sent any more. */
const asOver = ({ task, stationIds }: StoredTask) => ({ ...task, stationIds });

export interface TaskStoreParts {
  readonly documents: Documents;
  readonly log: Log;
  /** A command as it was written; null: this version of the program does not know it. */
  readonly readCommand: (stored: unknown) => StationCommand | null;
}

/** Tasks on disk: a document for each, and one for each station that was asked. */
export const taskStore = ({ documents, log, readCommand }: TaskStoreParts) => {
  const read = (stored: unknown): (StoredTask | KeptTask)[] => {
    const parsed = keptTaskSchema.safeParse(stored);
    // What is hidden in one that is over need be no command any more.
    if (parsed.success && parsed.data.endedMs !== null) {
      const { stationIds: ids, ...over } = parsed.data;
      return [{ task: over, stationIds: ids }];
    }
    const command = parsed.success ? readCommand(parsed.data.command) : null;
    if (!parsed.success || command === null) {
      log.error({ faults: parsed.error?.issues.slice(0, 3) }, "a task cannot be read");
      return [];
    }
    const { stationIds, ...task } = parsed.data;
    return [{ task, command, stationIds }];
  };
  return {
    all: async (): Promise<(StoredTask | KeptTask)[]> => (await documents.list(COLLECTION)).flatMap(read),
    results: async (taskId: string): Promise<TaskResult[]> =>
      (await documents.list(resultsOf(taskId))).flatMap((stored) => {
        const parsed = taskResultSchema.safeParse(stored);
        return parsed.success ? [parsed.data] : [];
      }),
    /** Of one station; null: it was not asked. */
    result: async (taskId: string, stationId: string): Promise<TaskResult | null> =>
      taskResultSchema.safeParse(await documents.get(resultsOf(taskId), stationId)).data ?? null,
    keep: (kept: KeptTask): Promise<void> =>
      documents.put(COLLECTION, kept.task.id, { ...asOver(kept), command: kept.command }),
    keepOver: (over: StoredTask): Promise<void> => documents.put(COLLECTION, over.task.id, asOver(over)),
    keepResult: (taskId: string, result: TaskResult): Promise<void> =>
      documents.put(resultsOf(taskId), result.stationId, result),
    /**
     * What it came to first, some at once, since they share a commit, so that a task that is still there is removed
     * again; with `isOver` it leaves the rest for then.
     */
    remove: async ({ task, stationIds }: StoredTask, isOver: () => boolean): Promise<void> => {
      await someAtOnce(stationIds, REMOVED_AT_ONCE, async (stationId) => {
        if (!isOver()) await documents.remove(resultsOf(task.id), stationId);
      });
      if (!isOver()) await documents.remove(COLLECTION, task.id);
    },
  };
};
