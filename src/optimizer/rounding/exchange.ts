import { slotHours } from "../../domain/horizon.js";
import type { Problem, ProblemSession } from "../../domain/problem.js";
import { dischargeableKw, energiesOf, fullKwh, reachKwh, takesNothing } from "../battery.js";
import type { Powers } from "../contract.js";
import { at } from "../tree.js";

/** Power this near the end of a stretch of even price counts as being there, kW. */
const NEAR_KW = 1e-3;
/** Power and energy by which rounding may miss, kW and kWh. */
const NOTHING_KW = 1e-9;
const NOTHING_KWH = 1e-9;
/** An energy this near a turn of its price stands there: solvers are no more precise. */
const AT_TURN_KWH = 1e-5;
/** Exchanges that are looked at, so that the time is bounded on any machine alike. */
const MOST_TRIED = 1_000_000;

/** A car whose energy may be moved between slots, with its powers in one direction. */
interface Mover {
  readonly powerKw: number[];
  /** Least power that flows, kW. */
  readonly leastKw: number;
  /** Energy at the end of each slot, kWh, and what a kWh at the port adds to it. */
  readonly storedKwh: number[];
  readonly gain: number;
  /** Ends of the stretch of even price in which the power of a slot lies, kW. */
  readonly from: readonly number[];
  readonly to: readonly number[];
  /** Energies at which the price of energy turns, at the end of each slot, kWh, ascending. */
  readonly turns: readonly (readonly number[])[];
  /** Whether power is above (1) or below (−1) the one in force, slot by slot; 0 where change has no price. */
  readonly side: readonly number[];
}

/** Two cars at one node and two slots, the earlier first. */
interface Exchange {
  readonly one: Mover;
  readonly other: Mover;
  readonly early: number;
  readonly late: number;
  readonly hours: readonly number[];
}

/** The price of power turns at the power in force, where change is priced. */
const stretchAround = (power: number, most: number, turnKw: number): [number, number] => {
  if (turnKw <= 0 || turnKw >= most) return [0, most];
  return power < turnKw ? [0, turnKw] : [turnKw, most];
};

const turnsOf = (session: ProblemSession, hours: readonly number[]): number[][] => {
  const reach = reachKwh(session, hours);
  return hours.map((_, slot) =>
    [0, Math.min(session.reserveKwh, at(reach, slot + 1)), fullKwh(session)].sort((a, b) => a - b),
  );
};

/** Room until the next energy at which the price turns, kWh. */
const roomKwh = ({ storedKwh, turns }: Mover, slot: number, up: boolean): number => {
  const energy = at(storedKwh, slot);
  let room = 0;
  for (const turn of turns[slot] ?? []) {
    if (up && turn >= energy - AT_TURN_KWH) return Math.max(0, turn - energy);
    if (!up && turn <= energy + AT_TURN_KWH) room = Math.max(0, energy - turn);
  }
  return room;
};

/** Whether a car can take so much more energy at the port in the earlier slot, and as much less in the later. */
const canMove = (mover: Mover, { early, late, hours }: Exchange, kwh: number): boolean => {
  const { powerKw, from, to, gain } = mover;
  const earlier = at(powerKw, early) + kwh / at(hours, early);
  const later = at(powerKw, late) - kwh / at(hours, late);
  if (earlier < at(from, early) - NOTHING_KW || earlier > at(to, early) + NOTHING_KW) return false;
  if (later < at(from, late) - NOTHING_KW || later > at(to, late) + NOTHING_KW) return false;
  const stored = Math.abs(gain * kwh) - NOTHING_KWH;
  for (let slot = early; slot < late; slot++) if (roomKwh(mover, slot, gain * kwh > 0) < stored) return false;
  return true;
};

const move = ({ powerKw, storedKwh, gain }: Mover, { early, late, hours }: Exchange, kwh: number): void => {
  powerKw[early] = Math.max(0, at(powerKw, early) + kwh / at(hours, early));
  powerKw[late] = Math.max(0, at(powerKw, late) - kwh / at(hours, late));
  for (let slot = early; slot < late; slot++) storedKwh[slot] = at(storedKwh, slot) + gain * kwh;
};

const isPartial = ({ powerKw, from, to }: Mover, slot: number): boolean =>
  at(powerKw, slot) > at(from, slot) + NEAR_KW && at(powerKw, slot) < at(to, slot) - NEAR_KW;

const isSmall = (power: number, leastKw: number): boolean => power > NEAR_KW && power < leastKw - NEAR_KW;

/** How many of the four powers are below the least, once so much is moved to the earlier slot of the first car. */
const smallAfter = ({ one, other, early, late, hours }: Exchange, kwh: number): number => {
  const [earlyKw, lateKw] = [kwh / at(hours, early), kwh / at(hours, late)];
  return (
    Number(isSmall(at(one.powerKw, early) + earlyKw, one.leastKw)) +
    Number(isSmall(at(one.powerKw, late) - lateKw, one.leastKw)) +
    Number(isSmall(at(other.powerKw, early) - earlyKw, other.leastKw)) +
    Number(isSmall(at(other.powerKw, late) + lateKw, other.leastKw))
  );
};

/** Amounts that bring one of the four powers to nothing, to the least or to the end of its stretch, kWh. */
const amounts = ({ one, other, early, late, hours }: Exchange): number[] => {
  const found: number[] = [];
  const add = (mover: Mover, slot: number, sign: 1 | -1): void => {
    for (const wantedKw of [0, mover.leastKw, at(mover.to, slot)])
      found.push(sign * (wantedKw - at(mover.powerKw, slot)) * at(hours, slot));
  };
  add(one, early, 1);
  add(one, late, -1);
  add(other, early, -1);
  add(other, late, 1);
  return found;
};

/** One car takes in the earlier slot what the other takes in the later, where fewer powers are small then. */
const exchange = (pair: Exchange): void => {
  const { one, other, early, late } = pair;
  if (at(one.side, early) - at(one.side, late) !== at(other.side, early) - at(other.side, late)) return;
  let [best, small] = [0, smallAfter(pair, 0)];
  for (const kwh of amounts(pair)) {
    const then = smallAfter(pair, kwh);
    if (then < small && canMove(one, pair, kwh) && canMove(other, pair, -kwh)) [best, small] = [kwh, then];
  }
  if (best === 0) return;
  move(one, pair, best);
  move(other, pair, -best);
};

/** Exchanges away the small powers of the cars at one node, as far as others can take part. */
const exchangeSmall = (
  movers: readonly Mover[],
  hours: readonly number[],
  budget: { left: number },
): void => {
  const partial = hours.map((_, slot) => movers.filter((mover) => isPartial(mover, slot)));
  for (const one of movers)
    for (const slot of hours.keys())
      for (let second = 0; second < hours.length; second++) {
        if (!isSmall(at(one.powerKw, slot), one.leastKw) || !isPartial(one, slot)) break;
        if (second === slot || !isPartial(one, second)) continue;
        const [early, late] = [Math.min(slot, second), Math.max(slot, second)];
        for (const other of partial[slot] ?? []) {
          if (other === one || !isPartial(other, second) || !isPartial(other, slot)) continue;
          if (budget.left-- <= 0) return;
          exchange({ one, other, early, late, hours });
          if (!isPartial(one, slot) || !isPartial(one, second)) break;
        }
      }
};

/** Cars on the same phases of the same node: what one gives another takes, and no sum anywhere changes. */
const membersOf = ({ sessions }: Problem): number[][] => {
  const alike = new Map<string, number[]>();
  for (const [index, { nodeId, phases, phasesKnown }] of sessions.entries()) {
    const where = JSON.stringify([nodeId, phases.toSorted((a, b) => a - b), phasesKnown]);
    const members = alike.get(where);
    if (members === undefined) alike.set(where, [index]);
    else members.push(index);
  }
  return [...alike.values()];
};

/**
 * The same plan with fewer powers below the least. Wherever two cars on the same phases of a node both have
 * powers in two slots that are neither nothing nor all they may, one can take earlier what the other takes
 * later: no node's power changes in any slot, no car's energy at departure, and no price: within stretches of
 * even price what one car pays more for time or change the other pays less. Urgent and tapering cars are left
 * alone. Optimal plans often differ by nothing else, and interior points end in the middle of them. Returns new
 * powers, kW.
 */
export const withoutSmall = (problem: Problem, powers: Powers): Powers => {
  const hours = problem.horizon.startsMs.map((_, slot) => slotHours(problem.horizon, slot));
  const inForce = new Map(problem.previous?.map(({ sessionId, powerKw }) => [sessionId, powerKw]));
  const chargeKw = powers.chargeKw.map((row) => [...row]);
  const dischargeKw = powers.dischargeKw.map((row) => [...row]);
  const storedKwh = problem.sessions.map((session, index) =>
    energiesOf(session, {
      chargeKw: chargeKw[index] ?? [],
      dischargeKw: dischargeKw[index] ?? [],
      hours,
    }).slice(1),
  );
  const turns = problem.sessions.map((session) => turnsOf(session, hours));
  const moverOf = (index: number, sign: 1 | -1): Mover | null => {
    const session = problem.sessions[index];
    if (session === undefined || takesNothing(session)) return null;
    // An urgent car's slots, and powers at a taper, have prices of their own.
    if (session.urgency === "now" || session.taper !== null) return null;
    const most = sign > 0 ? session.maxChargeKw : dischargeableKw(session);
    if (most <= 0) return null;
    const powerKw = (sign > 0 ? chargeKw : dischargeKw)[index] ?? [];
    const before = problem.penalties.changePerKwh > 0 ? inForce.get(session.id) : undefined;
    const ends = powerKw.map((power, slot) => stretchAround(power, most, sign * at(before, slot)));
    return {
      powerKw,
      leastKw: sign > 0 ? session.minChargeKw : session.minDischargeKw,
      storedKwh: storedKwh[index] ?? [],
      gain: sign > 0 ? session.chargeEfficiency : -1 / session.dischargeEfficiency,
      from: ends.map(([from]) => from),
      to: ends.map(([, to]) => to),
      turns: turns[index] ?? [],
      side: ends.map(([from], slot) => (before === undefined ? 0 : from < sign * at(before, slot) ? -1 : 1)),
    };
  };
  const budget = { left: MOST_TRIED };
  for (const members of membersOf(problem))
    for (const sign of [1, -1] as const) {
      const movers = members.map((index) => moverOf(index, sign)).filter((mover) => mover !== null);
      exchangeSmall(movers, hours, budget);
    }
  return { chargeKw, dischargeKw };
};
