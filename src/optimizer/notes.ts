import type { Problem } from "../domain/problem.js";
import { needKwh } from "./weights.js";
import type { Verification } from "./verify.js";

/** Violations and kW up to here are rounding. */
const TOLERANCE = 1e-6;

const stretch = (slots: readonly number[]): string =>
  slots.length === 1 ? `slot ${slots[0]}` : `slots ${slots[0]}–${slots.at(-1)}`;

const over = (limit: string, overKw: readonly number[]): string[] => {
  const slots = [...overKw.keys()].filter((slot) => (overKw[slot] ?? 0) > TOLERANCE);
  if (slots.length === 0) return [];
  const most = Math.max(...slots.map((slot) => overKw[slot] ?? 0));
  return [
    `${limit}: over by up to ${most.toFixed(2)} kW in ${slots.length === 1 ? "" : `${slots.length} of `}${stretch(slots)}`,
  ];
};

/** Own bounds of a session that a rule without regard for limits breaks: `chargeKw minimum`, in which slots. */
const ownBounds = (problem: Problem, { violations }: Verification): string[] => {
  const broken = new Map<string, number[]>();
  for (const { place, amount } of violations) {
    const [, session, bound, slot, minimum = ""] =
      /^sessions\[(\d+)\]\.(\w+)(?:\[(\d+)\])?( minimum)?$/.exec(place) ?? [];
    if (session === undefined || amount <= TOLERANCE) continue;
    const name = `session ${problem.sessions[Number(session)]?.id}: ${bound}${minimum} not kept`;
    broken.set(name, [...(broken.get(name) ?? []), ...(slot === undefined ? [] : [Number(slot)])]);
  }
  return [...broken].map(([name, slots]) => (slots.length === 0 ? name : `${name} in ${stretch(slots)}`));
};

/** What a plan could not keep, named: node limits, fail-safe rows, a car's own bounds, targets beyond the battery. */
export const notesOf = (problem: Problem, sent: Verification): string[] => [
  ...problem.nodes.flatMap(({ id }, node) => over(`limit of node ${id}`, sent.overKw[node] ?? [])),
  ...problem.nodes.flatMap(({ id, failsafe }) =>
    over(
      `fail-safe of node ${id}, every car at rest`,
      failsafe?.headroomKw.map((headroom) => -headroom) ?? [],
    ),
  ),
  ...problem.nodes.flatMap(({ id }, node) =>
    over(`fail-safe of node ${id}`, sent.failsafeOverKw[node] ?? []),
  ),
  ...ownBounds(problem, sent),
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
