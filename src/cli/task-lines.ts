import type { StationTask, TaskResult } from "../app.js";
import { print } from "./output.js";
import { timeText } from "./time-text.js";

/** `12 accepted, 3 offline` of what is not nothing. */
const countsText = ({ counts }: StationTask): string =>
  Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${state}`)
    .join(", ");

const standing = ({ endedMs, cancelledMs }: StationTask): string => {
  if (cancelledMs !== null) return "cancelled";
  return endedMs === null ? "runs" : "over";
};

export const taskLine = (task: StationTask): string =>
  [
    task.id,
    timeText(task.askedMs),
    standing(task).padEnd(9),
    task.command.kind.padEnd(22),
    `by ${task.askedBy}`.padEnd(16),
    countsText(task),
  ].join("  ");

export const printResults = (results: readonly TaskResult[]): void => {
  for (const { stationId, state, detail, answer } of results) {
    const words = [detail, answer === null ? null : JSON.stringify(answer)].filter((part) => part !== null);
    print(`${stationId.padEnd(24)} ${state.padEnd(10)}${words.length === 0 ? "" : `  ${words.join("  ")}`}`);
  }
};

/** Whether every station did what it was asked. */
export const isAllDone = ({ counts, stations }: StationTask): boolean => counts.accepted === stations;
