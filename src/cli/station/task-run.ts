import { setTimeout as pause } from "node:timers/promises";
import { type Access, type AskableCommand, type StationTask, taskClient } from "../../app.js";
import { counted } from "../../domain/figures.js";
import { EXIT } from "../exit-codes.js";
import { printJson, progressLine, say } from "../output.js";
import { isAllDone, printResults, taskLine } from "../task-lines.js";
import type { severalOf } from "./selection.js";

const LOOK_EVERY_MS = 500;

interface Shown {
  readonly json?: boolean;
}

/** Looks at a task until it is over, and shows what became of each station. */
export const followTask = async (access: Access, started: StationTask, { json }: Shown): Promise<void> => {
  const tasks = await taskClient(access);
  const progress = progressLine(`task ${started.id}`, json === true);
  let task = started;
  while (task.endedMs === null) {
    const { waiting, asking } = task.counts;
    progress.at(1 - (waiting + asking) / Math.max(1, task.stations));
    await pause(LOOK_EVERY_MS);
    task = await tasks.find(task.id);
  }
  progress.done();
  const results = await tasks.results(task.id);
  if (json === true) printJson({ ...task, results });
  else printResults(results);
  say(taskLine(task));
  if (!isAllDone(task)) process.exitCode = EXIT.failed;
};

type Several = NonNullable<ReturnType<typeof severalOf>>;

/** Asks several stations for the same, as a task that goes on at the server whatever becomes of this command. */
export const runAtSeveral = async (
  access: Access,
  several: Several,
  { command, json }: { readonly command: AskableCommand } & Shown,
): Promise<void> => {
  const task = await (await taskClient(access)).start({ ...several, command });
  say(
    `task ${task.id}: ${counted(task.stations, "station")}; it goes on if this ends: youxu task show ${task.id}`,
  );
  await followTask(access, task, json === undefined ? {} : { json });
};
