import { nearest } from "../domain/nearest.js";
import { YouxuError } from "../domain/errors.js";
import { Faults } from "../domain/faults.js";
import { type Traded, TRADED_TERMS, tradeoff, type TradeoffPoint } from "../optimizer/index.js";
import { problemOfFile } from "./plan-file.js";
import { policyByName } from "./policies.js";

const isTraded = (name: string): name is Traded => TRADED_TERMS.some((term) => term === name);

const asTraded = (name: string): Traded => {
  if (isTraded(name)) return name;
  const near = nearest(name, TRADED_TERMS);
  const advice = near === null ? `there are ${TRADED_TERMS.join(", ")}` : `did you mean ${near}?`;
  throw new YouxuError("usage.invalid", `nothing is traded by the name "${name}"; ${advice}`, "--tradeoff");
};

/** `cost,peak` as two different terms; a usage error otherwise. */
export const tradedTerms = (text: string): readonly [Traded, Traded] => {
  const [a, b, ...more] = text.split(",").map((name) => asTraded(name.trim()));
  if (a === undefined || b === undefined || more.length > 0 || a === b)
    throw new YouxuError("usage.invalid", `"${text}": name two different ones, e.g. cost,peak`, "--tradeoff");
  return [a, b];
};

export interface TradeoffQuery {
  readonly terms: readonly [Traded, Traded];
  /** Most points of the curve. */
  readonly points: number;
  readonly solver: string;
  /** Of each plan. */
  readonly timeLimitMs: number;
  readonly onPoint: (share: number) => void;
}

/** The plans between two objectives of a problem file. Throws its faults. */
export const tradeoffFile = async (
  file: string,
  { terms, points, solver, timeLimitMs, onPoint }: TradeoffQuery,
): Promise<TradeoffPoint[]> => {
  const policy = await policyByName(solver, timeLimitMs);
  const read = problemOfFile(file);
  if (read.problem === null)
    throw new Faults(
      read.faults.map(({ place, message }) => new YouxuError("problem.invalid", message, place)),
    );
  let planned = 0;
  return tradeoff(read.problem, {
    terms,
    most: points,
    plan: async (problem) => {
      const outcome = await policy.plan(problem);
      if (outcome.status === "invalid")
        throw new Faults(
          outcome.problems.map(({ place, message }) => new YouxuError("problem.invalid", message, place)),
        );
      onPoint(++planned / points);
      return outcome;
    },
  });
};
