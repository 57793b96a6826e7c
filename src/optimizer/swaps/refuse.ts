import type { ShortfallCause } from "../../domain/plan.js";
import type { Problem } from "../../domain/problem.js";
import type { SwapStation } from "../../domain/swap-station.js";
import { largest, smallest } from "../../domain/units.js";
import { type PlannedPowers, shortfallCauses } from "../shortfall.js";
import { carsOf, withStorages } from "../storages.js";
import { at, treeOf } from "../tree.js";
import { weighted } from "../weighted.js";
import { weightsOf } from "../weights.js";
import { FULL_KWH, lineOf, stationOf } from "./visits.js";

/** A battery that the plan does not lend although it is asked for, since it could not be full. */
export interface Refusal {
  readonly stationId: string;
  readonly slot: number;
  /** What took most of the energy that it would have lacked; null: next to nothing was lacking. */
  readonly cause: ShortfallCause | null;
}

interface Short {
  readonly index: number;
  readonly slot: number;
  readonly missingKwh: number;
}

/** Batteries of a station that are lent and not full then. */
const shortAt = (problem: Problem, station: SwapStation, { shortfallKwh }: PlannedPowers): Short[] =>
  problem.sessions.flatMap((session, index) => {
    const missingKwh = at(shortfallKwh, index);
    const isShort = !session.departsAfterHorizon && missingKwh > FULL_KWH;
    return isShort && stationOf(problem, session) === station
      ? [{ index, slot: session.endSlot, missingKwh }]
      : [];
  });

/** Those that lack most first, of these the earliest: all that come later in the line gain by it. */
const worstFirst = (a: Short, b: Short): number =>
  Math.round(1e3 * b.missingKwh) - Math.round(1e3 * a.missingKwh) || a.slot - b.slot || a.index - b.index;

/** As many as what is missing would fill, at least one. */
const nextToRefuse = (station: SwapStation, shorts: readonly Short[]): Short[] => {
  const missingKwh = shorts.reduce((total, one) => total + one.missingKwh, 0);
  const whole = Math.floor(missingKwh / (station.fullKwh - station.returnedKwh) + 1e-6);
  return shorts.toSorted(worstFirst).slice(0, Math.max(1, whole));
};

/** Fewer than are accepted in each slot, however many more than there are batteries are asked for. */
const withRefused = (station: SwapStation, slots: readonly number[]): SwapStation => {
  const { accepted } = lineOf(station, station.demand.length);
  return {
    ...station,
    refused: station.demand.map((asked, slot) => {
      const more = slots.filter((one) => one === slot).length;
      return more === 0 ? at(station.refused ?? [], slot) : asked - (at(accepted, slot) - more);
    }),
  };
};

/**
 * The problem with some of the batteries refused that a plan lends short of full: what is missing of several is
 * taken to be missing of few. Whoever is behind them in the line has their batteries then, and more time. null
 * where every battery that is lent is full.
 */
export const refuseSome = (
  problem: Problem,
  plan: PlannedPowers,
): { problem: Problem; refusals: Refusal[] } | null => {
  const chosen = problem.swapStations.map((station) =>
    nextToRefuse(station, shortAt(problem, station, plan)),
  );
  if (chosen.every(({ length }) => length === 0)) return null;
  const causes = shortfallCauses(problem, plan);
  const cars = carsOf(problem);
  return {
    problem: withStorages({
      ...problem,
      sessions: cars,
      swapStations: problem.swapStations.map((station, number) => {
        const slots = (chosen[number] ?? []).map(({ slot }) => slot);
        return slots.length === 0 ? station : withRefused(station, slots);
      }),
    }),
    refusals: problem.swapStations.flatMap(({ id }, number) =>
      (chosen[number] ?? []).map(({ index, slot }) => ({
        stationId: id,
        slot,
        cause: causes[index] ?? null,
      })),
    ),
  };
};

/**
 * Whether what the relaxation proves also holds for plans that refuse: they keep a battery that the relaxation
 * gives away as it is, for its share of the price. Each battery behind it may then lack what the one before it has
 * more, all together what is kept, at that price, as long as a kWh at the end is worth no more, nothing is given
 * back, no power of its batteries is in force and none has less than what is brought back.
 */
export const holdsForRefusals = (problem: Problem, refusals: readonly Refusal[]): boolean => {
  const tree = treeOf(problem);
  const meters = tree.nodeOfSession.map((node) => at(tree.meterOfNode, node));
  const { shortPerKwh } = weightsOf(weighted(problem), meters);
  return problem.swapStations.every((station) => {
    if (refusals.every(({ stationId }) => stationId !== station.id)) return true;
    const own = [...problem.sessions.entries()].filter(
      ([, session]) => stationOf(problem, session) === station,
    );
    const prices = (stays: boolean): number[] =>
      own
        .filter(([, { departsAfterHorizon }]) => departsAfterHorizon === stays)
        .map(([index]) => at(shortPerKwh, index));
    return (
      station.maxDischargeKw === 0 &&
      station.energiesKwh.every((kwh) => kwh >= station.returnedKwh) &&
      (problem.previous ?? []).every(({ sessionId }) => stationOf(problem, { id: sessionId }) !== station) &&
      largest(prices(true), 0) <= smallest(prices(false))
    );
  });
};
