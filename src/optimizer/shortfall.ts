import { slotHours } from "../domain/horizon.js";
import { type HeldCause, LEAST_SHORTFALL_KWH, type ShortfallCause } from "../domain/plan.js";
import type { Reason } from "../domain/reason.js";
import type { Problem, ProblemSession } from "../domain/problem.js";
import { chargeableKw, fullKwh, reachKwh } from "./battery.js";
import type { Powers } from "./contract.js";
import { type Pile, pilesOf } from "./piles/piles.js";
import { takenBy } from "./piles/taken.js";
import { plannedBoard } from "./planned-board.js";
import { type Board, phaseRoomOf } from "./rounding/board.js";
import { importRoomKw } from "./rounding/rooms.js";
import { at } from "./tree.js";

/** The powers of a plan and what they lead to, in problem order. */
export interface PlannedPowers extends Powers {
  readonly energyKwh: readonly (readonly number[])[];
  readonly shortfallKwh: readonly number[];
}

type Held = Extract<HeldCause, { key: "limits" | "pile-taken" }>;

interface Spot {
  readonly index: number;
  readonly slot: number;
}

/** The first row above a session that has no room for its least power, as `explain` sees it; null: none. */
const fullRow = (problem: Problem, board: Board, { index, slot }: Spot): Held | null => {
  const least = Math.max(problem.sessions[index]?.minChargeKw ?? 0, 0.01) - 1e-6;
  for (const node of board.tree.pathOfSession[index] ?? []) {
    const inAll = Math.min(importRoomKw(board, node, slot), at(board.failsafeRoom[node], slot));
    if (Math.min(inAll, phaseRoomOf(board, index, { node, slot })) >= least) continue;
    const { id = "", limitSource = null } = problem.nodes[node] ?? {};
    return { key: "limits", nodeId: id, eventId: limitSource?.[slot] ?? null };
  }
  const own = at(board.tree.nodeOfSession, index);
  for (const { node, effect, load } of board.voltage)
    if (at(effect, own) > 0 && at(load, slot) / at(effect, own) < least)
      return { key: "limits", nodeId: problem.nodes[node]?.id ?? "", eventId: null };
  return null;
};

interface Asked {
  readonly plan: PlannedPowers;
  readonly reasons: readonly (readonly Reason[])[] | null;
}

/** The row, or the pile, that keeps most energy from a session; null: none keeps any. */
const fullestRow = (
  problem: Problem,
  board: Board,
  { index, plan, piles, reasons }: Asked & { index: number; piles: readonly Pile[] },
): Held | null => {
  const session = problem.sessions[index];
  const kept = new Map<string, { row: Held; kwh: number }>();
  if (session === undefined) return null;
  const taken = takenBy(problem, board, { piles, index });
  for (let slot = session.firstSlot; slot < session.endSlot; slot++) {
    const chargeable = chargeableKw(session, at(plan.energyKwh[index], slot));
    // Where the taper leaves less than the least power, no limit keeps anything from the car.
    const isPossible = chargeable >= session.minChargeKw;
    // A slot that is too dear is not used, whatever room there is.
    const isWanted = reasons?.[index]?.[slot]?.key !== "dearer-than-shortfall";
    const spareKw = isPossible && isWanted ? chargeable - at(plan.chargeKw[index], slot) : 0;
    const pile = taken[slot] ?? null;
    const row: Held | null =
      spareKw <= 0.01
        ? null
        : pile === null
          ? fullRow(problem, board, { index, slot })
          : { key: "pile-taken", nodeId: pile.nodeId };
    if (row === null) continue;
    const key = row.key === "limits" ? `${row.nodeId} ${row.eventId}` : row.key;
    kept.set(key, { row, kwh: (kept.get(key)?.kwh ?? 0) + spareKw * at(board.hours, slot) });
  }
  return [...kept.values()].toSorted((a, b) => b.kwh - a.kwh)[0]?.row ?? null;
};

/** What no plan can bring, whatever the limits are, and what of it clashes: the stay, or else the battery. */
const beyondReach = (session: ProblemSession, hours: readonly number[]) => {
  const capacityKwh = fullKwh(session);
  const reachedKwh = at(reachKwh(session, hours), session.endSlot);
  const withoutTaperKwh = at(reachKwh({ ...session, taper: null }, hours), session.endSlot);
  const cause = ((): ShortfallCause => {
    if (reachedKwh >= capacityKwh - 1e-6) return { key: "battery-too-small", capacityKwh };
    // What full power would have brought, but for a battery that takes less the fuller it is.
    return withoutTaperKwh >= session.targetKwh - LEAST_SHORTFALL_KWH
      ? { key: "battery-tapers" }
      : { key: "stay-too-short", maxChargeKw: session.maxChargeKw };
  })();
  return { kwh: Math.max(0, session.targetKwh - reachedKwh), cause };
};

/** What a slot at least power stores: a plan cannot charge less than that. */
const leastSlotKwh = (session: ProblemSession, hours: readonly number[]): number =>
  session.minChargeKw * session.chargeEfficiency * Math.max(...hours);

/**
 * Per session what takes the largest part of its shortfall; null where next to nothing is short, or no
 * more than a slot at least power would bring. By the reasons of the plan, where there are some, slots that are too
 * dear do not count.
 */
export const shortfallCauses = (
  problem: Problem,
  plan: PlannedPowers,
  board: Board = plannedBoard(problem, plan),
  reasons: Asked["reasons"] = null,
): (ShortfallCause | null)[] => {
  const hours = problem.horizon.startsMs.map((_, slot) => slotHours(problem.horizon, slot));
  const piles = pilesOf(problem);
  return problem.sessions.map((session, index) => {
    const shortKwh = at(plan.shortfallKwh, index);
    if (shortKwh < LEAST_SHORTFALL_KWH) return null;
    const beyond = beyondReach(session, hours);
    const restKwh = shortKwh - beyond.kwh;
    const holder =
      restKwh < LEAST_SHORTFALL_KWH ? null : fullestRow(problem, board, { index, plan, piles, reasons });
    if (restKwh > beyond.kwh) {
      if (holder !== null) return holder;
      if (restKwh > leastSlotKwh(session, hours)) return { key: "not-planned" };
    }
    if (beyond.kwh < LEAST_SHORTFALL_KWH) return null;
    return holder !== null && beyond.cause.key === "stay-too-short"
      ? { ...beyond.cause, besides: { cause: holder, kwh: restKwh } }
      : beyond.cause;
  });
};
