import type { ProblemNode, ProblemSession } from "../domain/problem.js";
import { at } from "./tree.js";

/** The phases of a three-phase supply, by index. */
export const PHASES = [0, 1, 2] as const;

/**
 * A kWh beyond the limit of one phase is priced as three: so much a car on three phases would have to give
 * up for it, and limits come before every need.
 */
export const PHASE_WEIGHT = 3;

/**
 * Share of a session's power that counts on each phase. Where it is not known which phases it draws on,
 * each must bear what one of them may: charge counts on all, discharge relieves none.
 */
export interface PhaseShares {
  readonly charge: readonly number[];
  readonly discharge: readonly number[];
}

export const phaseSharesOf = ({
  phases,
  phasesKnown,
}: Pick<ProblemSession, "phases" | "phasesKnown">): PhaseShares => {
  const each = 1 / phases.length;
  const isCertain = phasesKnown || phases.length === PHASES.length;
  const charge = PHASES.map((phase) => (!isCertain || phases.includes(phase + 1) ? each : 0));
  return { charge, discharge: isCertain ? charge : PHASES.map(() => 0) };
};

/** Base load of a node itself on a phase, kW. */
export const phaseBaseKw = (
  { baseKw, phaseBaseKw: stated }: Pick<ProblemNode, "baseKw" | "phaseBaseKw">,
  phase: number,
  slot: number,
): number => (stated === null ? at(baseKw, slot) / PHASES.length : at(stated[phase], slot));
