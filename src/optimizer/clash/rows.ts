import type { Problem } from "../../domain/problem.js";
import { PHASES, phaseBaseKw } from "../phases.js";
import type { Board } from "../rounding/board.js";
import { importRoomKw } from "../rounding/rooms.js";
import { at, pathFrom } from "../tree.js";
import { type VoltageRow, voltageRowsOf } from "../voltage.js";

/** A limit above a session, with what it leaves the session in each slot beyond what is planned. */
export interface LimitRow {
  readonly kind: "import" | "fail-safe" | "phase" | "voltage";
  readonly nodeId: string;
  /** The event that sets an import limit; null: the node's own. */
  readonly eventId: string | null;
  /** 1–3, of the limit of a phase. */
  readonly phase: number | null;
  /** kW of the limit that a kW of the session takes. */
  readonly weight: number;
  /** Room for more of the session's power per slot, kW; Infinity where the limit does not apply. */
  readonly roomKw: readonly number[];
  /** What the limit would have to be higher before any room comes of it: base load alone is over it, kW. */
  readonly deficitKw: readonly number[];
}

type Named = Pick<LimitRow, "kind" | "nodeId" | "eventId" | "phase" | "weight">;

const perSlot = (board: Board, one: (slot: number) => number): number[] =>
  board.hours.map((_, slot) => one(slot));

/** Import limits of a node, the node's own and those of each event apart. */
const importRows = (
  { nodes }: Problem,
  board: Board,
  { node, uncurtailedKw }: { node: number; uncurtailedKw: readonly number[] },
): LimitRow[] => {
  const { id = "", importLimitKw = null, limitSource = null } = nodes[node] ?? {};
  if (importLimitKw === null) return [];
  const sourceOf = (slot: number): string | null => limitSource?.[slot] ?? null;
  const isLimited = (slot: number): boolean => (importLimitKw[slot] ?? null) !== null;
  const sources = new Set([...importLimitKw.keys()].filter(isLimited).map(sourceOf));
  return [...sources].map((eventId): LimitRow => {
    const applies = (slot: number): boolean => isLimited(slot) && sourceOf(slot) === eventId;
    return {
      kind: "import",
      nodeId: id,
      eventId,
      phase: null,
      weight: 1,
      roomKw: perSlot(board, (slot) =>
        applies(slot) ? importRoomKw(board, node, slot) + at(uncurtailedKw, slot) : Infinity,
      ),
      deficitKw: perSlot(board, (slot) =>
        applies(slot) ? at(board.most[node], slot) - (importLimitKw[slot] ?? 0) : 0,
      ),
    };
  });
};

const failsafeRows = ({ nodes }: Problem, board: Board, node: number): LimitRow[] => {
  const { id = "", failsafe = null } = nodes[node] ?? {};
  if (failsafe === null) return [];
  return [
    {
      kind: "fail-safe",
      nodeId: id,
      eventId: null,
      phase: null,
      weight: 1,
      roomKw: perSlot(board, (slot) => at(board.failsafeRoom[node], slot)),
      deficitKw: perSlot(board, (slot) => Math.max(0, -at(failsafe.headroomKw, slot))),
    },
  ];
};

/** What is the same for every session of a plan. */
export interface Above {
  readonly problem: Problem;
  readonly board: Board;
  readonly voltage: readonly VoltageRow[];
  /** Base load on each phase at and below the nodes that limit their phases, kW per slot; else empty. */
  readonly phaseBelowKw: readonly (readonly (readonly number[])[])[];
}

export const aboveOf = (problem: Problem, board: Board): Above => ({
  problem,
  board,
  voltage: voltageRowsOf(problem),
  phaseBelowKw: problem.nodes.map(({ phaseLimitKw }, node) => {
    if (phaseLimitKw === null) return [];
    const below = problem.nodes.filter((_, one) => pathFrom(one, board.tree.parent).includes(node));
    return PHASES.map((phase) =>
      perSlot(board, (slot) => below.reduce((total, one) => total + phaseBaseKw(one, phase, slot), 0)),
    );
  }),
});

const phaseRows = (
  { problem, board, phaseBelowKw }: Above,
  { node, index }: { node: number; index: number },
): LimitRow[] =>
  PHASES.flatMap((phase) => {
    const { id = "", phaseLimitKw = null } = problem.nodes[node] ?? {};
    const weight = at(board.shares[index]?.charge, phase);
    const limits = phaseLimitKw?.[phase];
    if (limits === undefined || weight <= 0) return [];
    const named: Named = { kind: "phase", nodeId: id, eventId: null, phase: phase + 1, weight };
    return [
      {
        ...named,
        roomKw: perSlot(board, (slot) => at(board.phaseRoom[node]?.[phase], slot) / weight),
        deficitKw: perSlot(board, (slot) => {
          const most = limits[slot] ?? null;
          return most === null ? 0 : Math.max(0, at(phaseBelowKw[node]?.[phase], slot) - most);
        }),
      },
    ];
  });

const voltageRows = ({ problem, board, voltage }: Above, index: number): LimitRow[] => {
  const own = at(board.tree.nodeOfSession, index);
  return voltage.flatMap(({ node, effect, lowKw }, row) => {
    const weight = at(effect, own);
    if (weight <= 0) return [];
    const nodeId = problem.nodes[node]?.id ?? "";
    const named: Named = { kind: "voltage", nodeId, eventId: null, phase: null, weight };
    return [
      {
        ...named,
        roomKw: perSlot(board, (slot) => at(board.voltage[row]?.load, slot) / weight),
        deficitKw: perSlot(board, (slot) => Math.max(0, -at(lowKw, slot))),
      },
    ];
  });
};

/** All limits above a session, with a board on which the plan stands. */
export const limitRowsOf = (above: Above, index: number): LimitRow[] => {
  const { problem, board } = above;
  const uncurtailedKw = board.hours.map(() => 0);
  const rows: LimitRow[] = [];
  for (const node of board.tree.pathOfSession[index] ?? []) {
    // Load first takes up PV that would be curtailed; only the rest is imported.
    for (const slot of uncurtailedKw.keys())
      uncurtailedKw[slot]! += at(board.net[node], slot) - at(board.rawNet[node], slot);
    rows.push(...importRows(problem, board, { node, uncurtailedKw: [...uncurtailedKw] }));
    rows.push(...failsafeRows(problem, board, node), ...phaseRows(above, { node, index }));
  }
  return [...rows, ...voltageRows(above, index)];
};

/** What a slot of a row leaves of power once its limit is so many kW higher. */
export const raisedRoomKw = ({ roomKw, deficitKw, weight }: LimitRow, slot: number, byKw: number): number =>
  at(roomKw, slot) + Math.max(0, byKw - at(deficitKw, slot)) / weight;
