import { YouxuError } from "../../domain/errors.js";
import { Faults } from "../../domain/faults.js";

/** What was looked at and how it stands. */
export interface Finding {
  readonly what: string;
  /** A warning keeps nothing from running, but somebody from using it. */
  readonly state: "ok" | "warning" | "fault";
  readonly detail: string;
  /** What to do about it; empty when all is well. */
  readonly fix: string;
  /** Exit code that a fault comes to; 0 for the others. */
  readonly exit: number;
}

export const well = (what: string, detail: string): Finding => ({
  what,
  state: "ok",
  detail,
  fix: "",
  exit: 0,
});

export const warning = (what: string, detail: string, fix: string): Finding => ({
  what,
  state: "warning",
  detail,
  fix,
  exit: 0,
});

export const fault = (what: string, detail: string, fix: string): Finding => ({
  what,
  state: "fault",
  detail,
  fix,
  exit: 1,
});

/** One finding per fault, each with its own place and hint. */
export const faultsOf = (what: string, error: unknown): Finding[] => {
  if (error instanceof Faults) return error.faults.flatMap((each) => faultsOf(what, each));
  if (!(error instanceof YouxuError))
    return [fault(what, error instanceof Error ? error.message : String(error), "this is a fault of ours")];
  const { place, message, hint, exitCode } = error;
  return [{ ...fault(what, `${place ?? ""} ${message}`.trim(), hint), exit: exitCode }];
};
