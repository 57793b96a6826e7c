import type { Reason } from "../../domain/reason.js";
import type { Problem } from "../../domain/problem.js";
import type { Multipliers } from "../contract.js";
import { phaseRoomOf, sessionOf } from "../rounding/board.js";
import { importRoomKw } from "../rounding/rooms.js";
import { phasePerKwh, voltagePerKwh } from "../rounding/prices.js";
import { at } from "../tree.js";
import { NOTICEABLE, NOTICEABLE_KW, type Scene, type Spot } from "./scene.js";

interface Hold {
  readonly reason: Reason;
  readonly shadowPricePerKwh: number;
}

/**
 * A multiplier as money, of which the objective weighs `cost`; null where that is nothing, or where it is the
 * price of a need unmet or a limit broken: twice the dearest price is more than moving a kWh to another slot can
 * ever save.
 */
const moneyPerKwh = ({ dearestPerKwh, problem }: Scene, shadow: number): number | null =>
  shadow <= 2 * dearestPerKwh && problem.weights.cost > 0 ? shadow / problem.weights.cost : null;

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

export const meterOf = ({ board }: Scene, index: number): number =>
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
      : [peaks.highestKw, problem.weights.peak / (problem.weights.cost || 1)];
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
export const pricedHold = (scene: Scene, multipliers: Multipliers, { index, slot }: Spot): Hold | null => {
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
export const crowdPerKwh = (scene: Scene, { index, slot }: Spot): number => {
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
export const crowdedHold = (scene: Scene, { index, slot }: Spot): Hold | null => {
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
