/**
 * A model as plain rows and columns: minimise offset + Σ (cost·x + square·x²) with
 * rowLower ≤ A·x ≤ rowUpper and lower ≤ x ≤ upper. All is linear but the squares, whose factors are ≥ 0
 * (convex) and mostly 0. Rows are stored one after the other.
 */
export interface LinearModel {
  offset: number;
  readonly cost: number[];
  /** Factor of each column's square in the objective. */
  readonly square: number[];
  readonly lower: number[];
  readonly upper: number[];
  /** Columns that must be 0 or 1. */
  readonly binary: number[];
  readonly rowLower: number[];
  readonly rowUpper: number[];
  /**
   * What the row belongs to: a session by its index, or a node as `ofNode` says it; a metering point's rows
   * over all slots come after the sessions, since they are a block like a session's; NaN: none of these.
   */
  readonly rowOwner: number[];
  /** Slot that the row is about; rows about a whole stay come last, at or after the number of slots. */
  readonly rowSlot: number[];
  /** Row r owns entries rowStart[r] … rowStart[r + 1] − 1. */
  readonly rowStart: number[];
  /** Rows in which columns outside the model have a part: only a solver that knows those may read them. */
  readonly openRow: number[];
  readonly entryColumn: number[];
  readonly entryValue: number[];
}

export interface ColumnSpec {
  readonly cost: number;
  readonly square?: number;
  readonly lower: number;
  readonly upper: number;
}

export interface RowSpec {
  readonly lower?: number;
  readonly upper?: number;
  readonly owner?: number;
  readonly slot?: number;
}

/** The owner of a row of the network; sessions are their own index. */
export const ofNode = (node: number): number => -1 - node;

/** Entries of a row: column and coefficient in turn. */
export type Entries = readonly (readonly [column: number, coefficient: number])[];

export const emptyModel = (): LinearModel => ({
  offset: 0,
  cost: [],
  square: [],
  lower: [],
  upper: [],
  binary: [],
  rowLower: [],
  rowUpper: [],
  rowOwner: [],
  rowSlot: [],
  rowStart: [0],
  openRow: [],
  entryColumn: [],
  entryValue: [],
});

/** Appends a column and returns its index. */
export const addColumn = (model: LinearModel, { cost, square = 0, lower, upper }: ColumnSpec): number => {
  model.cost.push(cost);
  model.square.push(square);
  model.lower.push(lower);
  model.upper.push(upper);
  return model.cost.length - 1;
};

/** Appends a row and returns its index. */
export const addRow = (
  model: LinearModel,
  { lower = -Infinity, upper = Infinity, owner = Number.NaN, slot = 0 }: RowSpec,
  entries: Entries,
): number => {
  for (const [column, coefficient] of entries) {
    if (coefficient === 0) continue;
    model.entryColumn.push(column);
    model.entryValue.push(coefficient);
  }
  model.rowStart.push(model.entryColumn.length);
  model.rowLower.push(lower);
  model.rowUpper.push(upper);
  model.rowOwner.push(owner);
  model.rowSlot.push(slot);
  return model.rowLower.length - 1;
};

/** Appends a 0/1 column and returns its index. */
export const addBinary = (model: LinearModel): number => {
  const column = addColumn(model, { cost: 0, lower: 0, upper: 1 });
  model.binary.push(column);
  return column;
};
