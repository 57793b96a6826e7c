import type { Seat } from "./seat.js";

/** A place's own column and its extras, which follow each other: `from` up to `to`. */
export type Call = (column: number, from: number, to: number) => void;

/** Calls back for every place of a session, its charge powers first and its energies last. */
export const eachPlace = (
  { main }: { readonly main: Int32Array },
  { charge, extras, end, firstExtra }: Seat,
  call: Call,
): void => {
  let next = extras;
  for (let column = charge; column < extras; column++) {
    const from = next;
    while (next < end && main[firstExtra + next - extras] === column) next++;
    call(column, from, next);
  }
};
