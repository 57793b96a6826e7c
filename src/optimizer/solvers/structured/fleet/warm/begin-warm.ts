import type { WarmSession, WarmStart } from "../../../../../domain/warm-start.js";
import { type Beginning, type Ground, loadOf, ownRows } from "../begin.js";
import { spread } from "../fleet-part.js";
import type { Car } from "../layout.js";
import { type Load, startCar, startLoad } from "../start.js";
import { startNetwork } from "../start-network.js";
import { fillAmongRows } from "./among-rows.js";
import { carRoom, putCar, takeCar } from "./car-room.js";
import { centre, workshopFor } from "./centre.js";
import { putKnownCar } from "./known-car.js";
import { networkHint } from "./network-hint.js";
import { recallDuals } from "./recall-duals.js";
import { slotsBefore } from "./slots-before.js";
import { isSound } from "./sound.js";

/**
 * Least share of the slots, and of the cars that can move, that must be known for a start to be worth it, and of
 * the sessions that must be cars of the fleet.
 */
const LEAST_KNOWN = 0.5;

type Known = ReadonlyMap<string, WarmSession>;

/** With a car that has just come the prices of the moment are others, and a start from the old ones gains nothing. */
const fits = (
  { formulation: { problem }, cars }: Ground,
  known: Known,
  before: readonly number[],
): boolean => {
  const moving = cars.all.filter(({ isIdle }) => !isIdle);
  const isKnown = ({ session }: Car): boolean => known.has(problem.sessions[session]?.id ?? "");
  const kept = moving.filter(isKnown);
  const common = before.filter((slot) => slot >= 0);
  return (
    moving.length > 0 &&
    cars.all.length >= LEAST_KNOWN * problem.sessions.length &&
    kept.length >= LEAST_KNOWN * moving.length &&
    moving.every((car) => car.firstSlot > 0 || isKnown(car)) &&
    common.length >= LEAST_KNOWN * before.length
  );
};

/**
 * Puts every car where it was, or if it is new where it would begin anew, and brings it to the central path at
 * the prices of its gate. False: a car comes to no numbers.
 */
const startCars = (
  ground: Ground,
  known: Known,
  { before, mu, load }: { before: readonly number[]; mu: number; load: Load },
): boolean => {
  const { formulation, cars, fleet } = ground;
  const car = carRoom(fleet);
  const shop = workshopFor(car);
  return cars.all.every(({ isIdle, number, session }) => {
    if (isIdle) return true;
    const own = known.get(formulation.problem.sessions[session]?.id ?? "");
    takeCar(fleet, number, car);
    if (own === undefined || !putKnownCar(car, own, { before, mu })) {
      startCar(fleet, number, load);
      takeCar(fleet, number, car);
    }
    if (!centre(car, mu, shop)) return false;
    putCar(fleet, number, car);
    return true;
  });
};

/**
 * Begins where the last solve was some way before its end: duals of the same time, every car on the central
 * path at these prices with what it has in its battery now, and the network as its cars then are. Null where
 * the snapshot is of something else, or is no snapshot at all.
 */
export const beginWarm = (ground: Ground, warm: WarmStart): Beginning | null => {
  if (!isSound(warm)) return null;
  const { formulation, arrow, fleet } = ground;
  const before = slotsBefore(formulation.problem.horizon, warm);
  const known = new Map(warm.sessions.map((session) => [session.id, session]));
  const duals = fits(ground, known, before) ? recallDuals(formulation, warm, before) : null;
  if (duals === null) return null;
  const y = Float64Array.from(arrow.order.subarray(ownRows(arrow)), (row) => duals[row]!);
  spread(fleet, y);
  const mu = warm.product;
  const load = loadOf(ground);
  const { under } = fleet.columns;
  const width = under.slice();
  if (!startCars(ground, known, { before, mu, load })) {
    // Whoever begins anew reads widths there.
    under.set(width);
    return null;
  }
  const values = startNetwork(formulation, startLoad(fleet, load));
  fillAmongRows(formulation, known, { before, values });
  return { y, hint: networkHint(ground, { values, duals, mu }) };
};
