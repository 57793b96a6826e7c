import type { LinearModel } from "../../../formulation/index.js";
import type { ByColumn, Reduced } from "./presolve.js";

/**
 * The rows of a model in the order of the block arrow: first block after block, each tied to the others
 * only through the linking rows; then the linking rows, group after group, a group per node, leaves of
 * the tree before what they hang on.
 */
export interface Arrow {
  /** Model row at each place. */
  readonly order: Int32Array;
  /** Block b owns places blockStart[b] … blockStart[b + 1] − 1; the last entry is the first linking row. */
  readonly blockStart: Int32Array;
  readonly groupStart: Int32Array;
}

/** Blocks of the network that touch more linking rows than this, or have more, would fill the rest: they link, too. */
const MOST_TOUCHED = 8;
const MOST_ROWS = 8;

const isSession = (owner: number): boolean => owner >= 0;

/** Calls back with every kept row of a column that can move. */
const eachRow = (
  { columns, reduced }: { columns: ByColumn; reduced: Reduced },
  column: number,
  call: (row: number) => void,
): void => {
  for (let entry = columns.start[column]!; entry < columns.start[column + 1]!; entry++)
    if (reduced.kept[columns.row[entry]!] === 1) call(columns.row[entry]!);
};

const find = (leader: Int32Array, row: number): number => {
  let at = row;
  while (leader[at]! !== at) {
    leader[at] = leader[leader[at]!]!;
    at = leader[at]!;
  }
  return at;
};

/** Marks the rows of the network that a column of a session has a part in, in the model or outside it. */
const linkingRows = (model: LinearModel, columns: ByColumn, reduced: Reduced): Uint8Array => {
  const linking = new Uint8Array(model.rowLower.length);
  for (const row of model.openRow) linking[row] = reduced.kept[row]!;
  for (const column of model.cost.keys()) {
    if (!Number.isNaN(reduced.settled[column]!)) continue;
    const rows: number[] = [];
    eachRow({ columns, reduced }, column, (row) => rows.push(row));
    if (rows.some((row) => isSession(model.rowOwner[row]!)))
      for (const row of rows) if (!isSession(model.rowOwner[row]!)) linking[row] = 1;
  }
  return linking;
};

/** What the rows of the network look like at hand. */
interface View {
  readonly model: LinearModel;
  readonly columns: ByColumn;
  readonly reduced: Reduced;
  /** Columns that can move. */
  readonly free: readonly number[];
  /** 1: the row links. Rows are added as blocks are split. */
  readonly linking: Uint8Array;
}

/** Rows of the network that are tied to each other without a linking row, and how many of these each block touches. */
const piecesOf = (view: View): { rows: number[]; touched: number }[] => {
  const { model, reduced, free, linking } = view;
  const leader = Int32Array.from(model.rowLower.keys());
  const inner = (row: number): boolean => !isSession(model.rowOwner[row]!) && linking[row] === 0;
  for (const column of free) {
    let first = -1;
    eachRow(view, column, (row) => {
      if (!inner(row)) return;
      if (first < 0) first = find(leader, row);
      else leader[find(leader, row)] = first;
    });
  }
  const touched = new Map<number, Set<number>>();
  for (const column of free) {
    let block = -1;
    eachRow(view, column, (row) => {
      if (inner(row)) block = find(leader, row);
    });
    if (block < 0) continue;
    const own = touched.get(block) ?? new Set();
    touched.set(block, own);
    eachRow(view, column, (row) => {
      if (linking[row] === 1) own.add(row);
    });
  }
  const rows = [...model.rowLower.keys()].filter((row) => reduced.kept[row] === 1 && inner(row));
  return [...gathered(rows, (row) => find(leader, row))].map(([block, own]) => ({
    rows: own,
    touched: touched.get(block)?.size ?? 0,
  }));
};

/**
 * Blocks of the network. What ties too much is cut: the rows of its node that is nearest to the root link, so
 * that what hangs on that node falls apart, a node at a time from the root.
 */
const networkBlocks = (view: View): number[][] => {
  const { model, linking } = view;
  for (;;) {
    const pieces = piecesOf(view);
    const isWide = ({ rows, touched }: { rows: number[]; touched: number }): boolean =>
      touched > MOST_TOUCHED || rows.length > MOST_ROWS;
    if (!pieces.some(isWide)) return pieces.map(({ rows }) => rows);
    for (const { rows } of pieces.filter(isWide)) {
      const topmost = rows.reduce((most, row) => Math.max(most, model.rowOwner[row]!), -Infinity);
      for (const row of rows) if (model.rowOwner[row] === topmost) linking[row] = 1;
    }
  }
};

const gathered = (rows: readonly number[], keyOf: (row: number) => number): Map<number, number[]> => {
  const found = new Map<number, number[]>();
  for (const row of rows) {
    const own = found.get(keyOf(row));
    if (own === undefined) found.set(keyOf(row), [row]);
    else own.push(row);
  }
  return found;
};

/** Part of each row from the first start to the last. */
export const partsOf = (start: Int32Array): Int32Array => {
  const first = start[0]!;
  const found = new Int32Array(start.at(-1)! - first);
  for (let part = 0; part + 1 < start.length; part++)
    found.fill(part, start[part]! - first, start[part + 1]! - first);
  return found;
};

const starts = (first: number, parts: readonly (readonly number[])[]): Int32Array => {
  const found = new Int32Array(parts.length + 1);
  found[0] = first;
  for (const [part, { length }] of parts.entries()) found[part + 1] = found[part]! + length;
  return found;
};

/** The block arrow of a model. Rows of a block are in the order of their slots, so that its factor stays narrow. */
export const arrange = (model: LinearModel, columns: ByColumn, reduced: Reduced): Arrow => {
  const linking = linkingRows(model, columns, reduced);
  const free = [...model.cost.keys()].filter((column) => Number.isNaN(reduced.settled[column]!));
  const network = networkBlocks({ model, columns, reduced, free, linking });
  const rows = [...model.rowLower.keys()].filter((row) => reduced.kept[row] === 1);
  const bySlot = (a: number, b: number): number => model.rowSlot[a]! - model.rowSlot[b]! || a - b;
  const owner = (row: number): number => model.rowOwner[row]!;
  const sessions = gathered(
    rows.filter((row) => isSession(owner(row))),
    owner,
  );
  const groups = gathered(
    rows.filter((row) => linking[row] === 1),
    owner,
  );
  const blocks = [...sessions.values(), ...network].map((own) => own.toSorted(bySlot));
  // Nodes are numbered from the root, and a row's owner falls as its node's number rises.
  const linked = [...groups].toSorted(([a], [b]) => a - b).map(([, own]) => own.toSorted(bySlot));
  const blockStart = starts(0, blocks);
  return {
    order: Int32Array.from([...blocks, ...linked].flat()),
    blockStart,
    groupStart: starts(blockStart.at(-1)!, linked),
  };
};
