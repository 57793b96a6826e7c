import { type Horizon, slotEndMs } from "../domain/horizon.js";
import type { Plan, SessionPlan } from "../domain/plan.js";
import { type EpochMs, hours, largest } from "../domain/units.js";

/** Differences below this are the optimizer's choice between equals, kWh. */
const WORTH_TELLING_KWH = 0.25;

/** What a session gets between now and a moment, net, at the port, kWh. */
export const energyUntil = (
  { horizon }: Pick<Plan, "horizon">,
  { chargeKw, dischargeKw }: Pick<SessionPlan, "chargeKw" | "dischargeKw">,
  untilMs: EpochMs,
): number =>
  horizon.startsMs.reduce((kwh, startMs, slot) => {
    const endMs = Math.min(untilMs, slotEndMs(horizon, slot));
    const kw = (chargeKw[slot] ?? 0) - (dischargeKw[slot] ?? 0);
    return endMs <= startMs ? kwh : kwh + kw * hours(endMs - startMs);
  }, 0);

/** Who gets less by one plan than by another: until a moment, and at all. */
export const whoWaits = (
  before: Plan,
  after: Plan,
  untilMs: EpochMs,
): { readonly sessionId: string; readonly laterKwh: number; readonly missingKwh: number }[] => {
  const then = new Map(before.sessions.map((session) => [session.sessionId, session]));
  return after.sessions.flatMap((session) => {
    const was = then.get(session.sessionId);
    if (was === undefined) return [];
    const lessKwh = energyUntil(before, was, untilMs) - energyUntil(after, session, untilMs);
    const missingKwh = Math.max(0, session.shortfallKwh - was.shortfallKwh);
    if (lessKwh < WORTH_TELLING_KWH && missingKwh < WORTH_TELLING_KWH) return [];
    return [{ sessionId: session.sessionId, laterKwh: Math.max(0, lessKwh), missingKwh }];
  });
};

/** Mean price of what a plan gives a session, per kWh; null: it gives nothing. */
export const meanPricePerKwh = (
  { horizon }: Pick<Plan, "horizon">,
  { chargeKw }: Pick<SessionPlan, "chargeKw">,
  pricePerKwh: readonly number[],
): number | null => {
  let [kwh, cost] = [0, 0];
  for (const [slot, startMs] of horizon.startsMs.entries()) {
    const here = (chargeKw[slot] ?? 0) * hours(slotEndMs(horizon, slot) - startMs);
    kwh += here;
    cost += here * (pricePerKwh[slot] ?? 0);
  }
  return kwh > 0 ? cost / kwh : null;
};

/** The dearest price in any slot that begins before a moment, per kWh; the first slot counts in any case. */
export const dearestPricePerKwh = (
  { startsMs }: Horizon,
  pricePerKwh: readonly number[],
  untilMs: EpochMs,
): number =>
  largest(
    pricePerKwh.filter((_, slot) => (startsMs[slot] ?? Infinity) < untilMs),
    pricePerKwh[0] ?? 0,
  );
