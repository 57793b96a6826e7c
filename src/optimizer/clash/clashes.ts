import { LEAST_SHORTFALL_KWH, type ShortfallCause, type ShortfallClash } from "../../domain/plan.js";
import type { Problem, ProblemSession } from "../../domain/problem.js";
import { chargeableKw, fullKwh, isPluggedIn } from "../battery.js";
import type { Powers } from "../contract.js";
import { pilesOf } from "../piles/piles.js";
import { type Taken, takenBy } from "../piles/taken.js";
import { type Board, sessionOf } from "../rounding/board.js";
import { at } from "../tree.js";
import { aboveOf, type LimitRow, limitRowsOf, raisedRoomKw } from "./rows.js";

/** Energy by which a wish may be missed and still counts as met, kWh. */
const NEARLY_KWH = 1e-3;
/** What keeps less than this is no clash, kWh. */
const LEAST_KEPT_KWH = 0.01;
/** A slot in which a limit takes less than this of the power that is possible is not limited by it, kW. */
const LEAST_KW = 0.01;
/** Halvings of the search for the least kW: to 0.03 W. */
const BISECTIONS = 25;
/** More at a limit, or at a port, is not looked for: what still misses then is missed for another reason, kW. */
const MOST_KW = 1_000;

/** One session as planned, all others staying as they are, and what it could do under other limits. */
interface Wish {
  readonly session: ProblemSession;
  readonly board: Board;
  readonly chargeKw: readonly number[];
  readonly dischargeKw: readonly number[];
  readonly rows: readonly LimitRow[];
  /** Per slot the pile that other cars have; null: it is free. */
  readonly taken: readonly (Taken | null)[];
}

/** What is imagined to be otherwise. */
interface Change {
  /** kW more at the limits of these rows. */
  readonly raised?: { readonly rows: readonly LimitRow[]; readonly byKw: number };
  readonly session?: ProblemSession;
  /** The pile is free all the time, and what others draw there, too. */
  readonly isPileFree?: boolean;
}

const spareOf = ({ rows, taken }: Wish, slot: number, { raised, isPileFree }: Change): number => {
  const freedKw = isPileFree === true ? (taken[slot]?.chargeKw ?? 0) : 0;
  let spare = Infinity;
  for (const row of rows)
    spare = Math.min(
      spare,
      raisedRoomKw(row, slot, freedKw + (raised?.rows.includes(row) === true ? raised.byKw : 0)),
    );
  return Math.max(0, spare);
};

/** Most power of a slot that starts with so much energy, kW. */
const powerOf = (
  wish: Wish,
  slot: number,
  { energyKwh, change }: { energyKwh: number; change: Change },
): number => {
  const session = change.session ?? wish.session;
  const hours = at(wish.board.hours, slot);
  const room = Math.max(0, fullKwh(session) - energyKwh) / (session.chargeEfficiency * hours);
  const most = Math.min(chargeableKw(session, energyKwh), room);
  const planned = at(wish.chargeKw, slot);
  if (change.isPileFree !== true && (wish.taken[slot] ?? null) !== null) return Math.min(most, planned);
  const power = Math.min(most, planned + spareOf(wish, slot, change));
  return power < session.minChargeKw - 1e-9 ? Math.min(most, planned) : power;
};

/** Energy at the end of each slot if the car charges as much and as early as it can, its discharge as planned. */
const courseOf = (wish: Wish, change: Change): number[] => {
  const session = change.session ?? wish.session;
  let energyKwh = session.initialKwh;
  return wish.board.hours.map((hours, slot) => {
    if (!isPluggedIn(session, slot)) return energyKwh;
    const out = at(wish.dischargeKw, slot);
    const power = out > 0 ? 0 : powerOf(wish, slot, { energyKwh, change });
    energyKwh += session.chargeEfficiency * power * hours - (out * hours) / session.dischargeEfficiency;
    return energyKwh;
  });
};

const departureKwh = (wish: Wish, change: Change): number =>
  at(courseOf(wish, change), (change.session ?? wish.session).endSlot - 1);

/** The least kW with which a change brings the car to its goal; null: none does. */
const leastKw = (wish: Wish, goalKwh: number, changeBy: (kw: number) => Change): number | null => {
  const meets = (kw: number): boolean => departureKwh(wish, changeBy(kw)) >= goalKwh - NEARLY_KWH;
  if (!meets(MOST_KW)) return null;
  let [low, high] = [0, MOST_KW];
  for (let step = 0; step < BISECTIONS; step++) {
    const middle = (low + high) / 2;
    if (meets(middle)) high = middle;
    else low = middle;
  }
  return high;
};

/** Slots of the stay in which a row leaves less than the car could take. */
const boundSlots = (wish: Wish, row: LimitRow): number[] => {
  const course = courseOf(wish, {});
  const { session } = wish;
  return wish.board.hours.flatMap((_, slot) => {
    if (!isPluggedIn(session, slot) || at(wish.dischargeKw, slot) > 0) return [];
    const energyKwh = slot === 0 ? session.initialKwh : at(course, slot - 1);
    const most = powerOf(wish, slot, { energyKwh, change: { raised: { rows: wish.rows, byKw: MOST_KW } } });
    return most - at(wish.chargeKw, slot) - Math.max(0, at(row.roomKw, slot)) > LEAST_KW ? [slot] : [];
  });
};

/** Limits of nodes: each with what it keeps and what it would take, or what all of them together would. */
const nodeClashes = (wish: Wish, goalKwh: number): ShortfallClash[] => {
  const now = departureKwh(wish, {});
  const binding = wish.rows
    .map((row) => ({ row, slots: boundSlots(wish, row) }))
    .filter(({ slots }) => slots.length > 0);
  const alone = binding.map(({ row, slots }) => {
    const raisedBy = (byKw: number): Change => ({ raised: { rows: [row], byKw } });
    const keptKwh = Math.min(goalKwh, departureKwh(wish, raisedBy(MOST_KW))) - now;
    return {
      row,
      slots,
      keptKwh,
      needKw: keptKwh < LEAST_KEPT_KWH ? null : leastKw(wish, goalKwh, raisedBy),
    };
  });
  const isMet = alone.some(({ needKw }) => needKw !== null);
  const rows = binding.map(({ row }) => row);
  const together =
    isMet || rows.length < 2 ? null : leastKw(wish, goalKwh, (byKw) => ({ raised: { rows, byKw } }));
  return alone
    .filter(({ keptKwh }) => keptKwh >= LEAST_KEPT_KWH || together !== null)
    .map(({ row: { kind, nodeId, eventId, phase }, slots, keptKwh, needKw }) => ({
      key: "node",
      kind,
      nodeId,
      eventId,
      phase,
      slots,
      keptKwh: Math.max(0, keptKwh),
      needKw: needKw ?? together,
      isEnoughAlone: needKw !== null,
    }));
};

/** Other cars at a pile that serves one at a time. */
const pileClashes = (wish: Wish, goalKwh: number): ShortfallClash[] => {
  const pile = wish.taken.find((one) => one !== null) ?? null;
  if (pile === null) return [];
  const free = departureKwh(wish, { isPileFree: true });
  const keptKwh = Math.min(goalKwh, free) - departureKwh(wish, {});
  if (keptKwh < LEAST_KEPT_KWH) return [];
  return [{ key: "pile", nodeId: pile.nodeId, keptKwh, isEnoughAlone: free >= goalKwh - NEARLY_KWH }];
};

/** The port's power, where it is all used, and the taper of the battery. */
const carClashes = (wish: Wish, goalKwh: number): ShortfallClash[] => {
  const { session } = wish;
  const now = departureKwh(wish, {});
  const withPort = (kw: number): Change => ({
    session: { ...session, maxChargeKw: session.maxChargeKw + kw },
  });
  const clashes: ShortfallClash[] = [];
  const byPort = Math.min(goalKwh, departureKwh(wish, withPort(MOST_KW))) - now;
  if (byPort >= LEAST_KEPT_KWH)
    clashes.push({ key: "port", keptKwh: byPort, needKw: leastKw(wish, goalKwh, withPort) });
  if (session.taper === null) return clashes;
  const byTaper = Math.min(goalKwh, departureKwh(wish, { session: { ...session, taper: null } })) - now;
  if (byTaper >= LEAST_KEPT_KWH)
    clashes.push({ key: "taper", keptKwh: byTaper, isEnoughAlone: now + byTaper >= goalKwh - NEARLY_KWH });
  return clashes;
};

const MINUTES = 60;

/** How much later the car would have to leave, all limits as they are; null: not within the horizon. */
const minutesLater = (wish: Wish, goalKwh: number): number | null => {
  const { session, board } = wish;
  const staying = { ...session, endSlot: board.hours.length };
  const course = courseOf(wish, { session: staying });
  let laterH = 0;
  for (let slot = session.endSlot; slot < board.hours.length; slot++) {
    const [before, after] = [at(course, slot - 1), at(course, slot)];
    const hours = at(board.hours, slot);
    if (after >= goalKwh - NEARLY_KWH)
      return Math.ceil(
        MINUTES * (laterH + (hours * Math.max(0, goalKwh - NEARLY_KWH - before)) / (after - before)),
      );
    laterH += hours;
  }
  return null;
};

const clashesOf = (wish: Wish): ShortfallClash[] => {
  const { session } = wish;
  const beyondKwh = session.targetKwh - fullKwh(session);
  const battery: ShortfallClash[] =
    beyondKwh < LEAST_KEPT_KWH ? [] : [{ key: "battery", needKwh: beyondKwh }];
  const goalKwh = Math.min(session.targetKwh, fullKwh(session));
  if (departureKwh(wish, {}) >= goalKwh - NEARLY_KWH) return battery;
  const stay: ShortfallClash = { key: "stay", minutesLater: minutesLater(wish, goalKwh) };
  return [
    ...nodeClashes(wish, goalKwh),
    ...pileClashes(wish, goalKwh),
    ...carClashes(wish, goalKwh),
    stay,
    ...battery,
  ];
};

interface Short extends Powers {
  readonly shortfallKwh: readonly number[];
  readonly causes: readonly (ShortfallCause | null)[];
}

/**
 * Per session that is short: every limit that clashes with its wish and by how much, all others being powered
 * as planned. What is named as enough meets the wish once it is granted, the session charging as early as it can.
 */
export const shortfallClashes = (
  problem: Problem,
  { chargeKw, dischargeKw, shortfallKwh, causes }: Short,
  board: Board,
): ShortfallClash[][] => {
  // More room does not help a car that price alone keeps short.
  const isShort = (index: number): boolean =>
    at(shortfallKwh, index) >= LEAST_SHORTFALL_KWH && causes[index]?.key !== "not-planned";
  if (![...problem.sessions.keys()].some(isShort)) return problem.sessions.map(() => []);
  const above = aboveOf(problem, board);
  const piles = pilesOf(problem);
  return problem.sessions.map((_, index) =>
    isShort(index)
      ? clashesOf({
          session: sessionOf(board, index),
          board,
          chargeKw: chargeKw[index] ?? [],
          dischargeKw: dischargeKw[index] ?? [],
          rows: limitRowsOf(above, index),
          taken: takenBy(problem, board, { piles, index }),
        })
      : [],
  );
};
