import { readFileSync } from "node:fs";
import { z } from "zod";
import { validate } from "../config/validate.js";
import { type PlacedYaml, yamlPlaces } from "../config/yaml-places.js";
import { YouxuError } from "../domain/errors.js";
import { Faults } from "../domain/faults.js";
import type { PlanOutcome } from "../domain/plan.js";
import { type Problem, problemSchema } from "../domain/problem.js";
import { faultsOf } from "../optimizer/index.js";
import { policyByName } from "./policies.js";

/** JSON schema of a problem file. */
export const problemFileSchema = (): object => z.toJSONSchema(problemSchema, { io: "input" });

/** Plans a problem file. Faults of the file are told at once, with line and column. */
export const planFile = async (file: string, solver: string, timeLimitMs: number): Promise<PlanOutcome> => {
  const policy = await policyByName(solver, timeLimitMs);
  const problem = readProblem(file);
  const problems = faultsOf(problem);
  return problems.length > 0 ? { status: "invalid", problems } : policy.plan(problem);
};

const readProblem = (file: string): Problem => {
  const text = readText(file);
  const json = parseJson(text, file);
  // JSON is YAML: its parser knows the places, but is slow, so that it is asked only where one is needed.
  let yaml: PlacedYaml | null = null;
  const places = (): PlacedYaml => (yaml ??= yamlPlaces(text, file, "problem.invalid"));
  const read = validate(
    problemSchema,
    json,
    { placeOf: (path) => places().placeOf(path), keyPlaceOf: (path) => places().keyPlaceOf(path) },
    "problem.invalid",
  );
  if (!read.ok) throw new Faults(read.errors);
  return read.value;
};

const readText = (file: string): string => {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new YouxuError("file.unreadable", error instanceof Error ? error.message : String(error), file);
  }
};

const parseJson = (text: string, file: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message.replace(/\s+/g, " ") : String(error);
    const place = yamlPlaces(text, file, "problem.invalid").errors[0]?.place ?? file;
    throw new YouxuError("problem.invalid", message, place);
  }
};
