import type { Problem } from "../../domain/problem.js";
import type { Multipliers } from "../contract.js";
import type { Taken } from "../piles/taken.js";
import type { Board } from "../rounding/board.js";
import type { SlotPrices } from "../rounding/prices.js";

/** What is explained: the powers that are sent, those of the relaxation, and its multipliers. */
export interface PlanToExplain {
  readonly solver: string;
  readonly chargeKw: readonly (readonly number[])[];
  readonly dischargeKw: readonly (readonly number[])[];
  /** null for rules. */
  readonly relaxedChargeKw: readonly (readonly number[])[] | null;
  readonly multipliers: Multipliers | null;
  /** Highest bought power of each metering point in the plan, counted by its demand charge and at any time, kW. */
  readonly peaks: readonly { readonly peakKw: number; readonly highestKw: number }[];
}

/** A price or a power below this explains nothing. */
export const NOTICEABLE = 1e-5;
export const ENOUGH_KWH = 0.01;
/** A saving below this is written as 0.000 and is none. */
export const LEAST_SAVING = 0.0005;
export const NOTICEABLE_KW = 1e-6;

export interface Scene {
  /** Of each session per slot the pile that another car has, or is leaving; null: none. */
  readonly pileTaken: readonly (readonly (Taken | null)[])[];
  readonly problem: Problem;
  readonly plan: PlanToExplain;
  readonly board: Board;
  readonly prices: SlotPrices;
  /** The most that a kWh can cost or earn in money, as the objective weighs it. */
  readonly dearestPerKwh: number;
  /** Of each session what the next kWh at the port that is missing in the end costs, as the objective weighs it. */
  readonly worthPerKwh: readonly number[];
  readonly energies: readonly (readonly number[])[];
  /** Net power that each metering point counts, kW. */
  readonly meteredKw: readonly (readonly number[])[];
}

export interface Spot {
  readonly index: number;
  readonly slot: number;
}
