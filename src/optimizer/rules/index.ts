import { energyAfter, isPluggedIn, acceptedKw } from "../battery.js";
import type { Solver } from "../contract.js";
import { boardOf, chargeRoomKw, sessionOf, setCharge, TINY } from "../rounding/board.js";
import { fill } from "../rounding/fill.js";
import { slotPrices } from "../rounding/prices.js";
import { withStorages } from "../storages.js";
import { at } from "../tree.js";
import { type Claim, grantWish, resultOf, slotwiseRule } from "./slotwise.js";

const byKey =
  (key: (claim: Claim) => number) =>
  (a: Claim, b: Claim): number =>
    key(a) - key(b) || a.index - b.index;

/** Who leaves first charges first. */
export const earliestDeadline = (): Solver =>
  slotwiseRule("earliest-deadline", (board, claims) => {
    for (const claim of claims.toSorted(byKey(({ endSlot }) => endSlot))) grantWish(board, claim);
  });

/** Who has the least time to spare charges first. */
export const leastLaxity = (): Solver =>
  slotwiseRule("least-laxity", (board, claims) => {
    for (const claim of claims.toSorted(byKey(({ laxityH }) => laxityH))) grantWish(board, claim);
  });

/** Rounds in which the power of a slot is shared out. */
const SHARES = 8;

/**
 * Everyone in turn: first the minimum for as many as there is room for, beginning with another session
 * each slot, then equal steps until each has its wish or its limit is reached.
 */
export const roundRobin = (): Solver =>
  slotwiseRule("round-robin", (board, claims) => {
    const slot = claims[0]?.slot ?? 0;
    const turn = claims.length === 0 ? 0 : slot % claims.length;
    const inTurn = [...claims.slice(turn), ...claims.slice(0, turn)];
    for (const claim of inTurn)
      grantWish(board, {
        ...claim,
        wishKw: Math.min(claim.wishKw, Math.max(claim.minKw, claim.wishKw / SHARES)),
      });
    for (let share = 1; share <= SHARES; share++)
      for (const { index, wishKw } of inTurn) {
        const now = at(board.charge[index], slot);
        const step = Math.min((wishKw - now) / (SHARES + 1 - share), chargeRoomKw(board, index, slot));
        if (now > 0 && step > TINY) setCharge(board, index, slot, now + step);
      }
  });

/** Each session, in order of departure, takes the cheapest slots of its tariff that still have room. */
export const cheapestSlots = (): Solver => ({
  name: "cheapest-slots",
  async solve(asked) {
    const problem = withStorages(asked);
    const board = boardOf(problem);
    const prices = slotPrices(problem, null);
    const order = [...problem.sessions.keys()].toSorted(
      (a, b) => sessionOf(board, a).endSlot - sessionOf(board, b).endSlot || a - b,
    );
    for (const index of order) {
      const { targetKwh, initialKwh, endSlot } = sessionOf(board, index);
      fill(board, {
        index,
        neededKwh: targetKwh - initialKwh,
        beforeSlot: endSlot,
        ranking: prices[index],
      });
    }
    return resultOf(board);
  },
});

/** Full power from plug-in until the target, whatever the limits: what cars do by themselves. */
export const uncontrolled = (): Solver => ({
  name: "uncontrolled",
  ignoresLimits: true,
  async solve(asked) {
    const problem = withStorages(asked);
    const board = boardOf(problem);
    for (const [index, session] of problem.sessions.entries()) {
      let energyKwh = session.initialKwh;
      for (const [slot, hours] of board.hours.entries()) {
        if (!isPluggedIn(session, slot)) continue;
        const wantedKw = Math.max(0, session.targetKwh - energyKwh) / (session.chargeEfficiency * hours);
        const chargeKw = Math.min(wantedKw, acceptedKw(session, energyKwh, hours));
        setCharge(board, index, slot, chargeKw);
        energyKwh = energyAfter(session, energyKwh, { chargeKw, dischargeKw: 0, hours });
      }
    }
    return resultOf(board);
  },
});
