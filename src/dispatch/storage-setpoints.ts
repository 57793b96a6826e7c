import { type Horizon, slotAt } from "../domain/horizon.js";
import type { Plan } from "../domain/plan.js";
import { heldBounds, lostBounds, type PowerBounds, type StorageSituation } from "../domain/storage.js";
import type { EpochMs } from "../domain/units.js";
import type { GuardedNode } from "./bounds.js";

/** The one that is nearer to zero; zero where one charges and the other discharges. */
export const nearerToZero = (aKw: number, bKw: number): number => {
  if (Math.sign(aKw) * Math.sign(bKw) <= 0) return 0;
  return Math.abs(aKw) < Math.abs(bKw) ? aKw : bKw;
};

/** Power that a plan has for a storage at a moment, signed, kW; null: it says nothing of then, or of it. */
export const plannedKw = (plan: Plan, storageId: string, atMs: EpochMs): number | null => {
  const slot = atMs >= plan.horizon.endMs ? -1 : slotAt(plan.horizon, atMs);
  const storage = plan.storages?.find((one) => one.storageId === storageId);
  if (storage === undefined || slot === -1) return null;
  return (storage.chargeKw[slot] ?? 0) - (storage.dischargeKw[slot] ?? 0);
};

/**
 * What a storage is told at a moment, if it may go on with it for `holdMs` though nothing else reaches it: of all
 * that is planned within that time what is nearest to zero, so that it never charges more, nor gives back more,
 * than is planned for the moment. null where the plan does not reach.
 */
export const setpointAt = (plan: Plan, storageId: string, nowMs: EpochMs, holdMs: number): number | null => {
  const untilMs = nowMs + holdMs;
  const momentsMs = [
    nowMs,
    ...plan.horizon.startsMs.filter((startMs) => startMs > nowMs && startMs < untilMs),
  ];
  let nearestKw: number | null = null;
  for (const atMs of momentsMs) {
    const powerKw = plannedKw(plan, storageId, atMs);
    if (powerKw === null) return null;
    nearestKw = nearestKw === null ? powerKw : nearerToZero(nearestKw, powerKw);
  }
  return nearestKw;
};

const counted = (counts: GuardedNode["counts"], { leastKw, mostKw }: PowerBounds): number => {
  if (counts === "discharge") return Math.max(0, -leastKw);
  return counts === "draw" ? Math.max(0, mostKw) : mostKw;
};

/** What a storage takes of a guarded node's room at a moment by what it was told, kW. */
export const storageMayTakeKw = (
  { counts }: Pick<GuardedNode, "counts">,
  situation: StorageSituation,
  atMs: EpochMs,
): number => counted(counts, counts === "net" ? heldBounds(situation, atMs) : lostBounds(situation, atMs));

/** The same once it does a power. */
export const storageWouldTakeKw = ({ counts }: Pick<GuardedNode, "counts">, powerKw: number): number =>
  counted(counts, { leastKw: powerKw, mostKw: powerKw });

/** A moment and what storages may take then: by what they were told or, where that is more, by the plan. */
export interface StorageRoom {
  readonly horizon: Horizon;
  readonly plan: Plan | null;
  readonly storages: readonly StorageSituation[];
}

/**
 * Room that the storages below a node need at a moment, kW. In the present slot the larger of what they were told
 * and what is planned; later what is planned, which they are told before it begins, and what they may do if they
 * are lost.
 */
export const storageRoomKw = (
  { horizon, plan, storages }: StorageRoom,
  counts: GuardedNode["counts"],
  atMs: EpochMs,
): number =>
  storages.reduce((total, situation) => {
    const { config, steered } = situation;
    const planned = steered && plan !== null ? plannedKw(plan, config.id, atMs) : null;
    const byToldKw = storageMayTakeKw({ counts }, situation, atMs);
    if (planned === null) return total + byToldKw;
    const byPlanKw = storageWouldTakeKw({ counts }, planned);
    const later = counts === "net" && slotAt(horizon, atMs) > 0;
    return total + (later ? byPlanKw : Math.max(byToldKw, byPlanKw));
  }, 0);
