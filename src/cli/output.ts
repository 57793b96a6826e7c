import { Faults, YouxuError } from "../app.js";
import { EXIT } from "./exit-codes.js";

let isQuiet = false;

/** Words and progress for people, on stderr; results go to stdout. */
export const say = Object.assign(
  (text: string): void => {
    if (!isQuiet) console.error(text);
  },
  {
    quiet: (quiet: boolean): void => {
      isQuiet = quiet;
    },
  },
);

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
    return EXIT.configInvalid;
  }
  if (error instanceof YouxuError) {
    reportOne(error);
    return error.exitCode;
  }
  console.error(red(error instanceof Error ? (error.stack ?? error.message) : String(error)));
  return EXIT.failed;
};

const reportOne = (error: YouxuError): void => {
  const place = error.place === null || error.place === "" ? "" : `${error.place} `;
  console.error(`${red(`${place}${error.message}`)} ${dim(`[${error.code}]`)}`);
  console.error(dim(`  ${error.hint}`));
};

/** One line that is rewritten on a terminal, with share, rate and time left; nothing elsewhere. */
export const progressLine = (label: string): { at: (share: number) => void; done: () => void } => {
  const startedMs = performance.now();
  const live = process.stderr.isTTY && !isQuiet;
  return {
    at: (share) => {
      const passedS = (performance.now() - startedMs) / 1000;
      if (!live || passedS < 1) return;
      const leftS = share > 0 ? (passedS / share) * (1 - share) : 0;
      process.stderr.write(`\r${label} ${(100 * share).toFixed(0)} % · ${leftS.toFixed(0)} s left \u001b[K`);
    },
    done: () => {
      if (live) process.stderr.write("\r\u001b[K");
    },
  };
};

/** Resolves at the first SIGINT or SIGTERM; a second SIGINT ends the process at once. */
export const untilInterrupted = (): Promise<"SIGINT" | "SIGTERM"> =>
  new Promise((resolve) => {
    process.once("SIGTERM", () => resolve("SIGTERM"));
    process.once("SIGINT", () => {
      process.once("SIGINT", () => process.exit(EXIT.interrupted));
      resolve("SIGINT");
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
        "request.invalid",
        `must be a ${whole ? "whole " : ""}number from ${least} to ${most}`,
        name,
      );
    return value;
  };
