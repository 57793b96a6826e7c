import type { Problem } from "../domain/problem.js";
import type { WarmStarting } from "../domain/warm-start.js";

/**
 * - `optimal`: solved to tolerance.
 * - `feasible`: a plan within every row, its distance from the best unknown (rules).
 * - `infeasible`: no plan satisfies the rows; cannot happen on a valid problem, limits have slack.
 * - `time-limit`: stopped; there may be a plan.
 * - `failed`: the solver broke down; `detail` says how.
 */
type SolverStatus = "optimal" | "feasible" | "infeasible" | "time-limit" | "failed";

/** Multipliers of one session's own rows, in money per kWh in the battery; arrays over slots. */
export interface SessionMultipliers {
  /** Worth of one more kWh in the battery at the end of each slot; 0 outside the window. */
  readonly batteryPerKwh: readonly number[];
  /** Worth of one more kWh at departure. */
  readonly terminalPerKwh: number;
  /** Dual of the bound on the energy discharged (≥ 0). */
  readonly dischargeTotalPerKwh: number;
  /** Dual of the reserve row at the end of each slot (≥ 0). */
  readonly reservePerKwh: readonly number[];
  /** Dual of the lag row of an urgent session at the end of each slot (≥ 0). */
  readonly lagPerKwh: readonly number[];
  /** Dual of the taper row (≥ 0), per kWh charged. */
  readonly taperPerKwh: readonly number[];
}

/** Multipliers of the rows, in money per kWh: one array over slots per node, in problem order. */
export interface Multipliers {
  /** Marginal price of power at the node: what one more kWh of load there would cost. */
  readonly nodePricePerKwh: readonly (readonly number[])[];
  /** Dual of the import limit (≥ 0). */
  readonly importLimitPerKwh: readonly (readonly number[])[];
  readonly exportLimitPerKwh: readonly (readonly number[])[];
  readonly failsafePerKwh: readonly (readonly number[])[];
  /** Dual of the bound on what the sessions below discharge (≥ 0). */
  readonly dischargeLimitPerKwh: readonly (readonly number[])[];
  /** Dual of the limit of each phase (≥ 0), per node, phase and slot. */
  readonly phaseLimitPerKwh: readonly (readonly (readonly number[])[])[];
  /** Dual of the lowest voltage (≥ 0) per node and slot, per kWh of load at the topmost line above it. */
  readonly lowVoltagePerKwh: readonly (readonly number[])[];
  /** Of the highest voltage (≥ 0), likewise, per kWh fed in. */
  readonly highVoltagePerKwh: readonly (readonly number[])[];
  /** Price of one more kWh at each metering point. */
  readonly meteringPerKwh: readonly (readonly number[])[];
  /** Dual of each row of a metering point's billed peak (≥ 0): what a kWh bought adds to its demand charge. */
  readonly demandPerKwh: readonly (readonly number[])[];
  /** The same of the weight of its highest power at any time. */
  readonly peakPerKwh: readonly (readonly number[])[];
  /** Dual of each soft dispatch target, positive where net power is above it. */
  readonly targetPerKwh: readonly (readonly number[])[];
  /** What one more kWh of net power costs by each payment for reduction (≥ 0). */
  readonly paymentPerKwh: readonly (readonly number[])[];
  /** Of sessions and, after them, storages and swap batteries. */
  readonly sessions: readonly SessionMultipliers[];
}

/** Power per session (problem order; after them storages and swap batteries) and slot, kW. */
export interface Powers {
  readonly chargeKw: readonly (readonly number[])[];
  readonly dischargeKw: readonly (readonly number[])[];
}

/** Why a payment that is all or nothing is let be: none reaches it, or what no plan is below that takes it up. */
export type WhyLetBe = "out-of-reach" | { readonly bound: number };

/** What was decided of payments that are all or nothing, each by its index. */
interface Decided {
  readonly choices: ReadonlyMap<number, "taken-up" | "let-be">;
  /** The problem under these choices. */
  readonly problem: Problem;
  /** What multipliers prove of every plan, whatever it chooses; null: nothing. */
  readonly proven: number | null;
  /** Why events are let be. */
  readonly letBe: ReadonlyMap<number, WhyLetBe>;
}

export interface SolverResult {
  readonly status: SolverStatus;
  /** Power per session (problem order; after them storages and swap batteries) and slot; empty when there is no plan. */
  readonly chargeKw: readonly (readonly number[])[];
  readonly dischargeKw: readonly (readonly number[])[];
  /** PV curtailed per node and slot; empty: whatever is cheapest. */
  readonly curtailedKw: readonly (readonly number[])[];
  readonly objective: number | null;
  readonly bound: number | null;
  readonly multipliers: Multipliers | null;
  /** Multipliers that prove more than those of the plan do, where directions or events were branched on. */
  readonly boundMultipliers?: Multipliers;
  /** Absent where no payment is all or nothing. */
  readonly decided?: Decided;
  /**
   * Powers that are nearly all 0 or at least the minimum: a second start for rounding, worked out when it is
   * asked for; null where none is found.
   */
  readonly dive?: () => Powers | null;
  readonly iterations: number;
  readonly detail: string | null;
}

/** What planning is at, for people who wait. */
export type PlanProgress =
  | {
      readonly stage: "solve";
      /** Of the method, and the relative gap of its point; absent where the solver tells nothing on its way. */
      readonly iteration?: number;
      readonly gap?: number;
    }
  | { readonly stage: "round" /** Done of it, 0 to 1. */; readonly share: number }
  | { readonly stage: "refine" | "verify" | "explain" };

export interface SolveOptions extends WarmStarting {
  readonly timeLimitMs: number;
  readonly onProgress?: ((progress: PlanProgress) => void) | undefined;
}

/**
 * Problem in, result out. Never throws. The same problem, begun from the same warm start if any, gives the same
 * result; solvers that begin anew each time know nothing of warm starts.
 */
export interface Solver {
  readonly name: string;
  /** A rule that shows what happens without control: its plans may break limits and minimum powers. */
  readonly ignoresLimits?: boolean;
  solve(problem: Problem, options: SolveOptions): Promise<SolverResult>;
  /**
   * Looks for the best plan with every power 0 or at least its minimum; null where the problem is too
   * large for that. Called when the plan at hand is not proven to be the best, with its gap.
   */
  refine?(
    problem: Problem,
    options: SolveOptions & { readonly gap: number | null },
  ): Promise<SolverResult | null>;
}
