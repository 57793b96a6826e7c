import { slotCount } from "../../domain/horizon.js";
import type { ProblemFault } from "../../domain/plan.js";
import type { Problem } from "../../domain/problem.js";
import { checkSession, checkStorage } from "./batteries.js";
import { floorFaults } from "./floors.js";
import { checkHorizon } from "./horizon.js";
import { checkExclusive, checkNode, checkSupply, checkTree } from "./nodes.js";
import { checkPrices } from "./prices.js";
import { checkReferences } from "./references.js";
import { type Say, statedSeries } from "./say.js";
import { swapStationFaults } from "./swaps.js";

/** Everything in a problem that contradicts itself, each with its place; empty when it is sound. */
export const faultsOf = (problem: Problem): ProblemFault[] => {
  const faults: ProblemFault[] = [];
  const say: Say = (place, message) => void faults.push({ place, message });
  const slots = slotCount(problem.horizon);
  checkHorizon(say, problem);
  checkTree(say, problem);
  checkSupply(say, problem);
  for (const [index, node] of problem.nodes.entries()) checkNode(say, node, { index, slots });
  for (const [index, session] of problem.sessions.entries())
    checkSession(say, session, { place: `sessions[${index}]`, slots });
  for (const [index, storage] of problem.storages.entries()) checkStorage(say, storage, `storages[${index}]`);
  checkExclusive(say, problem);
  checkPrices(say, problem, slots);
  for (const [index, { powerKw }] of (problem.previous ?? []).entries())
    statedSeries(say, `previous[${index}].powerKw`, powerKw, { slots });
  checkReferences(say, problem);
  return [...faults, ...floorFaults(problem), ...swapStationFaults(problem)];
};
