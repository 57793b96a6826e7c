import { policyByName } from "../../src/app/policies.js";
import { OPTIMIZER } from "../../src/app/policy-names.js";
import type { Policy } from "../../src/control/contract.js";
import type { Site } from "../../src/domain/site.js";

const RULE = "least-laxity";
const TIME_LIMIT_MS = 5_000;
/** One site of so many is steered by the exact optimizer, the others by a rule. */
const ONE_OF = 5;

/** Whether a site is steered by the optimizer. */
const isOptimized = (index: number): boolean => index % ONE_OF === 0;

/** Plans each site by its own policy. */
export const mixedPolicy = async (sites: readonly Site[]): Promise<Policy> => {
  const [rule, exact] = [
    await policyByName(RULE, TIME_LIMIT_MS),
    await policyByName(OPTIMIZER, TIME_LIMIT_MS),
  ];
  const optimized = new Set(
    sites.filter((_, index) => isOptimized(index)).map(({ rootNodeId }) => rootNodeId),
  );
  return {
    name: "mixed",
    plan: (problem, starting) => {
      const isExact = problem.nodes.some(({ id }) => optimized.has(id));
      return (isExact ? exact : rule).plan(problem, starting);
    },
  };
};
