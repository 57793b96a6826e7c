import { nearest } from "../domain/nearest.js";
import { YouxuError } from "../domain/errors.js";
import type { SolverName } from "../optimizer/index.js";

/** The exact solver: structured, or under `serve` what the configuration names. */
export const OPTIMIZER = "optimizer";
/** The same with every car taken as one-way: what V2G adds is the difference. */
export const ONE_WAY = "optimizer-one-way";
/** Nobody steers: every car draws all it can from plug-in on. */
export const UNCONTROLLED = "uncontrolled";

/** Everything that can plan, as the command line lists it. */
export const POLICIES = {
  [OPTIMIZER]:
    "least cost within every limit, by structured; `serve` plans by planning.solver of its site file",
  [ONE_WAY]: "the same, with no car giving back",
  structured: "exact, our own interior-point method on the blocks of the problem: the default",
  highs: "exact, WebAssembly: the reference",
  "highs-milp": "the same with every car's minimum current decided exactly: small sites",
  simplex: "exact, without WebAssembly: a site of a few cars",
  "cheapest-slots": "rule: each car in its cheapest hours",
  "earliest-deadline": "rule: who leaves first charges first",
  "least-laxity": "rule: who has the least time to spare charges first",
  "round-robin": "rule: all take turns",
  [UNCONTROLLED]: "nobody steers: full power from plug-in on",
} as const satisfies Record<SolverName | typeof OPTIMIZER | typeof ONE_WAY, string>;

const NAMES = Object.keys(POLICIES);

/** What to say of a name that nothing plans by; `place` is the option or file that names it. */
export const unknownPolicy = (name: string, place: string): YouxuError => {
  const near = nearest(name, NAMES);
  const advice = near === null ? `there are ${NAMES.join(", ")}` : `did you mean ${near}?`;
  return new YouxuError("usage.invalid", `nothing plans by the name "${name}"; ${advice}`, place);
};

/** Throws where a name is none of them, before long work is begun. */
export const checkPolicy = (name: string, place: string): void => {
  if (!NAMES.includes(name)) throw unknownPolicy(name, place);
};
