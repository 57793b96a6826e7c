import type { Solver } from "./contract.js";
import { decidingEvents } from "./events/decide.js";
import { cheapestSlots, earliestDeadline, leastLaxity, roundRobin, uncontrolled } from "./rules/index.js";
import { createHighsSolver, loadHighsEngine } from "./solvers/highs/index.js";
import { createSimplexSolver } from "./solvers/simplex/index.js";
import { createStructuredSolver } from "./solvers/structured/index.js";

const MAKERS = {
  structured: async () =>
    decidingEvents(createStructuredSolver(await loadHighsEngine(), await createHighsSolver())),
  highs: async () => decidingEvents(await createHighsSolver()),
  "highs-milp": async () => decidingEvents(await createHighsSolver({ minimumPowers: true })),
  simplex: async () => decidingEvents(createSimplexSolver()),
  uncontrolled: async () => uncontrolled(),
  "round-robin": async () => roundRobin(),
  "earliest-deadline": async () => earliestDeadline(),
  "least-laxity": async () => leastLaxity(),
  "cheapest-slots": async () => cheapestSlots(),
} as const satisfies Record<string, () => Promise<Solver>>;

export type SolverName = keyof typeof MAKERS;

export const isSolverName = (name: string): name is SolverName => Object.hasOwn(MAKERS, name);

export const SOLVER_NAMES: readonly SolverName[] = Object.keys(MAKERS).filter(isSolverName);

/** A solver or rule by its name. HiGHS loads its WebAssembly module here, once per solver. */
export const solverByName = (name: SolverName): Promise<Solver> => MAKERS[name]();
