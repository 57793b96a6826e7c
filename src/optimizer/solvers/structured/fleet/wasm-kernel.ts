import type { Sums } from "../method/part.js";
import { arrays, type Fleet, type Store } from "./fleet.js";
import type { Kernel } from "./kernel.js";
import { type Paired, pairedFleet } from "./paired.js";
import { FIELDS_OF_PAIR, type Pairs } from "./pairs.js";
import { FIRST_PRODUCT } from "./start.js";
import type { Wasm } from "./wasm.js";

const SUMS = [
  "objective",
  "bound",
  "products",
  "worst",
  "worstShare",
  "primal",
  "dual",
  "dualChange",
  "primalChange",
  "bothChange",
] as const satisfies readonly (keyof Sums)[];

/** As in kernel.c, and in its order. */
const MOST_STRANDS = 24;
const BLOCK = 4;
const COLUMNS = ["above", "under", "z", "w", "cost", "theta", "reduced", "dx", "affineDx"] as const;
const POWERS = ["gain", "tie"] as const;
const ROWS = ["y", "dy", "rhs", "link", "pivot", "ratio", "affine", "centre", "second"] as const;

/** Numbers of room that kernel.c uses for one pair. */
const roomFor = (slots: number, width: number): number =>
  2 * (5 * (3 * slots + 1) + slots) + MOST_STRANDS * 2 * (width + BLOCK) + width;

const MOST_ADDRESSES = 64;
/** Every array may begin at the next multiple of eight. */
const MOST_ARRAYS = 40;

/** Bytes that the kernel needs for pairs; at most so many linking rows form a group. */
export const pairedBytes = (
  { all, columns, powers, rows, extras }: Pairs,
  slots: number,
  width: number,
): number =>
  // The best point so far is kept beside.
  16 * ((COLUMNS.length + 1) * columns + POWERS.length * powers + (ROWS.length + 1) * rows) +
  4 * (FIELDS_OF_PAIR * all.length + 2 * extras + MOST_ADDRESSES) +
  8 * (roomFor(slots, width) + SUMS.length + MOST_ARRAYS);

const allocate = (store: Store, { all, columns, powers, rows, extras }: Pairs) => ({
  field: store.ints(FIELDS_OF_PAIR * all.length),
  main: store.ints(2 * extras),
  columns: arrays(store, COLUMNS, 2 * columns),
  powers: arrays(store, POWERS, 2 * powers),
  rows: arrays(store, ROWS, 2 * rows),
  kept: { above: store.floats(2 * columns), y: store.floats(2 * rows) },
});

type Arrays = ReturnType<typeof allocate>;

const pairedOf = ({ field, main, columns, powers, rows }: Arrays): Paired => ({
  field,
  main,
  columns,
  gain: powers.gain,
  rows,
});

/** Addresses of everything that kernel.c reads, in the order of its struct. */
const addressesOf = (
  { slots, sums, place, tile }: Fleet,
  { field, main, columns, powers, rows }: Arrays,
  { widest, others }: { widest: number; others: readonly Float64Array[] },
): number[] => {
  const read = [
    field,
    main,
    ...Object.values(columns),
    ...Object.values(powers),
    ...Object.values(rows),
    ...Object.values(sums),
    place.net,
    place.charge,
    place.discharge,
    tile.offset,
    tile.width,
    ...others,
  ];
  return [slots, widest, ...read.map(({ byteOffset }) => byteOffset)];
};

/** The passes of kernel.c over a fleet, its sessions paired, from the point at which it is. */
export const wasmKernel = (
  { exports, store }: Wasm,
  { fleet, pairs, schur }: { fleet: Fleet; pairs: Pairs; schur: Float64Array },
): Kernel => {
  const laid = allocate(store, pairs);
  const readPoint = pairedFleet(fleet, pairs, pairedOf(laid));
  const shared = store.floats(SUMS.length);
  const widest = Math.max(0, ...fleet.tile.width);
  const room = store.floats(roomFor(fleet.slots, widest));
  const addresses = store.ints(MOST_ADDRESSES);
  addresses.set(addressesOf(fleet, laid, { widest, others: [schur, room, shared] }));
  const [at, end] = [addresses.byteOffset, pairs.all.length];
  const within = (sums: Sums, pass: () => void): void => {
    for (const [place, name] of SUMS.entries()) shared[place] = sums[name];
    pass();
    for (const [place, name] of SUMS.entries()) sums[name] = shared[place]!;
  };
  // What the last corrector aimed at: the next pass forms its duals' changes again.
  let aimed = 0;
  // Idle columns, what all their duals are, and what the passes count of them though they are none of the fleet.
  const { length: columns } = fleet.columns.above;
  const idle = 2 * pairs.columns - columns;
  let idleDual = FIRST_PRODUCT;
  return {
    columns,
    advance({ primal, dual, proximal }, sums) {
      within(sums, () => exports.advance(at, primal, dual, proximal, aimed, 0, end));
      idleDual += dual * (aimed - idleDual);
      sums.products -= 2 * idle * idleDual;
    },
    predict(sums) {
      within(sums, () => exports.predict(at, 0, end));
      sums.dualChange += 2 * idle * idleDual;
    },
    correct(mu, sums) {
      aimed = mu;
      within(sums, () => exports.correct(at, mu, 0, end));
    },
    keep() {
      laid.kept.above.set(laid.columns.above);
      laid.kept.y.set(laid.rows.y);
    },
    kept: () => readPoint(laid.kept),
  };
};
