import type { Problem } from "../../domain/problem.js";
import { addComfort } from "./comfort.js";
import { contextOf, type Formulation } from "./context.js";
import { addTargets } from "./dispatch-target.js";
import { addEnergies } from "./energy.js";
import { addFailsafes } from "./failsafe.js";
import { addMeters } from "./metering.js";
import { addBalances, addRanges } from "./node-balance.js";
import { addPowers } from "./power.js";

export type { Formulation } from "./context.js";
export { addDirection, type TwoWay, twoWays, usesBoth } from "./direction.js";
export type { LinearModel } from "./linear-model.js";
export { addMinimumPowers } from "./minimum-power.js";
export { readMultipliers, readPowers } from "./read.js";

/** The problem as rows and columns, one family of rows per file; solvers only translate. */
export const formulate = (problem: Problem): Formulation => {
  const formulation = contextOf(problem);
  addPowers(formulation);
  addEnergies(formulation);
  addComfort(formulation);
  addRanges(formulation);
  addBalances(formulation);
  addMeters(formulation);
  addTargets(formulation);
  addFailsafes(formulation);
  return formulation;
};
