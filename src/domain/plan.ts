import type { Horizon } from "./horizon.js";
import type { Certificate } from "./plan-proof.js";
import type { Reason } from "./reason.js";
import type { EpochMs } from "./units.js";

/** How a note of a plan begins that names what had to be left out of it, and why. */
export const LEFT_OUT_NOTE = "left out:";

/** Less than this is no shortfall, but rounding and what meters and losses make of a plan, kWh. */
export const LEAST_SHORTFALL_KWH = 0.1;

/** What keeps a car from the power that it and its pile could do. */
export type HeldCause =
  /** A node has no room left, or none at which stations may lose contact; `eventId`: the event that set its limit. */
  | { readonly key: "limits"; readonly nodeId: string; readonly eventId: string | null }
  /** A limit at the station or the EVSE: an operator's by hand, its owner's energy manager's, the grid operator's. */
  | { readonly key: "limited-from-outside"; readonly stationId: string }
  /** The car takes no more by its own schedule. */
  | { readonly key: "limited-by-car" }
  /** Other cars have the pile, which serves one at a time. */
  | { readonly key: "pile-taken"; readonly nodeId: string };

/** What takes the largest part of the energy that will be missing at departure. */
export type ShortfallCause =
  /** More is wanted than the battery holds; with a taper, than it takes in. */
  | { readonly key: "battery-too-small"; readonly capacityKwh: number }
  /** Full power all the time would do, but the battery takes less the fuller it is. */
  | { readonly key: "battery-tapers" }
  /**
   * Pile and car bring no more until the departure, even at full power all the time; `besides`: what keeps them from
   * full power, and how much of the energy that is missing is for that alone.
   */
  | {
      readonly key: "stay-too-short";
      readonly maxChargeKw: number;
      readonly besides?: { readonly cause: HeldCause; readonly kwh: number };
    }
  | HeldCause
  /** Nothing stands against it but price or the rule that planned. */
  | { readonly key: "not-planned" };

/**
 * A limit that clashes with what a session wants, all other sessions powered as planned. `keptKwh` would be
 * missing less in the battery without it; `needKw` more of it would do, null: no more of it alone would.
 */
export type ShortfallClash =
  | {
      /** The import limit of a node, its fail-safe row, the limit of a phase or the lowest voltage. */
      readonly key: "node";
      readonly kind: "import" | "fail-safe" | "phase" | "voltage";
      readonly nodeId: string;
      /** The event that sets the import limit; null: the node's own. */
      readonly eventId: string | null;
      /** 1–3, where the limit is that of a phase. */
      readonly phase: number | null;
      /** Slots of the stay in which it leaves less than the car could take. */
      readonly slots: readonly number[];
      readonly keptKwh: number;
      /** kW by which the limit would have to be higher in all its slots; of the voltage, of load at its feeder. */
      readonly needKw: number | null;
      /** false: `needKw` does only if every node limit that is named is raised by it. */
      readonly isEnoughAlone: boolean;
    }
  /** Other cars have the pile, which serves one at a time. */
  | {
      readonly key: "pile";
      readonly nodeId: string;
      readonly keptKwh: number;
      readonly isEnoughAlone: boolean;
    }
  /** The power of pile and car. */
  | { readonly key: "port"; readonly keptKwh: number; readonly needKw: number | null }
  /** The battery takes less the fuller it is. */
  | { readonly key: "taper"; readonly keptKwh: number; readonly isEnoughAlone: boolean }
  /** Departure this much later would do; null: not within the horizon of the plan. */
  | { readonly key: "stay"; readonly minutesLater: number | null }
  /** The target is so much above what the battery takes in. */
  | { readonly key: "battery"; readonly needKwh: number };

export interface SessionPlan {
  readonly sessionId: string;
  readonly chargeKw: readonly number[];
  readonly dischargeKw: readonly number[];
  /** Battery energy at the start of each slot and, last, at the end of the horizon. */
  readonly energyKwh: readonly number[];
  /** Energy of the target that this plan does not reach; 0 when met. */
  readonly shortfallKwh: number;
  /** null where it is next to nothing. */
  readonly shortfallCause: ShortfallCause | null;
  /** Every limit that clashes with the target, and by how much; absent where next to nothing is short. */
  readonly shortfallClashes?: readonly ShortfallClash[] | undefined;
  readonly reasons: readonly Reason[];
}

export interface StoragePlan {
  readonly storageId: string;
  readonly chargeKw: readonly number[];
  readonly dischargeKw: readonly number[];
  /** Energy in it at the start of each slot and, last, at the end of the horizon. */
  readonly energyKwh: readonly number[];
}

/** Why batteries of a swap station are not lent full although they are asked for. */
export type StockOutCause =
  | ShortfallCause
  /** As the slot begins, fewer are there, or are full as the horizon begins, whatever is charged. */
  | { readonly key: "not-there-in-time" }
  /** The problem refuses them. */
  | { readonly key: "refused-by-problem" };

export interface StockOut {
  readonly slot: number;
  readonly batteries: number;
  /** null: next to nothing is missing. */
  readonly cause: StockOutCause | null;
}

/** One battery between two swaps: it is in its bay from the start of its first slot to that of its end slot. */
export interface SwapBatteryPlan {
  /** Counted from 0, in the order of the problem's energies. */
  readonly bay: number;
  readonly firstSlot: number;
  /** As this slot begins it is lent; the number of slots: it is there at the end. */
  readonly endSlot: number;
  /**
   * `lent-short`: it is not full when its turn comes, which is a stock-out. With no more in it than what would be
   * brought back, nobody is the better for the swap: whoever asks is refused.
   */
  readonly ends: "lent" | "lent-short" | "stays";
  /** When it is full and stays so until it goes; null: never. */
  readonly fullAtMs: EpochMs | null;
  readonly chargeKw: readonly number[];
  readonly dischargeKw: readonly number[];
  /** At the start of each slot and, last, at the end of the horizon; what it is outside its time says nothing. */
  readonly energyKwh: readonly number[];
  readonly reasons: readonly Reason[];
}

/** What a swap station does; all counts are per slot, of swaps as the slot begins. */
export interface SwapStationPlan {
  readonly stationId: string;
  readonly asked: readonly number[];
  /** Lent full. */
  readonly lent: readonly number[];
  /** Full as the slot begins, before its swaps. */
  readonly full: readonly number[];
  /** Not lent by decision of the problem or the plan: `refused` of a problem that this plan is a plan of. */
  readonly refused: readonly number[];
  readonly stockOuts: readonly StockOut[];
  /** At the price of the problem, money; no part of `moneyCost`. */
  readonly stockOutCost: number;
  /** In all batteries after the swaps of each slot and, last, at the end of the horizon. */
  readonly energyKwh: readonly number[];
  /** In the order in which they are lent. */
  readonly batteries: readonly SwapBatteryPlan[];
}

/** Why a payment that is all or nothing is not earned. */
export type LetBe =
  /** No plan brings the reduction in every slot of the event, whatever it costs. */
  | { readonly key: "out-of-reach" }
  /** Every plan that earns it costs at least this much more than this one in all, money and penalties. */
  | { readonly key: "dearer"; readonly byAtLeast: number }
  /** No plan that earns it was found to be cheaper, and none is ruled out. */
  | { readonly key: "undecided" }
  /** The plan makes for it and misses it, by least powers or turns; or a rule planned, which makes for nothing. */
  | { readonly key: "missed" };

/** What comes of a payment for reduction. */
export interface EventPlan {
  /** That of the payment. */
  readonly eventId: string;
  /** null: each kWh counts. */
  readonly floorKw: number | null;
  /** Least reduction of all slots of the event; below 0 above the baseline. */
  readonly leastReductionKw: number;
  /** Reduction in all its slots; below 0 above the baseline. */
  readonly reducedKwh: number;
  /** Money; 0 where nothing is, below 0 what is due for kWh above the baseline. */
  readonly paid: number;
  /** Why a payment that is all or nothing is not earned; null: it is, or each kWh counts. */
  readonly letBe: LetBe | null;
}

/** How near a plan comes to a dispatch target. */
export interface TargetPlan {
  readonly targetId: string;
  /** Deviation of net power from the target, in either direction, in all its slots. */
  readonly offKwh: number;
  readonly mostOffKw: number;
  /** What that is in the objective, as it weighs targets; no money is paid for it. */
  readonly penalty: number;
}

interface NodePlan {
  readonly nodeId: string;
  /** Import positive, export negative. */
  readonly netKw: readonly number[];
  readonly curtailedKw: readonly number[];
  /**
   * Dual of the import and export limits: what one more kWh of room would save, unmet needs at their
   * price included, in money by the weight of cost (`limitPricesIn`). ≥ 0; 0 where the limit is broken, since `overKw` tells what is amiss.
   */
  readonly limitPricePerKwh: readonly number[];
  readonly failsafePricePerKwh: readonly number[];
  /** Power by which the limit is broken because nothing controllable can prevent it. */
  readonly overKw: readonly number[];
  /** The same of the phase that is furthest over its limit; absent where none ever is. */
  readonly phaseOverKw?: readonly number[] | undefined;
  /** The same of the voltage, as load at the topmost line of its feeder; absent where it never is. */
  readonly voltageOverKw?: readonly number[] | undefined;
}

interface MeterPlan {
  readonly meteringPointId: string;
  /** Highest bought power of the plan at any time. */
  readonly highestKw: number;
  /** The same in the slots in which a demand charge counts it; 0 without one. */
  readonly peakKw: number;
  /** What that adds to the demand charge, money; 0 up to the peak that is billed already. */
  readonly demandCost: number;
  /** CO₂ that what is bought causes, kg; null: no intensity is stated. */
  readonly carbonKg: number | null;
}

export interface SolveTimes {
  readonly solveMs: number;
  /** Rounding, with every candidate verified. */
  readonly roundMs: number;
}

export interface Plan {
  readonly horizon: Horizon;
  readonly solver: string;
  readonly sessions: readonly SessionPlan[];
  /** Stationary batteries; absent where there are none. */
  readonly storages?: readonly StoragePlan[];
  /** Battery swap stations; absent where there are none. */
  readonly swapStations?: readonly SwapStationPlan[];
  /** Payments for reduction; absent where there are none. */
  readonly events?: readonly EventPlan[];
  /** Dispatch targets; absent where there are none. */
  readonly targets?: readonly TargetPlan[] | undefined;
  readonly nodes: readonly NodePlan[];
  readonly meteringPoints: readonly MeterPlan[];
  readonly certificate: Certificate;
  readonly iterations: number;
  /**
   * What the prices of limits are in: money, or where the objective weighs none (`weights.cost` 0), units of the
   * objective. Absent: money.
   */
  readonly limitPricesIn?: "money" | "objective" | undefined;
  /**
   * Cash flow of the plan without penalties and small prices: energy bought − sold + demand charges − paid for
   * reduction + wear.
   */
  readonly moneyCost: number;
  /** ISO 4217 code of all its money. */
  readonly currency: string;
}

/** A plan that is proven to be within this relative gap of the best is called optimal. */
export const OPTIMAL_GAP = 1e-4;

/**
 * Outcome of planning: a closed set, never an exception. Every plan that is not `limits-broken` keeps
 * each bound and limit, verified.
 * - `optimal`: the plan that is sent is proven to be within `OPTIMAL_GAP` of the best.
 * - `feasible`: it may not be the best; the certificate has its gap, or no bound, as with a rule.
 * - `fallback`: the solver was late or failed; another plan, mostly a rule's, is given instead.
 * - `limits-broken`: base load alone breaks a limit and the plan does the most it can, or the rule that
 *   planned heeds none (`uncontrolled`); the notes name what is broken.
 * - `invalid`: the problem contradicts itself; `problems` says where.
 */
export type PlanOutcome =
  | {
      readonly status: "optimal" | "feasible" | "fallback" | "limits-broken";
      readonly plan: Plan;
      readonly notes: readonly string[];
      readonly times: SolveTimes;
    }
  | { readonly status: "invalid"; readonly problems: readonly ProblemFault[] };

/** A fault of a problem with its place, e.g. `sessions[3].endSlot`. */
export interface ProblemFault {
  readonly place: string;
  readonly message: string;
}
