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
  /** Per node and slot: net power with all PV used, and after what export limits curtail of it. */
  readonly raw: Float64Array[];
  readonly net: Float64Array[];
  /** Most net power: the import limit, or what base load alone makes of it. */
  readonly most: Float64Array[];
  /** Per node and slot: room for more export, all PV curtailed, and in the fail-safe row. */
  readonly exportRoom: Float64Array[];
  readonly failsafeRoom: Float64Array[];
}

/** A session by its index. */
export const sessionOf = ({ problem }: Board, index: number): ProblemSession => {
  const session = problem.sessions[index];
  if (session === undefined) throw new RangeError(`no session ${index}`);
  return session;
};

type Rooms = Pick<Board, "raw" | "net" | "most" | "exportRoom" | "failsafeRoom">;

const exportLimit = ({ nodes }: Problem, node: number, slot: number): number =>
  nodes[node]?.exportLimitKw?.[slot] ?? Infinity;

/** What the limits leave with every car at rest; nothing where base load alone breaks them. */
const restingRooms = (problem: Problem, tree: Tree): Rooms => {
  const slots = problem.horizon.startsMs.length;
  const make = (): Float64Array[] => problem.nodes.map(() => new Float64Array(slots));
  const rooms: Rooms = { raw: make(), net: make(), most: make(), exportRoom: make(), failsafeRoom: make() };
  const base = make();
  for (let node = problem.nodes.length - 1; node >= 0; node--) {
    const { baseKw, pvKw, importLimitKw, failsafe } = problem.nodes[node] ?? { baseKw: [], pvKw: [] };
    const above = at(tree.parent, node);
    for (let slot = 0; slot < slots; slot++) {
      shift(base, node, slot, at(baseKw, slot));
      shift(rooms.raw, node, slot, at(baseKw, slot) - at(pvKw, slot));
      const least = exportLimit(problem, node, slot);
      const net = Math.max(at(rooms.raw[node], slot), -least);
      shift(rooms.net, node, slot, net);
      shift(rooms.most, node, slot, Math.max(net, importLimitKw?.[slot] ?? Infinity));
      // PV can always be curtailed, so only what the cars send back counts here.
      shift(rooms.exportRoom, node, slot, Math.max(0, least + at(base[node], slot)));
      shift(
        rooms.failsafeRoom,
        node,
        slot,
        failsafe == null ? Infinity : Math.max(0, at(failsafe.headroomKw, slot)),
      );
      if (above < 0) continue;
      shift(base, above, slot, at(base[node], slot));
      shift(rooms.raw, above, slot, net);
    }
  }
  return rooms;
};

const shift = (rooms: readonly Float64Array[], node: number, slot: number, byKw: number): void => {
  const room = rooms[node];
  if (room !== undefined) room[slot] = at(room, slot) + byKw;
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

/** Carries a change of power up the tree; where PV is curtailed, a part of it only changes that. */
const carry = (board: Board, index: number, { slot, moreKw }: { slot: number; moreKw: number }): void => {
  let more = moreKw;
  for (const node of board.tree.pathOfSession[index] ?? []) {
    shift(board.raw, node, slot, more);
    const net = Math.max(at(board.raw[node], slot), -exportLimit(board.problem, node, slot));
    more = net - at(board.net[node], slot);
    shift(board.net, node, slot, more);
    shift(board.exportRoom, node, slot, moreKw);
  }
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
  carry(board, index, { slot, moreKw: more });
  for (const node of board.tree.pathOfSession[index] ?? []) shift(board.failsafeRoom, node, slot, -more);
};

export const setDischarge = (board: Board, index: number, slot: number, powerKw: number): void => {
  const row = board.discharge[index];
  if (row === undefined) return;
  const more = powerKw - at(row, slot);
  if (more === 0) return;
  row[slot] = powerKw;
  const { dischargeEfficiency } = sessionOf(board, index);
  addEnergy(board, index, { slot, kwh: (-more * at(board.hours, slot)) / dischargeEfficiency });
  carry(board, index, { slot, moreKw: -more });
};

/** Room for more import at a node, kW; negative when its limit is broken. */
export const importRoomKw = ({ most, net }: Board, node: number, slot: number): number =>
  at(most[node], slot) - at(net[node], slot);

/** Most by which a session's charge power may rise under every limit above it; negative when over. */
export const chargeRoomKw = (board: Board, index: number, slot: number): number => {
  let least = Infinity;
  let uncurtailed = 0;
  for (const node of board.tree.pathOfSession[index] ?? []) {
    // Load first takes up PV that would be curtailed; only the rest is imported.
    uncurtailed += at(board.net[node], slot) - at(board.raw[node], slot);
    least = Math.min(
      least,
      importRoomKw(board, node, slot) + uncurtailed,
      at(board.failsafeRoom[node], slot),
    );
  }
  return least;
};

export const dischargeRoomKw = (board: Board, index: number, slot: number): number => {
  let least = Infinity;
  for (const node of board.tree.pathOfSession[index] ?? [])
    least = Math.min(least, at(board.exportRoom[node], slot));
  return least;
};

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
