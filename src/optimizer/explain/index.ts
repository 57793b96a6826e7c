import { slotCount } from "../../domain/horizon.js";
import type { Reason } from "../../domain/reason.js";
import type { Problem } from "../../domain/problem.js";
import { energiesOf } from "../battery.js";
import { pilesOf } from "../piles/piles.js";
import { takenBy } from "../piles/taken.js";
import { plannedBoard } from "../planned-board.js";
import { type Board, canDischarge, sessionOf } from "../rounding/board.js";
import { slotPrices } from "../rounding/prices.js";
import { withStorages } from "../storages.js";
import { stationOf } from "../swaps/visits.js";
import { at } from "../tree.js";
import { weighted } from "../weighted.js";
import { dearestMoneyPerKwh } from "../weights.js";
import { crowdedHold, crowdPerKwh, meterOf, pricedHold } from "./holds.js";
import { worthsPerKwh } from "./worth.js";
import {
  ENOUGH_KWH,
  LEAST_SAVING,
  NOTICEABLE,
  NOTICEABLE_KW,
  type PlanToExplain,
  type Scene,
  type Spot,
} from "./scene.js";

const tariffAt = (
  { problem, board }: Scene,
  { index, slot }: Spot,
  side: "buyPricePerKwh" | "sellPricePerKwh",
): number => {
  const meter = problem.meteringPoints[at(board.tree.meterOfNode, at(board.tree.nodeOfSession, index))];
  return at(meter?.[side], slot);
};

const weighsMoneyAlone = ({ weights: { cost, peak, carbon, comfort } }: Problem): boolean =>
  cost === 1 && peak === 0 && carbon === 0 && comfort === 0;

/**
 * What discharge earns at the session's meter: between sell and buy price; the sell price without multipliers.
 * Where more than money is weighed, what it saves while the meter imports, or what it is paid.
 */
const dischargePrice = (scene: Scene, spot: Spot): number => {
  const { problem, plan, board, meteredKw } = scene;
  const meter = at(board.tree.meterOfNode, at(board.tree.nodeOfSession, spot.index));
  if (plan.multipliers !== null && !weighsMoneyAlone(problem)) {
    const imports = at(meteredKw[meter], spot.slot) > NOTICEABLE_KW;
    return tariffAt(scene, spot, imports ? "buyPricePerKwh" : "sellPricePerKwh");
  }
  if (plan.multipliers === null || meter < 0) return tariffAt(scene, spot, "sellPricePerKwh");
  return at(plan.multipliers.meteringPerKwh[meter], spot.slot);
};

/**
 * What a kWh into the car costs at its meter: the buy price; the sell price while the meter exports
 * even with this car charging, at its least power where it rests.
 */
const chargePrice = (scene: Scene, spot: Spot): number => {
  const { plan, board, meteredKw } = scene;
  const meter = at(board.tree.meterOfNode, at(board.tree.nodeOfSession, spot.index));
  const rests = at(plan.chargeKw[spot.index], spot.slot) <= 0;
  const moreKw = rests ? Math.max(sessionOf(board, spot.index).minChargeKw, NOTICEABLE) : 0;
  const imports = at(meteredKw[meter], spot.slot) + moreKw > NOTICEABLE_KW;
  return tariffAt(scene, spot, imports ? "buyPricePerKwh" : "sellPricePerKwh");
};

const whyCharging = (scene: Scene, spot: Spot): Reason => {
  const { plan, board, energies } = scene;
  const session = sessionOf(board, spot.index);
  const power = at(plan.chargeKw[spot.index], spot.slot);
  const relaxed = plan.relaxedChargeKw === null ? power : at(plan.relaxedChargeKw[spot.index], spot.slot);
  if (session.urgency === "now") return { key: "driver-chose-fast" };
  if (at(energies[spot.index], spot.slot) < session.reserveKwh - ENOUGH_KWH)
    return { key: "below-reserve-charging-first", reserveKwh: session.reserveKwh };
  if (power <= session.minChargeKw + 1e-6 && relaxed < session.minChargeKw - 1e-6)
    return { key: "minimum-current", minChargeKw: session.minChargeKw };
  return { key: "charging", pricePerKwh: chargePrice(scene, spot) };
};

/** Later slots in which the session charges; where the first begins, the waiting ends. */
const chargingSlots = ({ plan, board }: Scene, { index, slot }: Spot): number[] => {
  const slots: number[] = [];
  for (let later = slot + 1; later < sessionOf(board, index).endSlot; later++)
    if (at(plan.chargeKw[index], later) > NOTICEABLE_KW) slots.push(later);
  return slots;
};

/**
 * Whether a slot would be dearer than later even without the crowd in it: then it is waited out for its
 * price, full or not.
 */
const isDearer = (scene: Scene, spot: Spot, later: readonly number[]): boolean => {
  const perKwh = scene.prices[spot.index]?.perKwh;
  const cheapest = Math.min(...later.map((slot) => at(perKwh, slot)));
  return at(perKwh, spot.slot) - cheapest - crowdPerKwh(scene, spot) > NOTICEABLE;
};

/** The wait for the slot in which the plan charges next, where energy is cheaper then; null: it is not. */
const cheaperWait = (scene: Scene, { index, slot }: Spot, next: number | undefined): Reason | null => {
  if (next === undefined) return null;
  const savingPerKwh = chargePrice(scene, { index, slot }) - chargePrice(scene, { index, slot: next });
  if (savingPerKwh < LEAST_SAVING) return null;
  return { key: "waiting-for-cheaper-slot", untilMs: at(scene.problem.horizon.startsMs, next), savingPerKwh };
};

/** The wait for the slot in which the plan charges next, where energy is cleaner and that weighs something. */
const cleanerWait = (scene: Scene, { index, slot }: Spot, next: number | undefined): Reason | null => {
  const { problem } = scene;
  const kgPerKwh = problem.meteringPoints[meterOf(scene, index)]?.carbonKgPerKwh;
  if (next === undefined || problem.weights.carbon === 0) return null;
  const savingKgPerKwh = at(kgPerKwh ?? [], slot) - at(kgPerKwh ?? [], next);
  if (savingKgPerKwh < LEAST_SAVING) return null;
  return { key: "waiting-for-cleaner-slot", untilMs: at(problem.horizon.startsMs, next), savingKgPerKwh };
};

/** A slot that is as good as others: when its turn comes; of a car that stays, perhaps after the horizon. */
const laterTurn = ({ problem, board }: Scene, { index }: Spot, next: number | undefined): Reason | null => {
  if (next !== undefined) return { key: "charging-later", untilMs: at(problem.horizon.startsMs, next) };
  if (!sessionOf(board, index).departsAfterHorizon) return null;
  return { key: "charging-later", untilMs: problem.horizon.endMs };
};

/** A full battery of a swap station waits for whoever takes it; null: it is none, or nobody does. */
const swapHold = ({ problem, board }: Scene, { index }: Spot): Reason | null => {
  const session = sessionOf(board, index);
  if (session.departsAfterHorizon || stationOf(problem, session) === undefined) return null;
  return { key: "held-for-swap", untilMs: at(problem.horizon.startsMs, session.endSlot) };
};

/** A slot that costs more than what the energy is worth that will be missing, full or not; null: it costs less. */
const tooDear = (scene: Scene, { index, slot }: Spot): Reason | null => {
  const { prices, worthPerKwh: worths, problem } = scene;
  const { departsAfterHorizon, urgency } = sessionOf(scene.board, index);
  // Of an urgent car prices count time alone.
  if (departsAfterHorizon || urgency === "now") return null;
  const { cost } = problem.weights;
  const [worth, pricePerKwh] = [at(worths, index), chargePrice(scene, { index, slot })];
  const isDearInMoney = cost > 0 && cost * pricePerKwh >= worth - NOTICEABLE;
  const weighed = at(prices[index]?.perKwh, slot) - crowdPerKwh(scene, { index, slot });
  if (!isDearInMoney && weighed < worth - NOTICEABLE) return null;
  const told = isDearInMoney ? { pricePerKwh, worthPerKwh: worth / cost } : WEIGHED;
  return { key: "dearer-than-shortfall", ...told };
};

/** Where it is not money that makes the difference, no price tells it. */
const WEIGHED = { pricePerKwh: null, worthPerKwh: null };

const whyIdle = (scene: Scene, spot: Spot): Reason => {
  const { plan, board, energies } = scene;
  const session = sessionOf(board, spot.index);
  if (at(energies[spot.index], spot.slot) >= session.targetKwh - ENOUGH_KWH)
    return swapHold(scene, spot) ?? { key: "target-reached" };
  const taken = scene.pileTaken[spot.index]?.[spot.slot] ?? null;
  if (taken !== null) return { key: "waiting-for-pile", nodeId: taken.nodeId };
  if (plan.multipliers === null)
    return crowdedHold(scene, spot)?.reason ?? { key: "rule", rule: plan.solver };
  const later = chargingSlots(scene, spot);
  const dear = later.length === 0 ? tooDear(scene, spot) : null;
  if (dear !== null) return dear;
  const cheaper = cheaperWait(scene, spot, later[0]) ?? cleanerWait(scene, spot, later[0]);
  if (cheaper !== null && isDearer(scene, spot, later)) return cheaper;
  const hold = pricedHold(scene, plan.multipliers, spot) ?? crowdedHold(scene, spot);
  return (
    hold?.reason ??
    cheaper ??
    laterTurn(scene, spot, later[0]) ??
    (session.minChargeKw > 0
      ? { key: "minimum-current", minChargeKw: session.minChargeKw }
      : { key: "rule", rule: plan.solver })
  );
};

const reasonAt = (scene: Scene, spot: Spot): Reason => {
  const { plan, board } = scene;
  const session = sessionOf(board, spot.index);
  if (spot.slot < session.firstSlot) return { key: "not-plugged-in" };
  if (spot.slot >= session.endSlot) return { key: "past-departure" };
  if (canDischarge(board, spot.index) && at(plan.dischargeKw[spot.index], spot.slot) > NOTICEABLE_KW)
    return {
      key: "selling",
      pricePerKwh: dischargePrice(scene, spot),
      wearPerKwh: session.wearPerKwh,
    };
  // What a method leaves of nothing is nothing.
  const charges = at(plan.chargeKw[spot.index], spot.slot) > NOTICEABLE_KW;
  return charges ? whyCharging(scene, spot) : whyIdle(scene, spot);
};

/** Net power of each metered node without the metered ones right below it, as each meter counts it. */
const meteredPowers = ({ problem, tree, net }: Board): number[][] => {
  const powers = problem.meteringPoints.map(() => problem.horizon.startsMs.map(() => 0));
  for (const node of problem.nodes.keys()) {
    const meter = at(tree.ownMeter, node);
    if (meter < 0) continue;
    const parent = at(tree.parent, node);
    const outer = parent < 0 ? -1 : at(tree.meterOfNode, parent);
    for (const [slot, kw] of (net[node] ?? []).entries()) {
      powers[meter]?.splice(slot, 1, at(powers[meter], slot) + kw);
      powers[outer]?.splice(slot, 1, at(powers[outer], slot) - kw);
    }
  }
  return powers;
};

const pilesTaken = (problem: Problem, board: Board): Scene["pileTaken"] => {
  const piles = pilesOf(problem);
  return problem.sessions.map((_, index) =>
    piles.length === 0 ? [] : takenBy(problem, board, { piles, index }),
  );
};

/** One reason per session and slot, from plan, multipliers and problem. */
export const explain = (asked: Problem, plan: PlanToExplain, given?: Board): Reason[][] => {
  const problem = withStorages(asked);
  const board = given ?? plannedBoard(problem, plan);
  const slots = [...Array.from({ length: slotCount(problem.horizon) }).keys()];
  const energies = problem.sessions.map((session, index) =>
    energiesOf(session, {
      chargeKw: plan.chargeKw[index] ?? [],
      dischargeKw: plan.dischargeKw[index] ?? [],
      hours: board.hours,
    }),
  );
  const asWeighed = weighted(problem);
  const scene: Scene = {
    pileTaken: pilesTaken(problem, board),
    problem,
    plan,
    board,
    prices: slotPrices(problem, plan.multipliers),
    dearestPerKwh: dearestMoneyPerKwh(asWeighed),
    worthPerKwh: worthsPerKwh(asWeighed, board, energies),
    energies,
    meteredKw: meteredPowers(board),
  };
  return problem.sessions.map((_, index) => slots.map((slot) => reasonAt(scene, { index, slot })));
};
