import { z } from "zod";
import { jsonPlaces } from "../config/json-places.js";
import { validate } from "../config/validate.js";
import type { Path } from "../config/yaml-places.js";
import type { PlanOutcome, ProblemFault } from "../domain/plan.js";
import { type Problem, problemSchema } from "../domain/problem.js";
import { faultsOf, type PlanProgress } from "../optimizer/index.js";
import { policyByName } from "./policies.js";
import { readText } from "./read-text.js";

/** JSON schema of a problem file. */
export const problemFileSchema = (): object => z.toJSONSchema(problemSchema, { io: "input" });

/**
 * Plans a problem file. Its faults, of whatever kind, are the outcome `invalid`: all at once, each with
 * line and column. Throws `file.unreadable` where there is no file to read.
 */
export const planFile = async (
  file: string,
  solver: string,
  timeLimitMs: number,
  onProgress?: (progress: PlanProgress) => void,
): Promise<PlanOutcome> => {
  const policy = await policyByName(solver, timeLimitMs, undefined, onProgress);
  const read = problemOfFile(file);
  return read.problem === null ? { status: "invalid", problems: read.faults } : policy.plan(read.problem);
};

type Read =
  | { readonly problem: Problem }
  | { readonly problem: null; readonly faults: readonly ProblemFault[] };

/** The problem of a file, or its faults with line and column. */
export const problemOfFile = (file: string): Read => {
  // What some editors put before a text is none of it.
  const json = jsonPlaces(readText(file).replace(/^\uFEFF/, ""), file);
  if (json.faults.length > 0) return { problem: null, faults: json.faults };
  const read = validate(problemSchema, json.value, json, "problem.invalid");
  if (!read.ok)
    return {
      problem: null,
      faults: read.errors.map(({ place, message }) => ({ place: place ?? file, message })),
    };
  const faults = faultsOf(read.value);
  return faults.length === 0
    ? { problem: read.value }
    : {
        problem: null,
        faults: faults.map((fault) => ({ ...fault, place: json.placeOf(pathOf(fault.place)) })),
      };
};

/** `sessions[3].endSlot` as its parts. */
const pathOf = (place: string): Path =>
  place
    .split(/[.[\]]+/)
    .filter((part) => part !== "")
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
