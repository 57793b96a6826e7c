import { asCalled, Faults, guardProcess, type Serving, YouxuError } from "../app.js";
import { EXIT } from "./exit-codes.js";

let isQuiet = false;

/** Words and progress for people, on stderr, their commands as this program was called; results go to stdout. */
export const say = Object.assign(
  (text: string): void => {
    if (!isQuiet) console.error(asCalled(text));
  },
  {
    quiet: (quiet: boolean): void => {
      isQuiet = quiet;
    },
  },
);

/** Whether the person asked for results and errors alone. */
export const isQuietNow = (): boolean => isQuiet;

/** A result on stdout. */
export const print = (text: string): void => console.log(text);

export const printJson = (value: unknown): void => console.log(JSON.stringify(value, null, 2));

const colour = (code: number, text: string): string =>
  process.stderr.isTTY && process.env.NO_COLOR === undefined ? `\u001b[${code}m${text}\u001b[0m` : text;

const red = (text: string): string => colour(31, text);
const dim = (text: string): string => colour(2, text);

/** An error as `place message`, its code and what to do; returns the exit code. */
export const reportFailure = (error: unknown): number => {
  if (error instanceof Faults) {
    for (const fault of error.faults) reportOne(fault);
    return error.faults[0]?.exitCode ?? EXIT.failed;
  }
  if (error instanceof YouxuError) {
    reportOne(error);
    return error.exitCode;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return reportFailure(new YouxuError("internal", text));
};

/** Whether the message begins with its place already, or has none. */
const isSaid = ({ place, message }: YouxuError): boolean =>
  place === null || place === "" || new RegExp(`^${escaped(place)}(?=[: ]|$)`).test(message);

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

const reportOne = (error: YouxuError): void => {
  const place = isSaid(error) ? "" : `${error.place} `;
  console.error(`${red(`${place}${asCalled(error.message)}`)} ${dim(`[${error.code}]`)}`);
  console.error(dim(`  ${asCalled(error.hint)}`));
};

export interface Progress {
  /** Share of the work that is done, 0 to 1. */
  readonly at: (share: number) => void;
  readonly done: () => void;
}

/** Where stderr is no terminal, a line of progress is printed this often, ms. */
const LINE_EVERY_MS = 3_000;

/**
 * Share done and time left of work that takes more than a second: on a terminal one line that is
 * rewritten; elsewhere a line every few seconds, unless a program reads along (`forProgram`).
 */
export const progressLine = (label: string, forProgram: boolean): Progress => {
  const startedMs = performance.now();
  const rewrites = process.stderr.isTTY;
  const silent = isQuiet || (!rewrites && forProgram);
  const timeLeft = createTimeLeft();
  let nextMs = startedMs + (rewrites ? 1_000 : LINE_EVERY_MS);
  return {
    at: (share) => {
      const nowMs = performance.now();
      const leftMs = timeLeft(share, nowMs - startedMs);
      if (silent || nowMs < nextMs) return;
      if (!rewrites) nextMs = nowMs + LINE_EVERY_MS;
      const text = progressText(label, share, leftMs);
      process.stderr.write(rewrites ? `\r${text}\u001b[K` : `${text}\n`);
    },
    done: () => {
      if (!silent && rewrites) process.stderr.write("\r\u001b[K");
    },
  };
};

/** Below this share the time left would be a guess. */
const LEAST_SHARE = 0.03;
/** More is not done before it is. */
const MOST_SHARE = 0.99;

/**
 * Time left by the pace so far, ms; null where it would be a guess. It runs down from the last step on: work that waits
 * for others, with no step in the time that it should have taken, says nothing of the time left.
 */
export const createTimeLeft = (): ((share: number, passedMs: number) => number | null) => {
  let last = { share: 0, passedMs: 0 };
  return (asked, passedMs) => {
    // What is left may turn out to be more than was thought.
    const share = Math.min(asked, MOST_SHARE);
    if (share !== last.share) last = { share, passedMs };
    const leftMs = (last.passedMs / share) * (1 - share) - (passedMs - last.passedMs);
    return share < LEAST_SHARE || leftMs < 0 ? null : leftMs;
  };
};

const progressText = (label: string, asked: number, leftMs: number | null): string => {
  const done = `${label} ${(100 * Math.min(asked, MOST_SHARE)).toFixed(0)} %`;
  return leftMs === null ? done : `${done} · ${(leftMs / 1000).toFixed(0)} s left`;
};

/** A server that ends itself gets this long to close in order. */
const CLOSE_WITHIN_MS = 15_000;

/**
 * Resolves to the exit code at the first SIGINT or SIGTERM, or when too much went wrong to go on; until
 * then a fault that nobody caught is logged. A second SIGINT ends the process at once.
 */
export const untilEnded = (log: Serving["log"]): Promise<number> =>
  new Promise((resolve) => {
    const giveUp = (): void => {
      setTimeout(() => process.exit(EXIT.failed), CLOSE_WITHIN_MS).unref();
      resolve(EXIT.failed);
    };
    guardProcess({ process, log, nowMs: () => performance.now(), giveUp });
    process.once("SIGTERM", () => resolve(EXIT.ok));
    process.once("SIGINT", () => {
      process.once("SIGINT", () => process.exit(EXIT.interrupted));
      resolve(EXIT.interrupted);
    });
  });

/** A whole number of an option, or a usage error that names it. */
export const numberOption =
  (name: string, { least, most, whole = false }: { least: number; most: number; whole?: boolean }) =>
  (text: string): number => {
    const value = Number(text);
    if (
      text.trim() === "" ||
      !Number.isFinite(value) ||
      value < least ||
      value > most ||
      (whole && !Number.isInteger(value))
    )
      throw new YouxuError(
        "usage.invalid",
        `${JSON.stringify(text)}: must be a ${whole ? "whole " : ""}number from ${least} to ${most}`,
        name,
      );
    return value;
  };
