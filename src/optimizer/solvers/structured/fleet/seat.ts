import {
  CHARGE,
  DISCHARGE,
  END,
  ENERGY,
  EXTRAS,
  FIELDS,
  FIRST_EXTRA,
  FIRST_ROW,
  FIRST_SLOT,
  type Fleet,
  GATE,
  ROWS,
  SLOTS,
} from "./fleet.js";

/** Where the numbers of a session lie. */
export interface Seat {
  /** Slots of its window, and own rows. */
  readonly n: number;
  readonly m: number;
  readonly charge: number;
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

/** Where the numbers of a session lie. */
export const seatOf = ({ field, slots }: Fleet, session: number): Seat => {
  const base = session * FIELDS;
  return {
    n: field[base + SLOTS]!,
    m: field[base + ROWS]!,
    charge: field[base + CHARGE]!,
    discharge: field[base + DISCHARGE]!,
    energy: field[base + ENERGY]!,
    extras: field[base + EXTRAS]!,
    end: field[base + END]!,
    firstExtra: field[base + FIRST_EXTRA]!,
    firstRow: field[base + FIRST_ROW]!,
    number: field[base + GATE]!,
    gate: field[base + GATE]! * slots + field[base + FIRST_SLOT]!,
  };
};
