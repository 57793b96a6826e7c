import { reservedKw, roomNowKw, switchTo } from "../dispatch/phase-switch.js";
import { scheduledKw } from "../domain/draw.js";
import type { PlanOutcome } from "../domain/plan.js";
import type { Problem } from "../domain/problem.js";
import type { Site } from "../domain/site.js";
import { type PresentCar, presentCars } from "../planning/present-cars.js";
import type { SiteParts } from "./cycle.js";
import { capabilitiesOf } from "./capabilities.js";

/** Drawn beyond what one phase was told, it draws on more. */
const MORE_THAN_ONE = 1.5;

/** After a plan: piles whose cars it has nothing for on three phases are switched to one, and back; then planned anew. */
export const switchPhases = (
  parts: SiteParts,
  site: Site,
  { problem, outcome }: { readonly problem: Problem; readonly outcome: PlanOutcome },
): void => {
  if (outcome.status === "invalid" || !parts.settings.steer) return;
  const { keeper, clock, log } = parts;
  const plans = new Map(outcome.plan.sessions.map((plan) => [plan.sessionId, plan]));
  const atMs = clock.now();
  const { steered } = presentCars({ site, fleet: keeper.state });
  const reserved = new Map<string, number>();
  const reserve = ({ config, session }: PresentCar, evse: PresentCar["evse"]): void => {
    const kw = reservedKw(config, evse, atMs);
    if (kw !== null) reserved.set(session.id, kw);
  };
  for (const car of steered) reserve(car, car.evse);
  for (const car of steered) {
    const plan = plans.get(car.session.id);
    if (plan === undefined || !maySwitch(parts, car)) continue;
    const roomKw = roomNowKw(problem, plans, reserved, car.session.id);
    const to = switchTo({ config: car.config, evse: car.evse, plan, roomKw, nowMs: atMs });
    if (to === null) continue;
    const { stationId, evseId } = car.session;
    log.info({ stationId, evseId, to, roomKw }, "phases are switched");
    keeper.apply({ kind: "phases-switched", stationId, evseId, atMs, to });
    // Whoever comes next in this pass sees the room that is left: no plan of this switch is made yet.
    reserve(car, { ...car.evse, switched: { to, sinceMs: atMs } });
    parts.planAgain();
  }
};

/** A pause and what follows are two periods, which hold each for their time. */
const maySwitch = ({ keeper }: SiteParts, { station, evse }: PresentCar): boolean => {
  const { switchesPhases, oneValue, maxPeriods } = capabilitiesOf(keeper.state, station.id);
  return switchesPhases === true && oneValue !== true && maxPeriods > 1 && evse.probe == null;
};

/**
 * A station that refused one phase, or draws on three all the same, does not switch: it is charged as it is wired, and
 * not switched again.
 */
export const dropFailedSwitches = (parts: SiteParts, site: Site): void => {
  const { keeper, clock, log, quirks } = parts;
  const atMs = clock.now();
  const { steered, fixed } = presentCars({ site, fleet: keeper.state });
  for (const car of [...steered, ...fixed]) {
    if (!hasFailed(car, atMs)) continue;
    const { stationId, evseId } = car.session;
    log.warn({ stationId, evseId }, "a station does not switch its phases");
    quirks?.learn(stationId, { phaseSwitching: false });
    keeper.apply({ kind: "phases-switched", stationId, evseId, atMs, to: null });
    // What it was told was told for one phase: it is told anew, and counts with what it drew until its meter shows less.
    keeper.apply({ kind: "following", stationId, evseId, atMs, sinceMs: null, isTry: true });
  }
};

const hasFailed = ({ evse }: PresentCar, atMs: number): boolean => {
  const { switched, refusedMs, notFollowingSinceMs, sample, held } = evse;
  if (switched?.to !== 1) return false;
  if (refusedMs !== null && refusedMs >= switched.sinceMs) return true;
  const toldKw = held === null ? null : scheduledKw(held, atMs);
  const isDeaf = notFollowingSinceMs !== null && notFollowingSinceMs >= switched.sinceMs;
  return isDeaf && toldKw !== null && (sample?.powerKw ?? 0) > MORE_THAN_ONE * toldKw;
};
