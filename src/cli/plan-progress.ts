import type { PlanProgress } from "../app.js";
import { isQuietNow } from "./output.js";

/** What a plan is at, on stderr; `asked` where stderr is no terminal, too. */
export interface PlanReporter {
  readonly at: (progress: PlanProgress) => void;
  readonly done: () => void;
}

interface Screen {
  readonly isTerminal: boolean;
  readonly write: (text: string) => void;
  readonly clockMs: () => number;
}

/** Work that takes no longer says nothing. */
const SILENT_FOR_MS = 1_000;
/** Times between two lines: rewritten on a terminal, one below the other elsewhere, ms. */
const REWRITE_EVERY_MS = 100;
const LINE_EVERY_MS = 3_000;
/** Gap at which the method ends, and that below which the time left is not a guess any more. */
const LAST_GAP = 1e-9;
const LEAST_SHARE = 0.1;

const NAMES = {
  solve: "solving",
  round: "rounding",
  refine: "looking for better powers",
  verify: "verifying",
  explain: "explaining",
} as const;

const secondsLeft = (share: number, passedMs: number): string =>
  share < LEAST_SHARE || share >= 1
    ? ""
    : ` · about ${Math.round(((passedMs / share) * (1 - share)) / 1_000)} s left`;

/** Powers of ten of the gap that are behind, of those that the method must go. */
const shareOfGap = (gap: number, firstGap: number): number =>
  Math.min(1, Math.log(firstGap / Math.max(gap, LAST_GAP)) / Math.log(firstGap / LAST_GAP));

/** One line; `passedMs` since the stage began, `firstGap` the gap of the first iteration that told one. */
export const planProgressText = (progress: PlanProgress, passedMs: number, firstGap: number): string => {
  const name = NAMES[progress.stage];
  if (progress.stage === "round")
    return `${name} ${(100 * progress.share).toFixed(0)} %${secondsLeft(progress.share, passedMs)}`;
  if (progress.stage !== "solve" || progress.iteration === undefined || progress.gap === undefined)
    return name;
  const { iteration, gap } = progress;
  const rate = iteration / (passedMs / 1_000);
  const left = gap < firstGap ? secondsLeft(shareOfGap(gap, firstGap), passedMs) : "";
  return `${name} · iteration ${iteration} · gap ${gap.toExponential(1)} · ${rate.toFixed(1)} iterations/s${left}`;
};

const stderrScreen = (): Screen => ({
  isTerminal: process.stderr.isTTY,
  write: (text) => void process.stderr.write(text),
  clockMs: () => performance.now(),
});

/**
 * Tells what a plan is at once it takes more than a second: on a terminal one line that is rewritten;
 * elsewhere nothing, or where it is `asked` for a line at every stage and every few seconds.
 */
export const planReporter = (asked: boolean, screen: Screen = stderrScreen()): PlanReporter => {
  const { isTerminal, write, clockMs } = screen;
  const silent = isQuietNow() || !(isTerminal || asked);
  const startedMs = clockMs();
  let stage: PlanProgress["stage"] | null = null;
  let [stageMs, nextMs, firstGap] = [startedMs, startedMs + SILENT_FOR_MS, 0];
  return {
    at: (progress) => {
      if (silent) return;
      const nowMs = clockMs();
      const isNew = progress.stage !== stage;
      if (isNew) [stage, stageMs, firstGap] = [progress.stage, nowMs, 0];
      if (progress.stage === "solve" && firstGap === 0) firstGap = progress.gap ?? 0;
      if (nowMs < startedMs + SILENT_FOR_MS || (nowMs < nextMs && !isNew)) return;
      nextMs = nowMs + (isTerminal ? REWRITE_EVERY_MS : LINE_EVERY_MS);
      const text = planProgressText(progress, nowMs - stageMs, firstGap);
      write(isTerminal ? `\r${text}\u001b[K` : `${text}\n`);
    },
    done: () => {
      if (!silent && isTerminal) write("\r\u001b[K");
    },
  };
};
