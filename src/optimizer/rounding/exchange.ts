import { slotHours } from "../../domain/horizon.js";
import type { Problem, ProblemSession } from "../../domain/problem.js";
import { dischargeableKw, energiesOf, fullKwh, reachKwh, takesNothing } from "../battery.js";
import type { Powers } from "../contract.js";
import { at } from "../tree.js";
import { UNWATCHED, type Watch } from "./watch.js";

/** Power this near the end of a stretch of even price counts as being there, kW. */
const NEAR_KW = 1e-3;
/** Energy by which rounding may miss, kWh. */
const NOTHING_KWH = 1e-10;
/** An energy this near a turn of its price stands there: solvers are no more precise. */
const AT_TURN_KWH = 1e-5;
/** Exchanges that are looked at per session, and on a small site, so that the time is bounded on any machine alike. */
const MOST_TRIED = 500;
const LEAST_TRIED = 1_000_000;

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
  /** The price of energy turns at 0, at the reserve as far as it could be reached, slot by slot, and where the battery is full, kWh. */
  readonly reserveKwh: readonly number[];
  readonly fullKwh: number;
  /** Room until the next of them, up and down, at the end of each slot, kWh. */
  readonly upKwh: number[];
  readonly downKwh: number[];
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

/** The reserve at the end of each slot, or what could have been reached of it, kWh. */
const reservesOf = (session: ProblemSession, hours: readonly number[]): number[] =>
  reachKwh(session, hours)
    .slice(1)
    .map((reach) => Math.min(session.reserveKwh, reach));

/** Room until the next energy at which the price turns, kWh. */
const roomUp = (energy: number, reserve: number, full: number): number => {
  const least = energy - AT_TURN_KWH;
  const turn = least <= 0 ? 0 : least <= reserve ? reserve : full;
  return Math.max(0, turn - energy);
};

const roomDown = (energy: number, reserve: number, full: number): number => {
  const most = energy + AT_TURN_KWH;
  if (most < 0) return 0;
  const turn = most >= full ? full : most >= reserve ? reserve : 0;
  return Math.max(0, energy - turn);
};

/** Whether the battery can take so much more energy at the port from the earlier slot to the later. */
const canStore = (
  { gain, upKwh, downKwh }: Mover,
  { early, late }: Pick<Exchange, "early" | "late">,
  kwh: number,
): boolean => {
  const stored = Math.abs(gain * kwh) - NOTHING_KWH;
  const room = gain * kwh > 0 ? upKwh : downKwh;
  for (let slot = early; slot < late; slot++) if (room[slot]! < stored) return false;
  return true;
};

const move = (mover: Mover, { early, late, hours }: Exchange, kwh: number): void => {
  const { powerKw, storedKwh, reserveKwh, upKwh, downKwh, gain } = mover;
  powerKw[early] = Math.max(0, at(powerKw, early) + kwh / at(hours, early));
  powerKw[late] = Math.max(0, at(powerKw, late) - kwh / at(hours, late));
  for (let slot = early; slot < late; slot++) {
    const energy = at(storedKwh, slot) + gain * kwh;
    storedKwh[slot] = energy;
    upKwh[slot] = roomUp(energy, at(reserveKwh, slot), mover.fullKwh);
    downKwh[slot] = roomDown(energy, at(reserveKwh, slot), mover.fullKwh);
  }
};

const isPartial = ({ powerKw, from, to }: Mover, slot: number): boolean => {
  const power = powerKw[slot]!;
  return power > from[slot]! + NEAR_KW && power < to[slot]! - NEAR_KW;
};

const isSmall = (power: number, leastKw: number): boolean => power > NEAR_KW && power < leastKw - NEAR_KW;

/** How many of the four powers are below the least, once so much is moved to the earlier slot of the first car. */
const smallAfter = ({ one, other, early, late, hours }: Exchange, kwh: number): number => {
  const earlyKw = kwh / hours[early]!;
  const lateKw = kwh / hours[late]!;
  return (
    Number(isSmall(one.powerKw[early]! + earlyKw, one.leastKw)) +
    Number(isSmall(one.powerKw[late]! - lateKw, one.leastKw)) +
    Number(isSmall(other.powerKw[early]! - earlyKw, other.leastKw)) +
    Number(isSmall(other.powerKw[late]! + lateKw, other.leastKw))
  );
};

/**
 * One car takes in the earlier slot what the other takes in the later, where fewer powers are small then: as
 * much as brings one of the four powers to nothing, to the least or to the end of its stretch.
 */
const exchange = (pair: Exchange): void => {
  const { one, other, early, late, hours } = pair;
  if (one.side[early]! - one.side[late]! !== other.side[early]! - other.side[late]!) return;
  const [earlyH, lateH] = [hours[early]!, hours[late]!];
  const low = Math.max(
    (one.from[early]! - one.powerKw[early]!) * earlyH,
    (one.powerKw[late]! - one.to[late]!) * lateH,
    (other.powerKw[early]! - other.to[early]!) * earlyH,
    (other.from[late]! - other.powerKw[late]!) * lateH,
  );
  const high = Math.min(
    (one.to[early]! - one.powerKw[early]!) * earlyH,
    (one.powerKw[late]! - one.from[late]!) * lateH,
    (other.powerKw[early]! - other.from[early]!) * earlyH,
    (other.to[late]! - other.powerKw[late]!) * lateH,
  );
  let best = 0;
  let small = smallAfter(pair, 0);
  const offer = (kwh: number): void => {
    if (kwh < low - NOTHING_KWH || kwh > high + NOTHING_KWH) return;
    const then = smallAfter(pair, kwh);
    if (then >= small || !canStore(one, pair, kwh) || !canStore(other, pair, -kwh)) return;
    best = kwh;
    small = then;
  };
  const bring = ({ powerKw, leastKw, to }: Mover, slot: number, kwhPerKw: number): void => {
    offer(-powerKw[slot]! * kwhPerKw);
    offer((leastKw - powerKw[slot]!) * kwhPerKw);
    offer((to[slot]! - powerKw[slot]!) * kwhPerKw);
  };
  bring(one, early, earlyH);
  bring(one, late, -lateH);
  bring(other, early, -earlyH);
  bring(other, late, lateH);
  if (best === 0) return;
  move(one, pair, best);
  move(other, pair, -best);
};

/**
 * Exchanges away the small powers of the cars at one node, as far as others can take part and time is left;
 * every exchange leaves a plan that is as good as before.
 */
const exchangeSmall = (
  movers: readonly Mover[],
  hours: readonly number[],
  { budget, watch }: { budget: { left: number }; watch: Watch },
): void => {
  const partial = hours.map((_, slot) => movers.filter((mover) => isPartial(mover, slot)));
  for (const one of movers) {
    watch.onSession();
    if (watch.isLate()) return;
    for (const slot of hours.keys())
      for (let second = 0; second < hours.length; second++) {
        if (!isSmall(one.powerKw[slot]!, one.leastKw) || !isPartial(one, slot)) break;
        if (second === slot || !isPartial(one, second)) continue;
        const [early, late] = [Math.min(slot, second), Math.max(slot, second)];
        for (const other of partial[slot] ?? []) {
          if (other === one || !isPartial(other, second) || !isPartial(other, slot)) continue;
          if (budget.left-- <= 0) return;
          exchange({ one, other, early, late, hours });
          if (!isPartial(one, slot) || !isPartial(one, second)) break;
        }
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
export const withoutSmall = (problem: Problem, powers: Powers, watch: Watch = UNWATCHED): Powers => {
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
  const moverOf = (index: number, sign: 1 | -1): Mover | null => {
    const session = problem.sessions[index];
    if (session === undefined || takesNothing(session)) return null;
    // An urgent car's slots, and powers at a taper, have prices of their own.
    if (session.urgency === "now" || session.taper !== null) return null;
    const most = sign > 0 ? session.maxChargeKw : dischargeableKw(session);
    if (most <= 0) return null;
    const [stored, reserves, full] = [storedKwh[index] ?? [], reservesOf(session, hours), fullKwh(session)];
    const powerKw = (sign > 0 ? chargeKw : dischargeKw)[index] ?? [];
    const before = problem.penalties.changePerKwh > 0 ? inForce.get(session.id) : undefined;
    const ends = powerKw.map((power, slot) => stretchAround(power, most, sign * at(before, slot)));
    return {
      powerKw,
      leastKw: sign > 0 ? session.minChargeKw : session.minDischargeKw,
      storedKwh: stored,
      upKwh: stored.map((energy, slot) => roomUp(energy, at(reserves, slot), full)),
      downKwh: stored.map((energy, slot) => roomDown(energy, at(reserves, slot), full)),
      gain: sign > 0 ? session.chargeEfficiency : -1 / session.dischargeEfficiency,
      from: ends.map(([from]) => from),
      to: ends.map(([, to]) => to),
      reserveKwh: reserves,
      fullKwh: full,
      side: ends.map(([from], slot) => (before === undefined ? 0 : from < sign * at(before, slot) ? -1 : 1)),
    };
  };
  const budget = { left: Math.max(LEAST_TRIED, MOST_TRIED * problem.sessions.length) };
  for (const members of membersOf(problem))
    for (const sign of [1, -1] as const) {
      const movers = members.map((index) => moverOf(index, sign)).filter((mover) => mover !== null);
      exchangeSmall(movers, hours, { budget, watch });
    }
  return { chargeKw, dischargeKw };
};
