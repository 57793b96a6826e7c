import type { Problem } from "../../domain/problem.js";
import { phaseBaseKw } from "../phases.js";
import { at, pathFrom, type Tree } from "../tree.js";
import { voltageRowsOf } from "../voltage.js";

/**
 * What limits and fail-safe rows leave free at every node and slot, all in kW.
 *
 * PV can be curtailed, so a node's net power is a range: from `net`, all PV used that export limits let
 * out, to `top`, as much curtailed as import limits allow. Carried up a tree such ranges are exact: some
 * curtailment keeps every limit if and only if no `net` is over `most` and no `top` under `least`.
 */
export interface Rooms {
  /** Least net power, before and after the node's own export limit. */
  readonly rawNet: readonly Float64Array[];
  readonly net: readonly Float64Array[];
  /** Most net power, before and after the node's own import limit. */
  readonly rawTop: readonly Float64Array[];
  readonly top: readonly Float64Array[];
  /** The export limit, negative. */
  readonly least: readonly Float64Array[];
  /** The import limit, or what base load alone makes of it. */
  readonly most: readonly Float64Array[];
  readonly failsafeRoom: readonly Float64Array[];
  /** Room for more discharge below, whatever charges. */
  readonly dischargeRoom: readonly Float64Array[];
  /** Room for more load on each phase of the nodes that limit their phases; no rows elsewhere. */
  readonly phaseRoom: readonly (readonly Float64Array[])[];
  readonly voltage: readonly VoltageRoom[];
}

/** Room for load and for feeding in that a node's voltage limits leave, by what each node counts. */
interface VoltageRoom {
  readonly node: number;
  readonly effect: readonly number[];
  readonly load: Float64Array;
  readonly feed: Float64Array;
}

export const shift = (rooms: readonly Float64Array[], node: number, slot: number, byKw: number): void => {
  const room = rooms[node];
  if (room !== undefined) room[slot] = at(room, slot) + byKw;
};

const atLeastNone = (rooms: readonly number[]): Float64Array =>
  Float64Array.from(rooms, (kw) => Math.max(0, kw));

const emptyRooms = (problem: Problem): Rooms => {
  const { horizon, nodes } = problem;
  const make = (): Float64Array[] => nodes.map(() => new Float64Array(horizon.startsMs.length));
  const ranges = { rawNet: make(), net: make(), rawTop: make(), top: make() };
  const rooms = { least: make(), most: make(), failsafeRoom: make(), dischargeRoom: make() };
  const phaseRoom = nodes.map(({ phaseLimitKw }) =>
    (phaseLimitKw ?? []).map((limits) => Float64Array.from(limits, (kw) => kw ?? Infinity)),
  );
  const voltage = voltageRowsOf(problem).map(({ node, effect, lowKw, highKw }) => ({
    node,
    effect,
    load: atLeastNone(lowKw),
    feed: atLeastNone(highKw),
  }));
  return { ...ranges, ...rooms, phaseRoom, voltage };
};

/** With every car at rest; where base load alone is over the limit of a phase, nothing is left. */
const restPhases = ({ nodes }: Problem, tree: Tree, { phaseRoom }: Rooms): void => {
  for (const [node, own] of nodes.entries())
    for (const above of pathFrom(node, tree.parent))
      for (const [phase, room] of (phaseRoom[above] ?? []).entries())
        for (const [slot, kw] of room.entries()) room[slot] = kw - phaseBaseKw(own, phase, slot);
  for (const room of phaseRoom.flat()) for (const [slot, kw] of room.entries()) room[slot] = Math.max(0, kw);
};

/** With every car at rest. No limit is broken: base load is what it is, and PV can be curtailed. */
export const restingRooms = (problem: Problem, tree: Tree): Rooms => {
  const rooms = emptyRooms(problem);
  restPhases(problem, tree, rooms);
  for (let node = problem.nodes.length - 1; node >= 0; node--)
    for (const slot of problem.horizon.startsMs.keys()) {
      const { baseKw, pvKw, importLimitKw, exportLimitKw, failsafe, dischargeLimitKw } =
        problem.nodes[node] ?? {};
      shift(rooms.rawNet, node, slot, at(baseKw, slot) - at(pvKw, slot));
      shift(rooms.rawTop, node, slot, at(baseKw, slot));
      shift(rooms.least, node, slot, -(exportLimitKw?.[slot] ?? Infinity));
      const net = Math.max(at(rooms.rawNet[node], slot), at(rooms.least[node], slot));
      shift(rooms.net, node, slot, net);
      shift(rooms.most, node, slot, Math.max(net, importLimitKw?.[slot] ?? Infinity));
      const top = Math.min(at(rooms.rawTop[node], slot), at(rooms.most[node], slot));
      shift(rooms.top, node, slot, top);
      const headroomKw = failsafe == null ? Infinity : Math.max(0, at(failsafe.headroomKw, slot));
      shift(rooms.failsafeRoom, node, slot, headroomKw);
      shift(rooms.dischargeRoom, node, slot, dischargeLimitKw?.[slot] ?? Infinity);
      const above = at(tree.parent, node);
      if (above < 0) continue;
      shift(rooms.rawNet, above, slot, net);
      shift(rooms.rawTop, above, slot, top);
    }
  return rooms;
};

/** Carries a change of a session's power up its path; what curtailment takes up goes no further. */
export const carry = (
  rooms: Rooms,
  path: readonly number[],
  { slot, moreKw }: { slot: number; moreKw: number },
): void => {
  let [moreNet, moreTop] = [moreKw, moreKw];
  for (const node of path) {
    shift(rooms.rawNet, node, slot, moreNet);
    shift(rooms.rawTop, node, slot, moreTop);
    moreNet = Math.max(at(rooms.rawNet[node], slot), at(rooms.least[node], slot)) - at(rooms.net[node], slot);
    moreTop = Math.min(at(rooms.rawTop[node], slot), at(rooms.most[node], slot)) - at(rooms.top[node], slot);
    shift(rooms.net, node, slot, moreNet);
    shift(rooms.top, node, slot, moreTop);
  }
};

/** Room for more import at a node, kW; negative when its limit is broken. */
export const importRoomKw = ({ most, net }: Rooms, node: number, slot: number): number =>
  at(most[node], slot) - at(net[node], slot);

/** Room for more export at a node, kW; negative when its limit is broken. */
export const exportRoomKw = ({ top, least }: Rooms, node: number, slot: number): number =>
  at(top[node], slot) - at(least[node], slot);

/** Most by which load may rise at the foot of a path under every limit on it; negative when over. */
export const loadRoomKw = (rooms: Rooms, path: readonly number[], slot: number): number => {
  let least = Infinity;
  let uncurtailed = 0;
  for (const node of path) {
    // Load first takes up PV that would be curtailed; only the rest is imported.
    uncurtailed += at(rooms.net[node], slot) - at(rooms.rawNet[node], slot);
    const failsafe = at(rooms.failsafeRoom[node], slot);
    least = Math.min(least, importRoomKw(rooms, node, slot) + uncurtailed, failsafe);
  }
  return least;
};

/** Most by which it may fall, likewise. */
export const feedRoomKw = (rooms: Rooms, path: readonly number[], slot: number): number => {
  let least = Infinity;
  let curtailed = 0;
  for (const node of path) {
    // Feeding first makes room for PV to be curtailed under an import limit; only the rest is exported.
    curtailed += at(rooms.rawTop[node], slot) - at(rooms.top[node], slot);
    least = Math.min(least, exportRoomKw(rooms, node, slot) + curtailed);
  }
  return least;
};

/** Takes load with these shares off the room of every phase on a path. */
export const loadPhases = (
  { phaseRoom }: Rooms,
  path: readonly number[],
  { shares, slot, moreKw }: { shares: readonly number[]; slot: number; moreKw: number },
): void => {
  for (const node of path)
    for (const [phase, room] of (phaseRoom[node] ?? []).entries())
      room[slot] = at(room, slot) - at(shares, phase) * moreKw;
};

/** Most by which load with these shares may rise under the limits of a node's phases. */
export const phaseRoomKw = (
  { phaseRoom }: Rooms,
  node: number,
  { shares, slot }: { shares: readonly number[]; slot: number },
): number => {
  let least = Infinity;
  for (const [phase, room] of (phaseRoom[node] ?? []).entries())
    if (at(shares, phase) > 0) least = Math.min(least, at(room, slot) / at(shares, phase));
  return least;
};

/** Takes load at a node off the room of every voltage limit that it counts for. */
export const loadVoltages = (
  { voltage }: Rooms,
  node: number,
  { slot, moreKw }: { slot: number; moreKw: number },
): void => {
  for (const { effect, load, feed } of voltage) {
    load[slot] = at(load, slot) - at(effect, node) * moreKw;
    feed[slot] = at(feed, slot) + at(effect, node) * moreKw;
  }
};

/** Most by which load at a node may rise, or fall, under all voltage limits. */
export const voltageRoomKw = (
  { voltage }: Rooms,
  node: number,
  { slot, way }: { slot: number; way: "load" | "feed" },
): number => {
  let least = Infinity;
  for (const room of voltage)
    if (at(room.effect, node) > 0) least = Math.min(least, at(room[way], slot) / at(room.effect, node));
  return least;
};
