import { OPTIMAL_GAP, type Plan, type PlanOutcome, type StoragePlan } from "../domain/plan.js";
import type { Proof } from "../domain/plan-proof.js";
import type { Problem } from "../domain/problem.js";
import { shortfallClashes } from "./clash/clashes.js";
import type { Multipliers } from "./contract.js";
import type { Draft } from "./draft.js";
import { gapOf, TOLERANCE } from "./gap.js";
import { eventPlans, letBeNotes } from "./events/event-plan.js";
import { explain } from "./explain/index.js";
import { notesOf, shortfallNotes } from "./notes.js";
import { plannedBoard } from "./planned-board.js";
import { shortfallCauses } from "./shortfall.js";
import { carsOf } from "./storages.js";
import { stockOutNotes } from "./swaps/notes.js";
import { targetPlans } from "./target-plans.js";
import { swapStationPlans } from "./swaps/station-plan.js";
import type { Verification } from "./verify.js";

const proofOf = ({ objective, maxViolation }: Verification, bound: number | null): Proof => ({
  objective,
  bound,
  gap: gapOf(objective, bound),
  maxViolation,
});

const column = (
  problem: Problem,
  multipliers: Multipliers | null,
  pick: (m: Multipliers) => readonly (readonly number[])[],
): readonly (readonly number[])[] =>
  multipliers === null ? problem.nodes.map(() => problem.horizon.startsMs.map(() => 0)) : pick(multipliers);

const isOver = (overKw = 0): boolean => overKw > TOLERANCE;

/** Power beyond the limits of a node, its phases and its voltage, whichever is more, per slot. */
const overOf = ({ overKw, phaseOverKw, voltageOverKw }: Verification, node: number): number[] =>
  (overKw[node] ?? []).map((kw, slot) =>
    Math.max(kw, phaseOverKw[node]?.[slot] ?? 0, voltageOverKw[node]?.[slot] ?? 0),
  );

/** Multipliers are in units of the objective, of which money is worth `cost`; where it is worth nothing they stay. */
const inMoney = ({ weights: { cost } }: Problem, prices: readonly number[] = []): readonly number[] =>
  cost > 0 && cost !== 1 ? prices.map((price) => price / cost) : prices;

const nodePlans = (problem: Problem, { sent, result }: Draft): Plan["nodes"] => {
  const limit = column(problem, result.multipliers, (duals) =>
    duals.importLimitPerKwh.map((slots, node) =>
      slots.map((price, slot) =>
        isOver(overOf(sent, node)[slot])
          ? 0
          : Math.max(
              price,
              duals.exportLimitPerKwh[node]?.[slot] ?? 0,
              duals.dischargeLimitPerKwh[node]?.[slot] ?? 0,
              duals.lowVoltagePerKwh[node]?.[slot] ?? 0,
              duals.highVoltagePerKwh[node]?.[slot] ?? 0,
              ...(duals.phaseLimitPerKwh[node] ?? []).map((prices) => prices[slot] ?? 0),
            ),
      ),
    ),
  );
  const failsafe = column(problem, result.multipliers, ({ failsafePerKwh }) => failsafePerKwh);
  return problem.nodes.map(({ id }, node) => ({
    nodeId: id,
    netKw: sent.netKw[node] ?? [],
    curtailedKw: sent.curtailedKw[node] ?? [],
    limitPricePerKwh: inMoney(problem, limit[node]).map((price, slot) =>
      isOver(overOf(sent, node)[slot]) ? 0 : price,
    ),
    failsafePricePerKwh: inMoney(problem, failsafe[node]),
    overKw: sent.overKw[node] ?? [],
    ...(sent.phaseOverKw[node]?.some(isOver) ? { phaseOverKw: sent.phaseOverKw[node] } : {}),
    ...(sent.voltageOverKw[node]?.some(isOver) ? { voltageOverKw: sent.voltageOverKw[node] } : {}),
  }));
};

/** Storages come after the cars in all powers. */
const storagePlans = (problem: Problem, { powers, sent }: Draft): StoragePlan[] => {
  const cars = carsOf(problem).length;
  return problem.storages.map(({ id }, number) => ({
    storageId: id,
    chargeKw: powers.chargeKw[cars + number] ?? [],
    dischargeKw: powers.dischargeKw[cars + number] ?? [],
    energyKwh: sent.energyKwh[cars + number] ?? [],
  }));
};

const planOf = (draft: Draft): Plan => {
  const { problem, solver, result, relaxed, relaxedBound, powers, sent, bound } = draft;
  const board = plannedBoard(problem, powers);
  const explained = {
    solver: solver.name,
    chargeKw: powers.chargeKw,
    dischargeKw: powers.dischargeKw,
    relaxedChargeKw: result.status === "feasible" ? null : result.chargeKw,
    multipliers: result.multipliers,
    peaks: sent.peaks,
  };
  const reasons = explain(problem, explained, board);
  const causes = shortfallCauses(problem, { ...powers, ...sent }, board, reasons);
  const clashes = shortfallClashes(problem, { ...powers, ...sent, causes }, board);
  return {
    horizon: problem.horizon,
    solver: solver.name,
    sessions: carsOf(problem).map(({ id }, index) => ({
      sessionId: id,
      chargeKw: powers.chargeKw[index] ?? [],
      dischargeKw: powers.dischargeKw[index] ?? [],
      energyKwh: sent.energyKwh[index] ?? [],
      shortfallKwh: sent.shortfallKwh[index] ?? 0,
      shortfallCause: causes[index] ?? null,
      ...((clashes[index]?.length ?? 0) > 0 ? { shortfallClashes: clashes[index] } : {}),
      reasons: reasons[index] ?? [],
    })),
    ...(problem.storages.length > 0 ? { storages: storagePlans(problem, draft) } : {}),
    ...(problem.swapStations.length > 0
      ? { swapStations: swapStationPlans(problem, { ...draft, reasons, causes }) }
      : {}),
    ...(sent.events.length > 0 ? { events: eventPlans(draft.asked, sent, draft.letBe) } : {}),
    ...(problem.targets.length > 0 ? { targets: targetPlans(problem, sent) } : {}),
    nodes: nodePlans(problem, draft),
    meteringPoints: problem.meteringPoints.map(({ id }, meter) => ({
      meteringPointId: id,
      highestKw: sent.peaks[meter]?.highestKw ?? 0,
      peakKw: sent.peaks[meter]?.peakKw ?? 0,
      demandCost: sent.peaks[meter]?.cost ?? 0,
      carbonKg: problem.meteringPoints[meter]?.carbonKgPerKwh == null ? null : (sent.carbonKg[meter] ?? 0),
    })),
    certificate: { relaxation: proofOf(relaxed, relaxedBound), sent: proofOf(sent, bound) },
    iterations: result.iterations,
    limitPricesIn: problem.weights.cost > 0 ? "money" : "objective",
    moneyCost: sent.moneyCost,
    currency: problem.currency,
  };
};

type Planned = Exclude<PlanOutcome, { status: "invalid" }>;

const statusOf = ({ sent, bound }: Draft, late: boolean): Planned["status"] => {
  const over = [...sent.overKw, ...sent.phaseOverKw, ...sent.voltageOverKw];
  if (isOver(sent.maxViolation) || over.some((slots) => slots.some(isOver))) return "limits-broken";
  if (late) return "fallback";
  const gap = gapOf(sent.objective, bound);
  return gap !== null && gap <= OPTIMAL_GAP ? "optimal" : "feasible";
};

/** The outcome of a draft that is sent; `late` when it is not the one that was asked for. */
export const outcomeOf = (
  draft: Draft,
  { late, notes }: { late: boolean; notes: readonly string[] },
): Planned => {
  const plan = planOf(draft);
  return {
    status: statusOf(draft, late),
    plan,
    notes: [
      ...notes,
      ...draft.notes,
      ...notesOf(draft.problem, draft.sent),
      ...shortfallNotes(plan),
      ...stockOutNotes(plan),
      ...letBeNotes(plan),
    ],
    times: draft.times,
  };
};
