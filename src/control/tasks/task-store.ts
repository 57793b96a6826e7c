import type { StationCommand } from "../../domain/command.js";
import {
  keptTaskSchema,
  type StationTask,
  type TaskResult,
  taskResultSchema,
} from "../../domain/station-task.js";
import type { Documents } from "../../ports/documents.js";
import type { Log } from "../contract.js";

const COLLECTION = "station-task";
/** A collection of its own, so that a task's results are read without those of others. */
const resultsOf = (taskId: string): string => `station-task/${taskId}`;

/** A task with the stations that it is for, in their order; one without a result was not asked yet. */
export interface KeptTask {
  readonly task: StationTask;
  readonly command: StationCommand;
  readonly stationIds: readonly string[];
}

export interface TaskStoreParts {
  readonly documents: Documents;
  readonly log: Log;
  /** A command as it was written; null: this version of the program does not know it. */
  readonly readCommand: (stored: unknown) => StationCommand | null;
}

/** Tasks on disk: a document for each, and one for each station that was asked. */
export const taskStore = ({ documents, log, readCommand }: TaskStoreParts) => {
  const read = (stored: unknown): KeptTask[] => {
    const parsed = keptTaskSchema.safeParse(stored);
    const command = parsed.success ? readCommand(parsed.data.command) : null;
    if (!parsed.success || command === null) {
      log.error({ faults: parsed.error?.issues.slice(0, 3) }, "a task cannot be read");
      return [];
    }
    const { stationIds, ...task } = parsed.data;
    return [{ task, command, stationIds }];
  };
  return {
    all: async (): Promise<KeptTask[]> => (await documents.list(COLLECTION)).flatMap(read),
    results: async (taskId: string): Promise<TaskResult[]> =>
      (await documents.list(resultsOf(taskId))).flatMap((stored) => {
        const parsed = taskResultSchema.safeParse(stored);
        return parsed.success ? [parsed.data] : [];
      }),
    keep: ({ task, command, stationIds }: KeptTask): Promise<void> =>
      documents.put(COLLECTION, task.id, { ...task, command, stationIds }),
    keepResult: (taskId: string, result: TaskResult): Promise<void> =>
      documents.put(resultsOf(taskId), result.stationId, result),
    /** What it came to first, so that a task that is still there is removed again. */
    remove: async ({ task, stationIds }: KeptTask): Promise<void> => {
      for (const stationId of stationIds) await documents.remove(resultsOf(task.id), stationId);
      await documents.remove(COLLECTION, task.id);
    },
  };
};
