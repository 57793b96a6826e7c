const FIRST_SLOT = 0;
const SLOTS = 1;
const FIRST_ROW = 2;
const ROWS = 3;
const CHARGE = 4;
const DISCHARGE = 5;
const ENERGY = 6;
const EXTRAS = 7;
const END = 8;
const FIRST_EXTRA = 9;
const GATE = 10;
/** Numbers that say where those of one session lie. */
export const FIELDS = 11;

/** Where the numbers of a session lie. */
export interface Seat {
  /** Slots of its window, the first of them, and own rows. */
  readonly n: number;
  readonly firstSlot: number;
  readonly m: number;
  readonly charge: number;
  /** -1: the session never discharges. */
  readonly discharge: number;
  readonly energy: number;
  readonly extras: number;
  readonly end: number;
  readonly firstExtra: number;
  readonly firstRow: number;
  /** Its gate, and where the gate's sums over its window begin. */
  readonly number: number;
  readonly gate: number;
}

export const seatOf = (
  { field, slots }: { readonly field: Int32Array; readonly slots: number },
  session: number,
): Seat => {
  const base = session * FIELDS;
  const firstSlot = field[base + FIRST_SLOT]!;
  const number = field[base + GATE]!;
  return {
    n: field[base + SLOTS]!,
    firstSlot,
    m: field[base + ROWS]!,
    charge: field[base + CHARGE]!,
    discharge: field[base + DISCHARGE]!,
    energy: field[base + ENERGY]!,
    extras: field[base + EXTRAS]!,
    end: field[base + END]!,
    firstExtra: field[base + FIRST_EXTRA]!,
    firstRow: field[base + FIRST_ROW]!,
    number,
    gate: number * slots + firstSlot,
  };
};

/** Writes down a session's seat, where `seatOf` finds it. */
export const putSeat = (field: Int32Array, session: number, seat: Omit<Seat, "gate">): void => {
  const base = session * FIELDS;
  field[base + FIRST_SLOT] = seat.firstSlot;
  field[base + SLOTS] = seat.n;
  field[base + FIRST_ROW] = seat.firstRow;
  field[base + ROWS] = seat.m;
  field[base + CHARGE] = seat.charge;
  field[base + DISCHARGE] = seat.discharge;
  field[base + ENERGY] = seat.energy;
  field[base + EXTRAS] = seat.extras;
  field[base + END] = seat.end;
  field[base + FIRST_EXTRA] = seat.firstExtra;
  field[base + GATE] = seat.number;
};
