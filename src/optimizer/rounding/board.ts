import { slotHours } from "../../domain/horizon.js";
import type { Problem, ProblemSession } from "../../domain/problem.js";
import { chargeableKw, dischargeableKw, fullKwh, isPluggedIn, takesNothing } from "../battery.js";
import { type PhaseShares, phaseSharesOf } from "../phases.js";
import { at, type Tree, treeOf } from "../tree.js";
import {
  carry,
  feedRoomKw,
  loadPhases,
  loadRoomKw,
  loadVoltages,
  phaseRoomKw,
  restingRooms,
  type Rooms,
  shift,
  voltageRoomKw,
} from "./rooms.js";

/** Below this a power or an amount of energy is nothing. */
export const TINY = 1e-9;

/** Powers being moved about, with what they leave free at every node; in kW. */
export interface Board extends Rooms {
  readonly problem: Problem;
  readonly tree: Tree;
  readonly hours: readonly number[];
  /** What each session's power counts on each phase. */
  readonly shares: readonly PhaseShares[];
  readonly charge: Float64Array[];
  readonly discharge: Float64Array[];
  /** Energy of each session at the start of each slot and at the end, kept up to date, kWh. */
  readonly path: Float64Array[];
}

interface Place {
  readonly node: number;
  readonly slot: number;
}

/** A session by its index. */
export const sessionOf = ({ problem }: Board, index: number): ProblemSession => {
  const session = problem.sessions[index];
  if (session === undefined) throw new RangeError(`no session ${index}`);
  return session;
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
    shares: sessions.map(phaseSharesOf),
    charge: sessions.map(() => new Float64Array(slots)),
    discharge: sessions.map(() => new Float64Array(slots)),
    path: sessions.map(({ initialKwh }) => new Float64Array(slots + 1).fill(initialKwh)),
    ...restingRooms(problem, tree),
  };
};

const pathOf = ({ tree }: Board, index: number): readonly number[] => tree.pathOfSession[index] ?? [];

const nodeOf = ({ tree }: Board, index: number): number => at(tree.nodeOfSession, index);

const NO_SHARES: PhaseShares = { charge: [], discharge: [] };

const sharesOf = ({ shares }: Board, index: number): PhaseShares => shares[index] ?? NO_SHARES;

const addEnergy = ({ path }: Board, index: number, { slot, kwh }: { slot: number; kwh: number }): void => {
  const energies = path[index];
  if (energies === undefined) return;
  for (let point = slot + 1; point < energies.length; point++) energies[point]! += kwh;
};

export const setCharge = (board: Board, index: number, slot: number, powerKw: number): void => {
  const row = board.charge[index];
  if (row === undefined) return;
  const more = powerKw - at(row, slot);
  if (more === 0) return;
  row[slot] = powerKw;
  const { chargeEfficiency } = sessionOf(board, index);
  addEnergy(board, index, { slot, kwh: more * chargeEfficiency * at(board.hours, slot) });
  carry(board, pathOf(board, index), { slot, moreKw: more });
  for (const node of pathOf(board, index)) shift(board.failsafeRoom, node, slot, -more);
  loadPhases(board, pathOf(board, index), { shares: sharesOf(board, index).charge, slot, moreKw: more });
  loadVoltages(board, nodeOf(board, index), { slot, moreKw: more });
};

export const setDischarge = (board: Board, index: number, slot: number, powerKw: number): void => {
  const row = board.discharge[index];
  if (row === undefined) return;
  const more = powerKw - at(row, slot);
  if (more === 0) return;
  row[slot] = powerKw;
  const { dischargeEfficiency } = sessionOf(board, index);
  addEnergy(board, index, { slot, kwh: (-more * at(board.hours, slot)) / dischargeEfficiency });
  carry(board, pathOf(board, index), { slot, moreKw: -more });
  for (const node of pathOf(board, index)) shift(board.dischargeRoom, node, slot, -more);
  loadPhases(board, pathOf(board, index), { shares: sharesOf(board, index).discharge, slot, moreKw: -more });
  loadVoltages(board, nodeOf(board, index), { slot, moreKw: -more });
};

/** Most by which a session's charge power may rise under the limits of one node's phases. */
export const phaseRoomOf = (board: Board, index: number, { node, slot }: Place): number =>
  phaseRoomKw(board, node, { shares: sharesOf(board, index).charge, slot });

/** Most by which a session's charge power may rise under every limit above it; negative when over. */
export const chargeRoomKw = (board: Board, index: number, slot: number): number =>
  pathOf(board, index).reduce(
    (least, node) => Math.min(least, phaseRoomOf(board, index, { node, slot })),
    Math.min(
      loadRoomKw(board, pathOf(board, index), slot),
      voltageRoomKw(board, nodeOf(board, index), { slot, way: "load" }),
    ),
  );

/** Most by which its charge power may fall under every export limit above it. */
export const lessChargeRoomKw = (board: Board, index: number, slot: number): number =>
  Math.min(
    feedRoomKw(board, pathOf(board, index), slot),
    voltageRoomKw(board, nodeOf(board, index), { slot, way: "feed" }),
  );

/** Most by which its discharge power may rise. */
export const dischargeRoomKw = (board: Board, index: number, slot: number): number =>
  pathOf(board, index).reduce(
    (least, node) => Math.min(least, at(board.dischargeRoom[node], slot)),
    lessChargeRoomKw(board, index, slot),
  );

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
