import { slotCount } from "../domain/horizon.js";
import type { Reason } from "../domain/plan.js";
import type { Problem } from "../domain/problem.js";
import { energiesOf } from "./battery.js";
import type { Multipliers } from "./contract.js";
import { plannedBoard } from "./planned-board.js";
import { type Board, canDischarge, phaseRoomOf, sessionOf } from "./rounding/board.js";
import { importRoomKw } from "./rounding/rooms.js";
import { phasePerKwh, slotPrices, type SlotPrices, voltagePerKwh } from "./rounding/prices.js";
import { at } from "./tree.js";
import { weighted } from "./weighted.js";

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
const NOTICEABLE = 1e-5;
const ENOUGH_KWH = 0.01;
/** A saving below this is written as 0.000 and is none. */
const LEAST_SAVING = 0.0005;
const NOTICEABLE_KW = 1e-6;

interface Scene {
  readonly problem: Problem;
  readonly plan: PlanToExplain;
  readonly board: Board;
  readonly prices: SlotPrices;
  readonly energies: readonly (readonly number[])[];
  /** Net power that each metering point counts, kW. */
  readonly meteredKw: readonly (readonly number[])[];
}

interface Spot {
  readonly index: number;
  readonly slot: number;
}

interface Hold {
  readonly reason: Reason;
  readonly shadowPricePerKwh: number;
}

/**
 * A multiplier as money; null where it is the price of a need unmet or a limit broken: twice the dearest
 * price is more than moving a kWh to another slot can ever save.
 */
const moneyPerKwh = ({ problem }: Scene, shadow: number): number | null => {
  const prices = weighted(problem).meteringPoints.flatMap((meter) => [
    ...meter.buyPricePerKwh,
    ...meter.sellPricePerKwh,
  ]);
  return shadow <= 2 * prices.reduce((most, price) => Math.max(most, Math.abs(price)), 0) ? shadow : null;
};

/** Power beyond a node's import limit, which only base load can cause, kW. */
const beyondLimitKw = ({ problem, board }: Scene, node: number, slot: number): number =>
  at(board.net[node], slot) - (problem.nodes[node]?.importLimitKw?.[slot] ?? Infinity);

const limitReason = (
  scene: Scene,
  { node, slot, shadow }: { node: number; slot: number; shadow: number },
): Reason => {
  const { id, limitSource } = scene.problem.nodes[node] ?? { id: "", limitSource: null };
  const eventId = limitSource?.[slot] ?? null;
  const overKw = beyondLimitKw(scene, node, slot);
  if (overKw > NOTICEABLE_KW) return { key: "limit-cannot-be-kept", nodeId: id, eventId, overKw };
  const shadowPricePerKwh = moneyPerKwh(scene, shadow);
  if (eventId !== null) return { key: "demand-response-event", eventId, shadowPricePerKwh };
  return { key: "node-full", nodeId: id, shadowPricePerKwh };
};

const failsafeReason = (scene: Scene, node: number, shadow: number): Reason => ({
  key: "held-for-failsafe",
  nodeId: scene.problem.nodes[node]?.id ?? "",
  shadowPricePerKwh: moneyPerKwh(scene, shadow),
});

const meterOf = ({ board }: Scene, index: number): number =>
  at(board.tree.meterOfNode, at(board.tree.nodeOfSession, index));

/** The peak of the session's meter, billed or weighed, where more power in the slot would raise it. */
const peakHold = (scene: Scene, multipliers: Multipliers, { index, slot }: Spot): Hold | null => {
  const { problem, plan } = scene;
  const meter = meterOf(scene, index);
  const { id = "", demandCharge = null } = problem.meteringPoints[meter] ?? {};
  const peaks = plan.peaks[meter];
  const billed = demandCharge === null ? 0 : at(multipliers.demandPerKwh[meter], slot);
  const weighed = at(multipliers.peakPerKwh[meter], slot);
  if (peaks === undefined || Math.max(billed, weighed) <= NOTICEABLE) return null;
  const [peakKw, pricePerKw] =
    billed > weighed
      ? [Math.max(demandCharge?.billedPeakKw ?? 0, peaks.peakKw), demandCharge?.pricePerKw ?? 0]
      : [peaks.highestKw, problem.weights.peak];
  return {
    reason: { key: "peak-held", meteringPointId: id, peakKw, pricePerKw },
    shadowPricePerKwh: billed + weighed,
  };
};

const phaseReason = (
  scene: Scene,
  { node, phase, shadow }: { node: number; phase: number; shadow: number },
): Reason => ({
  key: "phase-full",
  nodeId: scene.problem.nodes[node]?.id ?? "",
  phase: phase + 1,
  shadowPricePerKwh: moneyPerKwh(scene, shadow),
});

/** The phase of a node that weighs most on a session, by its multiplier. */
const pricedPhase = (
  scene: Scene,
  { phaseLimitPerKwh }: Multipliers,
  { node, index, slot }: Spot & { node: number },
): Hold | null => {
  let hold: Hold | null = null;
  for (const [phase, share] of (scene.board.shares[index]?.charge ?? []).entries()) {
    const shadow = share * at(phaseLimitPerKwh[node]?.[phase], slot);
    if (shadow > Math.max(NOTICEABLE, hold?.shadowPricePerKwh ?? 0))
      hold = { reason: phaseReason(scene, { node, phase, shadow }), shadowPricePerKwh: shadow };
  }
  return hold;
};

/** The row above a session that weighs most in a slot, by its multiplier. */
const pricedHold = (scene: Scene, multipliers: Multipliers, { index, slot }: Spot): Hold | null => {
  let hold: Hold | null = peakHold(scene, multipliers, { index, slot });
  const voltage = pricedVoltage(scene, multipliers, { index, slot });
  if (voltage !== null && voltage.shadowPricePerKwh > (hold?.shadowPricePerKwh ?? 0)) hold = voltage;
  for (const node of scene.board.tree.pathOfSession[index] ?? []) {
    const limit = at(multipliers.importLimitPerKwh[node], slot);
    const failsafe = at(multipliers.failsafePerKwh[node], slot);
    if (limit > Math.max(NOTICEABLE, hold?.shadowPricePerKwh ?? 0))
      hold = { reason: limitReason(scene, { node, slot, shadow: limit }), shadowPricePerKwh: limit };
    if (failsafe > Math.max(NOTICEABLE, hold?.shadowPricePerKwh ?? 0))
      hold = { reason: failsafeReason(scene, node, failsafe), shadowPricePerKwh: failsafe };
    const phase = pricedPhase(scene, multipliers, { node, index, slot });
    if (phase !== null && phase.shadowPricePerKwh > (hold?.shadowPricePerKwh ?? 0)) hold = phase;
    const paid = paidHold(scene, multipliers, { node, slot });
    if (paid !== null && paid.shadowPricePerKwh > (hold?.shadowPricePerKwh ?? 0)) hold = paid;
  }
  return hold;
};

/** The voltage that is nearest to too low by load where a session is, by its multiplier. */
const pricedVoltage = (
  scene: Scene,
  { lowVoltagePerKwh }: Multipliers,
  { index, slot }: Spot,
): Hold | null => {
  let hold: Hold | null = null;
  for (const { node, effect } of scene.board.voltage) {
    const counted = at(effect, at(scene.board.tree.nodeOfSession, index));
    const shadow = counted * at(lowVoltagePerKwh[node], slot);
    if (shadow > Math.max(NOTICEABLE, hold?.shadowPricePerKwh ?? 0))
      hold = { reason: voltageReason(scene, node, shadow), shadowPricePerKwh: shadow };
  }
  return hold;
};

const voltageReason = (scene: Scene, node: number, shadow: number): Reason => ({
  key: "voltage-low",
  nodeId: scene.problem.nodes[node]?.id ?? "",
  shadowPricePerKwh: moneyPerKwh(scene, shadow),
});

/** The payment for reduction at a node that weighs most on load there; its event is what the car waits for. */
const paidHold = (
  scene: Scene,
  { paymentPerKwh }: Multipliers,
  { node, slot }: { node: number; slot: number },
): Hold | null => {
  let hold: Hold | null = null;
  for (const [index, { id, nodeId }] of scene.problem.payments.entries()) {
    const shadow = at(paymentPerKwh[index], slot);
    if (nodeId !== scene.problem.nodes[node]?.id) continue;
    if (shadow <= Math.max(NOTICEABLE, hold?.shadowPricePerKwh ?? 0)) continue;
    const shadowPricePerKwh = moneyPerKwh(scene, shadow);
    hold = {
      reason: { key: "demand-response-event", eventId: id, shadowPricePerKwh },
      shadowPricePerKwh: shadow,
    };
  }
  return hold;
};

/** What the payments at a node take off for one more kWh of load there. */
const paidPerKwh = (
  problem: Problem,
  { paymentPerKwh }: Multipliers,
  { node, slot }: { node: number; slot: number },
): number =>
  problem.payments.reduce(
    (total, { nodeId }, index) =>
      total + (nodeId === problem.nodes[node]?.id ? at(paymentPerKwh[index], slot) : 0),
    0,
  );

/** What all rows above a session add to its price in a slot. */
const crowdPerKwh = (scene: Scene, { index, slot }: Spot): number => {
  const { problem, plan, board } = scene;
  const { multipliers } = plan;
  if (multipliers === null) return 0;
  const node = at(board.tree.nodeOfSession, index);
  const meter = meterOf(scene, index);
  return (board.tree.pathOfSession[index] ?? []).reduce(
    (total, above) =>
      total +
      at(multipliers.importLimitPerKwh[above], slot) +
      at(multipliers.failsafePerKwh[above], slot) +
      phasePerKwh(multipliers, sessionOf(board, index), { above, slot }) +
      paidPerKwh(problem, multipliers, { node: above, slot }),
    at(multipliers.demandPerKwh[meter], slot) +
      at(multipliers.peakPerKwh[meter], slot) +
      voltagePerKwh(board.voltage, multipliers, { node, slot }),
  );
};

/** The row above a session that has no room for it left, by the powers that are sent. */
const crowdedHold = (scene: Scene, { index, slot }: Spot): Hold | null => {
  const { board } = scene;
  const least = Math.max(sessionOf(board, index).minChargeKw, 0.01) - 1e-6;
  for (const node of board.tree.pathOfSession[index] ?? []) {
    if (importRoomKw(board, node, slot) < least)
      return { reason: limitReason(scene, { node, slot, shadow: 0 }), shadowPricePerKwh: 0 };
    if (at(board.failsafeRoom[node], slot) < least)
      return { reason: failsafeReason(scene, node, 0), shadowPricePerKwh: 0 };
    if (phaseRoomOf(board, index, { node, slot }) < least) {
      const rooms = board.phaseRoom[node] ?? [];
      const isFull = (share: number, phase: number): boolean =>
        share > 0 && at(rooms[phase], slot) / share < least;
      const phase = (board.shares[index]?.charge ?? []).findIndex(isFull);
      return { reason: phaseReason(scene, { node, phase, shadow: 0 }), shadowPricePerKwh: 0 };
    }
  }
  const own = at(board.tree.nodeOfSession, index);
  const low = board.voltage.find(
    ({ effect, load }) => at(effect, own) > 0 && at(load, slot) / at(effect, own) < least,
  );
  if (low !== undefined) return { reason: voltageReason(scene, low.node, 0), shadowPricePerKwh: 0 };
  return null;
};

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
    if (at(plan.chargeKw[index], later) > 0) slots.push(later);
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

const whyIdle = (scene: Scene, spot: Spot): Reason => {
  const { plan, board, energies } = scene;
  const session = sessionOf(board, spot.index);
  if (at(energies[spot.index], spot.slot) >= session.targetKwh - ENOUGH_KWH) return { key: "target-reached" };
  if (plan.multipliers === null)
    return crowdedHold(scene, spot)?.reason ?? { key: "rule", rule: plan.solver };
  const later = chargingSlots(scene, spot);
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
  if (canDischarge(board, spot.index) && at(plan.dischargeKw[spot.index], spot.slot) > 0)
    return {
      key: "selling",
      pricePerKwh: dischargePrice(scene, spot),
      wearPerKwh: session.wearPerKwh,
    };
  return at(plan.chargeKw[spot.index], spot.slot) > 0 ? whyCharging(scene, spot) : whyIdle(scene, spot);
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

/** One reason per session and slot, from plan, multipliers and problem. */
export const explain = (problem: Problem, plan: PlanToExplain): Reason[][] => {
  const board = plannedBoard(problem, plan);
  const slots = [...Array.from({ length: slotCount(problem.horizon) }).keys()];
  const energies = problem.sessions.map((session, index) =>
    energiesOf(session, {
      chargeKw: plan.chargeKw[index] ?? [],
      dischargeKw: plan.dischargeKw[index] ?? [],
      hours: board.hours,
    }),
  );
  const scene: Scene = {
    problem,
    plan,
    board,
    prices: slotPrices(problem, plan.multipliers),
    energies,
    meteredKw: meteredPowers(board),
  };
  return problem.sessions.map((_, index) => slots.map((slot) => reasonAt(scene, { index, slot })));
};
