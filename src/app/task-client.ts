import { z } from "zod";
import {
  type StationTask,
  stationTaskSchema,
  type TaskResult,
  taskResultSchema,
} from "../domain/station-task.js";
import type { taskRequest } from "../server/schemas/task.js";
import { type Access, type AskableCommand, ask } from "./operator-client.js";

type NewTask = Omit<z.input<typeof taskRequest>, "command"> & { readonly command: AskableCommand };

/** Results that are fetched at once. */
const PAGE = 500;

const taskPath = (id: string): string => `/tasks/${encodeURIComponent(id)}`;

/** Commands for many stations, at a running server. */
export const taskClient = (access: Access) => ({
  start: async (request: NewTask): Promise<StationTask> => {
    const init = { method: "POST", body: JSON.stringify(request) };
    return stationTaskSchema.parse(await (await ask(access, "/tasks", init)).json());
  },
  list: async (): Promise<StationTask[]> =>
    z.array(stationTaskSchema).parse(await (await ask(access, "/tasks")).json()),
  find: async (id: string): Promise<StationTask> =>
    stationTaskSchema.parse(await (await ask(access, taskPath(id))).json()),
  /** All of them, a page at a time. */
  results: async (id: string): Promise<TaskResult[]> => {
    const all: TaskResult[] = [];
    for (;;) {
      const after = all.at(-1)?.stationId;
      const from = after === undefined ? "" : `&after=${encodeURIComponent(after)}`;
      const path = `${taskPath(id)}/results?limit=${PAGE}${from}`;
      const some = z.array(taskResultSchema).parse(await (await ask(access, path)).json());
      all.push(...some);
      if (some.length < PAGE) return all;
    }
  },
  cancel: async (id: string): Promise<StationTask> => {
    const init = { method: "POST", body: "{}" };
    return stationTaskSchema.parse(await (await ask(access, `${taskPath(id)}/cancel`, init)).json());
  },
});

export type TaskClient = ReturnType<typeof taskClient>;
