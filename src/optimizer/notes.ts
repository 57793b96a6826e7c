import type { Problem } from "../domain/problem.js";
import { needKwh } from "./weights.js";
import type { Verification } from "./verify.js";

const NOTICEABLE_KW = 1e-6;

const stretch = (slots: readonly number[]): string =>
  slots.length === 1 ? `slot ${slots[0]}` : `slots ${slots[0]}–${slots.at(-1)}`;

const over = (limit: string, overKw: readonly number[]): string[] => {
  const slots = [...overKw.keys()].filter((slot) => (overKw[slot] ?? 0) > NOTICEABLE_KW);
  if (slots.length === 0) return [];
  const most = Math.max(...slots.map((slot) => overKw[slot] ?? 0));
  return [`${limit}: over by up to ${most.toFixed(2)} kW in ${slots.length} of ${stretch(slots)}`];
};

/** What a plan could not keep, named: node limits, fail-safe rows, targets beyond the battery. */
export const notesOf = (problem: Problem, sent: Verification): string[] => [
  ...problem.nodes.flatMap(({ id }, node) => over(`limit of node ${id}`, sent.overKw[node] ?? [])),
  ...problem.nodes.flatMap(({ id, failsafe }) =>
    over(
      `fail-safe of node ${id}, every car at rest`,
      failsafe?.headroomKw.map((headroom) => -headroom) ?? [],
    ),
  ),
  ...problem.sessions
    .filter(({ targetKwh, capacityKwh }) => targetKwh > capacityKwh + 1e-6)
    .map(
      ({ id, targetKwh, capacityKwh }) =>
        `session ${id}: the target ${targetKwh} kWh is above the capacity ${capacityKwh} kWh`,
    ),
];

/** Sessions whose shortfall is cheaper than energy: they would rather stay empty than pay. */
export const tooDear = (problem: Problem): string[] => {
  const dearest = Math.max(0, ...problem.meteringPoints.flatMap(({ buyPricePerKwh }) => buyPricePerKwh));
  return problem.sessions
    .filter((session) => !session.departsAfterHorizon)
    .filter(
      (session) =>
        ((100 * session.shortfallPerPercent) / needKwh(session)) * session.chargeEfficiency <= dearest,
    )
    .map(({ id }) => `session ${id}: its shortfall is priced below the dearest energy of the horizon`);
};
