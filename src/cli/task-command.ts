import { Command } from "commander";
import { taskClient } from "../app.js";
import { print, printJson, say } from "./output.js";
import { accessOf, type AskOptions, askingServer, READ } from "./station/asking.js";
import { SEVERAL, TOGETHER } from "./station/selection.js";
import { followTask } from "./station/task-run.js";
import { printResults, taskLine } from "./task-lines.js";

/** Commands for many stations, at a running server. */
export const taskCommand = (): Command =>
  new Command("task")
    .description(
      `commands for many stations at once: \`youxu station reset site:home\` begins one.\nIn place of an identity stands ${SEVERAL}; joined by commas, with wait:MINUTES for those that are away and at-once:N.\n${TOGETHER}.`,
    )
    .addCommand(list())
    .addCommand(show())
    .addCommand(cancel());

const list = (): Command =>
  askingServer("list", "those that run, and the newest that are over", READ).action(
    async (options: AskOptions) => {
      const tasks = await (await taskClient(accessOf(options))).list();
      if (options.json === true) return printJson(tasks);
      for (const task of tasks) print(taskLine(task));
      if (tasks.length === 0) say("none");
    },
  );

const show = (): Command =>
  askingServer("show", "how far it is, and what became of it at each station", READ)
    .argument("<task>", "as `youxu task list` shows it")
    .option("--follow", "until it is over")
    .action(async (id: string, options: AskOptions & { readonly follow?: boolean }) => {
      const access = accessOf(options);
      const tasks = await taskClient(access);
      const task = await tasks.find(id);
      if (options.follow === true) return followTask(access, task, options);
      const results = await tasks.results(id);
      if (options.json === true) return printJson({ ...task, results });
      printResults(results);
      say(taskLine(task));
    });

const cancel = (): Command =>
  askingServer("cancel", "ask nobody more; those that are being asked may still answer")
    .argument("<task>", "as `youxu task list` shows it")
    .action(async (id: string, options: AskOptions) => {
      const task = await (await taskClient(accessOf(options))).cancel(id);
      if (options.json === true) return printJson(task);
      print(taskLine(task));
    });
