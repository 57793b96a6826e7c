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

const made = new Map<SolverName, Promise<Solver>>();

/**
 * A solver or rule by its name, the same to all who ask: a solve leaves nothing behind, and each solver that runs on
 * HiGHS has instances of its WebAssembly module, with memories of 20 MiB and more, which are loaded here.
 */
export const solverByName = (name: SolverName): Promise<Solver> => {
  const known = made.get(name);
  if (known !== undefined) return known;
  const making: Promise<Solver> = MAKERS[name]();
  made.set(name, making);
  // One that could not be loaded is tried anew by who asks next.
  making.catch(() => made.delete(name));
  return making;
};
