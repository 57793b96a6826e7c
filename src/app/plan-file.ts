import { readFileSync } from "node:fs";
import { z } from "zod";
import { validate } from "../config/validate.js";
import { type Path, type PlacedYaml, yamlPlaces } from "../config/yaml-places.js";
import { YouxuError } from "../domain/errors.js";
import type { PlanOutcome, ProblemFault } from "../domain/plan.js";
import { type Problem, problemSchema } from "../domain/problem.js";
import { faultsOf, type PlanProgress } from "../optimizer/index.js";
import { policyByName } from "./policies.js";

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
  const text = readText(file).replace(/^\uFEFF/, "");
  // JSON is YAML: its parser knows the places, but is slow, so that it is asked only where one is needed.
  let yaml: PlacedYaml | null = null;
  const places = (): PlacedYaml => (yaml ??= yamlPlaces(text, file, "problem.invalid"));
  const json = parseJson(text);
  if (!json.ok)
    return { problem: null, faults: [{ place: places().errors[0]?.place ?? file, message: json.message }] };
  const read = validate(
    problemSchema,
    json.value,
    { placeOf: (path) => places().placeOf(path), keyPlaceOf: (path) => places().keyPlaceOf(path) },
    "problem.invalid",
  );
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
        faults: faults.map((fault) => ({ ...fault, place: places().placeOf(pathOf(fault.place)) })),
      };
};

/** `sessions[3].endSlot` as its parts. */
const pathOf = (place: string): Path =>
  place
    .split(/[.[\]]+/)
    .filter((part) => part !== "")
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));

const readText = (file: string): string => {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new YouxuError("file.unreadable", error instanceof Error ? error.message : String(error), file);
  }
};

type Parsed =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string };

const parseJson = (text: string): Parsed => {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    const message = error instanceof Error ? error.message.replace(/\s+/g, " ") : String(error);
    return { ok: false, message };
  }
};
