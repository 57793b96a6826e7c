import type { Plan, SessionPlan, ShortfallCause } from "../domain/plan.js";
import type { Problem } from "../domain/problem.js";
import { largest, sum } from "../domain/units.js";
import type { Verification } from "./verify.js";
import { carsOf } from "./storages.js";
import { at, treeOf } from "./tree.js";
import { weighted } from "./weighted.js";
import { demandPerKwh, needKwh } from "./weights.js";

/** Violations and kW up to here are rounding. */
const TOLERANCE = 1e-6;

const stretch = (slots: readonly number[]): string =>
  slots.length === 1 ? `slot ${slots[0]}` : `slots ${slots[0]}–${slots.at(-1)}`;

interface Over {
  /** `import limit of node feeder`. */
  readonly limit: string;
  /** How the places begin of what of it could have been kept; null: who breaks it is said, or plain. */
  readonly places: readonly string[] | null;
}

/** A limit that is broken, and whether whatever the cars do. */
const over = (
  { limit, places }: Over,
  overKw: readonly number[],
  violations: Verification["violations"],
): string[] => {
  const slots = [...overKw.keys()].filter((slot) => (overKw[slot] ?? 0) > TOLERANCE);
  if (slots.length === 0) return [];
  const most = Math.max(...slots.map((slot) => overKw[slot] ?? 0));
  const isAlone =
    places !== null &&
    !violations.some(
      ({ place, amount }) => amount > TOLERANCE && places.some((start) => place.startsWith(start)),
    );
  const when = `${slots.length === 1 ? "" : `${slots.length} of `}${stretch(slots)}`;
  return [
    `${limit}: over by up to ${most.toFixed(2)} kW in ${when}${isAlone ? ", whatever the cars do" : ""}`,
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
    const slots = broken.get(name) ?? [];
    if (slot !== undefined) slots.push(Number(slot));
    broken.set(name, slots);
  }
  return [...broken].map(([name, slots]) => (slots.length === 0 ? name : `${name} in ${stretch(slots)}`));
};

/** What a plan could not keep, named: node limits, fail-safe rows, a car's own bounds. */
export const notesOf = (problem: Problem, sent: Verification): string[] => {
  const resting = problem.nodes.map(
    ({ failsafe }) => failsafe?.headroomKw.map((headroom) => -headroom) ?? [],
  );
  const kinds: readonly Kind[] = [
    { before: "limit", overKw: sent.overKw, fields: ["importLimitKw", "exportLimitKw"] },
    { before: "phase limit", overKw: sent.phaseOverKw, fields: ["phaseLimitKw"] },
    {
      before: "voltage",
      after: ", as load at its feeder",
      overKw: sent.voltageOverKw,
      fields: ["voltageLimits.minPu", "voltageLimits.maxPu"],
    },
    { before: "fail-safe", after: ", every car at rest", overKw: resting, fields: null },
    { before: "fail-safe", overKw: sent.failsafeOverKw, fields: null },
  ];
  return [
    ...kinds.flatMap(({ before, after = "", overKw, fields }) =>
      problem.nodes.flatMap(({ id }, node) => {
        const places = fields?.map((field) => `nodes[${node}].${field}[`) ?? null;
        return over(
          { limit: `${before} of node ${id}${after}`, places },
          overKw[node] ?? [],
          sent.violations,
        );
      }),
    ),
    ...crowdedPiles(problem, sent),
    ...ownBounds(problem, sent),
  ];
};

/** A kind of limit of nodes, as it is named before and after the node. */
interface Kind {
  readonly before: string;
  readonly after?: string;
  readonly overKw: readonly (readonly number[])[];
  /** Of a node, whose violations could have been avoided; null: who breaks it is said, or plain. */
  readonly fields: readonly string[] | null;
}

/** Exclusive piles that serve more than one car at once, or leave no time for the hand-over. */
const crowdedPiles = (problem: Problem, { violations }: Verification): string[] => {
  const slots = new Map<number, number[]>();
  for (const { place, amount } of violations) {
    const [, node, slot] = /^nodes\[(\d+)\]\.exclusive\[(\d+)\]$/.exec(place) ?? [];
    if (node === undefined || amount <= TOLERANCE) continue;
    slots.set(Number(node), [...new Set([...(slots.get(Number(node)) ?? []), Number(slot)])]);
  }
  return [...slots].map(
    ([node, found]) =>
      `pile ${problem.nodes[node]?.id}: not one car at a time in ${found.length === 1 ? "" : `${found.length} of `}${stretch(found)}`,
  );
};

const rounded = (value: number): number => Number(value.toFixed(2));

/** What stands against energy that is missing, in words. */
export const clash = (cause: ShortfallCause): string => {
  if (cause.key === "battery-too-small")
    return `the battery holds no more than ${rounded(cause.capacityKwh)} kWh`;
  if (cause.key === "battery-tapers")
    return "the battery takes less and less the fuller it is, and the stay is too short for that";
  if (cause.key === "stay-too-short")
    return `the stay is too short, even at ${rounded(cause.maxChargeKw)} kW all the time${besidesText(cause)}`;
  if (cause.key === "pile-taken") return `other cars have the pile ${cause.nodeId}`;
  if (cause.key === "limited-from-outside") return `a limit at station ${cause.stationId} leaves no more`;
  if (cause.key === "limited-by-car") return "the car takes no more by its own schedule";
  if (cause.key === "not-planned") return "nothing stands against it but price or the rule";
  return cause.eventId === null
    ? `node ${cause.nodeId} has no room for more`
    : `event ${cause.eventId} leaves no room for more at node ${cause.nodeId}`;
};

const besidesText = ({ besides }: Extract<ShortfallCause, { key: "stay-too-short" }>): string =>
  besides === undefined ? "" : `; ${rounded(besides.kwh)} kWh of it as ${clash(besides.cause)}`;

/** A note names this many sessions, and counts the others. */
const MOST_NAMES = 5;

const sessionsText = (ids: readonly string[]): string => {
  const names = ids.slice(0, MOST_NAMES).join(", ");
  const others = ids.length > MOST_NAMES ? ` and ${ids.length - MOST_NAMES} more` : "";
  return `${ids.length === 1 ? "session" : "sessions"} ${names}${others}`;
};

const shortfallNote = (why: string, sessions: readonly SessionPlan[]): string => {
  const kwh = sum(sessions.map(({ shortfallKwh }) => shortfallKwh)).toFixed(2);
  const who = sessionsText(sessions.map(({ sessionId }) => sessionId));
  return `${who}: ${kwh} kWh will be missing: ${why}`;
};

/** What is short of the targets, by what clashes with them. */
export const shortfallNotes = ({ sessions }: Plan): string[] => {
  const byClash = new Map<string, SessionPlan[]>();
  for (const session of sessions) {
    if (session.shortfallCause === null) continue;
    const why = clash(session.shortfallCause);
    const short = byClash.get(why) ?? [];
    short.push(session);
    byClash.set(why, short);
  }
  return [...byClash].map(([why, short]) => shortfallNote(why, short));
};

/** Sessions whose shortfall is cheaper than energy: they would rather stay empty than pay. */
export const tooDear = (asked: Problem): string[] => {
  const problem = weighted(asked);
  const powerPerKwh = demandPerKwh(problem);
  const dearest =
    powerPerKwh +
    largest(
      problem.meteringPoints.flatMap(({ buyPricePerKwh }) => buyPricePerKwh),
      0,
    );
  const power = powerPerKwh > 0 ? ", the price of its power included" : "";
  return carsOf(problem)
    .filter((session) => !session.departsAfterHorizon)
    .filter(
      (session) =>
        ((100 * session.shortfallPerPercent) / needKwh(session)) * session.chargeEfficiency <= dearest,
    )
    .map(
      ({ id }) => `session ${id}: its shortfall is priced below the dearest energy of the horizon${power}`,
    );
};

/** What a problem leaves out that it would seem to want: who reads the plan should not take it for 0. */
export const unstated = (problem: Problem): string[] => {
  const { meterOfNode, nodeOfSession } = treeOf(problem);
  const free = carsOf(problem).flatMap(({ id }, index) =>
    at(meterOfNode, at(nodeOfSession, index)) < 0 ? [id] : [],
  );
  const dirty = problem.meteringPoints.filter(({ carbonKgPerKwh }) => carbonKgPerKwh === null);
  return [
    ...(free.length === 0
      ? []
      : [`${sessionsText(free)}: at no metering point, so that energy costs nothing`]),
    ...(problem.weights.carbon === 0
      ? []
      : dirty.map(
          ({ id }) =>
            `metering point ${id}: carbon is weighed, but carbonKgPerKwh is not stated: counted as 0`,
        )),
  ];
};
