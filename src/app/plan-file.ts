import { readFileSync } from "node:fs";
import { z } from "zod";
import { YouxuError } from "../domain/errors.js";
import type { PlanOutcome } from "../domain/plan.js";
import { type Problem, problemSchema } from "../domain/problem.js";
import { faultsOf } from "../optimizer/index.js";
import { policyByName } from "./policies.js";

/** JSON schema of a problem file. */
export const problemFileSchema = (): object => z.toJSONSchema(problemSchema, { io: "input" });

/** Plans a problem file. Faults of the file are named with their place. */
export const planFile = async (file: string, solver: string, timeLimitMs: number): Promise<PlanOutcome> => {
  const policy = await policyByName(solver, timeLimitMs);
  const problem = readProblem(file);
  const problems = faultsOf(problem);
  return problems.length > 0 ? { status: "invalid", problems } : policy.plan(problem);
};

const readProblem = (file: string): Problem => {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new YouxuError("problem.invalid", error instanceof Error ? error.message : "cannot be read", file);
  }
  const parsed = problemSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [first, ...more] = parsed.error.issues.map((issue) => ({
    place: issue.path.join("."),
    text: issue.message,
  }));
  const others = more.map(({ place, text }) => `\n${file} ${place}: ${text}`).join("");
  throw new YouxuError(
    "problem.invalid",
    `${first?.text ?? "not a problem"}${others}`,
    `${file} ${first?.place ?? ""}`,
  );
};
