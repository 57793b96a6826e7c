import { slotHours } from "../../domain/horizon.js";
import type { Problem, ProblemSession } from "../../domain/problem.js";
import { chargeableKw, dischargeableKw, fullKwh, isPluggedIn, takesNothing } from "../battery.js";
import { at, type Tree, treeOf } from "../tree.js";

/** Below this a power or an amount of energy is nothing. */
export const TINY = 1e-9;

/** Powers being moved about, with what they leave free at every node. All in kW. */
export interface Board {
  readonly problem: Problem;
  readonly tree: Tree;
  readonly hours: readonly number[];
  readonly charge: Float64Array[];
  readonly discharge: Float64Array[];
  /** Energy of each session at the start of each slot and at the end, kept up to date, kWh. */
  readonly path: Float64Array[];
  /** Per node and slot: room for more import, for more export and in the fail-safe row. */
  readonly importRoom: Float64Array[];
  readonly exportRoom: Float64Array[];
  readonly failsafeRoom: Float64Array[];
}

/** A session by its index. */
export const sessionOf = ({ problem }: Board, index: number): ProblemSession => {
  const session = problem.sessions[index];
  if (session === undefined) throw new RangeError(`no session ${index}`);
  return session;
};

/** Room that a limit leaves with every car at rest; none where base load alone breaks it. */
const restingRooms = (
  problem: Problem,
  tree: Tree,
): Pick<Board, "importRoom" | "exportRoom" | "failsafeRoom"> => {
  const slots = problem.horizon.startsMs.length;
  const make = (): Float64Array[] => problem.nodes.map(() => new Float64Array(slots));
  const rooms = { importRoom: make(), exportRoom: make(), failsafeRoom: make() };
  const base = make();
  const pv = make();
  for (let node = problem.nodes.length - 1; node >= 0; node--) {
    const { baseKw, pvKw, importLimitKw, exportLimitKw, failsafe } = problem.nodes[node] ?? {
      baseKw: [],
      pvKw: [],
    };
    const [ownBase, ownPv] = [base[node], pv[node]];
    if (ownBase === undefined || ownPv === undefined) continue;
    for (let slot = 0; slot < slots; slot++) {
      ownBase[slot] = at(ownBase, slot) + at(baseKw, slot);
      ownPv[slot] = at(ownPv, slot) + at(pvKw, slot);
      const above = at(tree.parent, node);
      if (above >= 0) {
        base[above]?.set([at(base[above], slot) + at(ownBase, slot)], slot);
        pv[above]?.set([at(pv[above], slot) + at(ownPv, slot)], slot);
      }
      const most = importLimitKw?.[slot] ?? Infinity;
      const least = exportLimitKw?.[slot] ?? Infinity;
      const net = at(ownBase, slot) - at(ownPv, slot);
      rooms.importRoom[node]?.set([Math.max(0, most - net)], slot);
      // PV can always be curtailed, so only what the cars send back counts here.
      rooms.exportRoom[node]?.set([Math.max(0, least + at(ownBase, slot))], slot);
      rooms.failsafeRoom[node]?.set(
        [failsafe == null ? Infinity : Math.max(0, at(failsafe.headroomKw, slot))],
        slot,
      );
    }
  }
  return rooms;
};

/** An empty board: every car at rest. */
export const boardOf = (problem: Problem): Board => {
  const tree = treeOf(problem);
  const { horizon, sessions } = problem;
  const slots = horizon.startsMs.length;
  return {
    problem,
    tree,
    hours: horizon.startsMs.map((_, slot) => slotHours(horizon, slot)),
    charge: sessions.map(() => new Float64Array(slots)),
    discharge: sessions.map(() => new Float64Array(slots)),
    path: sessions.map(({ initialKwh }) => new Float64Array(slots + 1).fill(initialKwh)),
    ...restingRooms(problem, tree),
  };
};

const shift = (rooms: readonly Float64Array[], node: number, slot: number, byKw: number): void => {
  const room = rooms[node];
  if (room !== undefined) room[slot] = at(room, slot) + byKw;
};

const addEnergy = ({ path }: Board, index: number, { slot, kwh }: { slot: number; kwh: number }): void => {
  const energies = path[index];
  if (energies === undefined) return;
  for (let point = slot + 1; point < energies.length; point++) energies[point] = at(energies, point) + kwh;
};

export const setCharge = (board: Board, index: number, slot: number, powerKw: number): void => {
  const row = board.charge[index];
  if (row === undefined) return;
  const more = powerKw - at(row, slot);
  if (more === 0) return;
  row[slot] = powerKw;
  const { chargeEfficiency } = sessionOf(board, index);
  addEnergy(board, index, { slot, kwh: more * chargeEfficiency * at(board.hours, slot) });
  for (const node of board.tree.pathOfSession[index] ?? []) {
    shift(board.importRoom, node, slot, -more);
    shift(board.exportRoom, node, slot, more);
    shift(board.failsafeRoom, node, slot, -more);
  }
};

export const setDischarge = (board: Board, index: number, slot: number, powerKw: number): void => {
  const row = board.discharge[index];
  if (row === undefined) return;
  const more = powerKw - at(row, slot);
  if (more === 0) return;
  row[slot] = powerKw;
  const { dischargeEfficiency } = sessionOf(board, index);
  addEnergy(board, index, { slot, kwh: (-more * at(board.hours, slot)) / dischargeEfficiency });
  for (const node of board.tree.pathOfSession[index] ?? []) {
    shift(board.importRoom, node, slot, more);
    shift(board.exportRoom, node, slot, -more);
  }
};

const leastOnPath = (board: Board, index: number, room: (node: number) => number): number => {
  let least = Infinity;
  for (const node of board.tree.pathOfSession[index] ?? []) least = Math.min(least, room(node));
  return least;
};

/** Most by which a session's charge power may rise under every limit above it; negative when over. */
export const chargeRoomKw = (board: Board, index: number, slot: number): number =>
  leastOnPath(board, index, (node) =>
    Math.min(at(board.importRoom[node], slot), at(board.failsafeRoom[node], slot)),
  );

export const dischargeRoomKw = (board: Board, index: number, slot: number): number =>
  leastOnPath(board, index, (node) => at(board.exportRoom[node], slot));

/** Energy at the start of each slot and at the end, kWh; changes with the board. */
export const energies = (board: Board, index: number): ArrayLike<number> => board.path[index] ?? [];

/** Most charge power in a slot by port, taper and state of energy alone. */
export const portKw = (
  board: Board,
  index: number,
  { slot, energyKwh }: { slot: number; energyKwh: number },
): number => {
  const session = sessionOf(board, index);
  return isPluggedIn(session, slot) && !takesNothing(session) ? chargeableKw(session, energyKwh) : 0;
};

/**
 * Most energy that may be added in a slot so that the battery is not over-full later and later charge
 * powers stay under their taper, kWh.
 */
export const laterRoomKwh = (
  board: Board,
  index: number,
  { slot, path }: { slot: number; path: ArrayLike<number> },
): number => {
  const session = sessionOf(board, index);
  const full = fullKwh(session);
  const slope = session.taper?.slopeKwPerKwh ?? 0;
  let room = Infinity;
  for (let later = slot + 1; later <= session.endSlot; later++) {
    const energy = at(path, later);
    room = Math.min(room, full - energy);
    const power = at(board.charge[index], later);
    if (slope > 0 && power > 0 && later < session.endSlot)
      room = Math.min(room, (chargeableKw(session, energy) - power) / slope);
  }
  return room;
};

export const canDischarge = (board: Board, index: number): boolean =>
  dischargeableKw(sessionOf(board, index)) > 0;
