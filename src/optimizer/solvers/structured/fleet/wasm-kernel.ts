import { largest } from "../../../../domain/units.js";
import type { Sums } from "../method/part.js";
import type { Pass } from "../threads/second-thread.js";
import { arrays, type Fleet, type Store } from "./fleet.js";
import { type Halves, halvesOf } from "./halves.js";
import { type Kernel, LEAST_PRODUCT, productsOf } from "./kernel.js";
import { type Paired, pairedFleet } from "./paired.js";
import { FIELDS_OF_PAIR, PAIR_FIELDS, type Pairs } from "./pairs.js";
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
  { slots, gates }: { slots: number; gates: number },
  width: number,
): number =>
  // The best point so far is kept beside.
  16 * ((COLUMNS.length + 1) * columns + POWERS.length * powers + (ROWS.length + 1) * rows) +
  4 * (FIELDS_OF_PAIR * all.length + 2 * extras) +
  4 * (3 * (gates + 1) * slots + 3 * (gates + 1)) +
  8 * (2 * (roomFor(slots, width) + SUMS.length + MOST_ADDRESSES) + MOST_ARRAYS);

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
  { slots, sums }: Fleet,
  { field, main, columns, powers, rows }: Arrays,
  { halves, widest, others }: { halves: Halves; widest: number; others: readonly Float64Array[] },
): number[] => {
  const read = [
    field,
    main,
    ...Object.values(columns),
    ...Object.values(powers),
    ...Object.values(rows),
    ...Object.values(sums),
    halves.place.net,
    halves.place.charge,
    halves.place.discharge,
    halves.tile.offset,
    halves.tile.width,
    ...others,
  ];
  return [slots, widest, ...read.map(({ byteOffset }) => byteOffset)];
};

/** Half of the pairs, or all of them: where its passes find their numbers, and what they tell. */
interface Half {
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly told: Float64Array;
}

/** Which of two halves counts where their sums are none. */
const EXTREMES: Partial<Record<keyof Sums, (one: number, other: number) => number>> = {
  worst: Math.max,
  worstShare: Math.max,
  primal: Math.min,
  dual: Math.min,
};

/** What passes begin with: the second half adds to nothing. */
const begin = (parts: readonly Half[], sums: Sums): void => {
  for (const [half, { told }] of parts.entries())
    for (const [place, name] of SUMS.entries()) told[place] = half === 0 || name in EXTREMES ? sums[name] : 0;
};

const end = (parts: readonly Half[], sums: Sums): void => {
  for (const [place, name] of SUMS.entries())
    sums[name] = parts
      .map(({ told }) => told[place]!)
      .reduce((one, other) => EXTREMES[name]?.(one, other) ?? one + other);
};

/** Lays out the arrays of a fleet's halves; returns where each finds its numbers. */
const partsOf = (
  store: Store,
  { fleet, pairs, schur }: { fleet: Fleet; pairs: Pairs; schur: Float64Array },
  { laid, halves }: { laid: Arrays; halves: Halves },
): Half[] => {
  const widest = largest(fleet.tile.width, 0);
  const part = (from: number, to: number): Half => {
    const told = store.floats(SUMS.length);
    const room = store.floats(roomFor(fleet.slots, widest));
    const addresses = store.ints(MOST_ADDRESSES);
    addresses.set(addressesOf(fleet, laid, { halves, widest, others: [schur, room, told] }));
    return { at: addresses.byteOffset, from, to, told };
  };
  const { length } = pairs.all;
  return halves.first === length ? [part(0, length)] : [part(0, halves.first), part(halves.first, length)];
};

/** In the second half the gate of both is the one behind all others. */
const moveGate = ({ field }: Arrays, { first, sharedGate }: Halves, gates: number): void => {
  const at = PAIR_FIELDS.indexOf("gate");
  for (let place = first * FIELDS_OF_PAIR + at; place < field.length; place += FIELDS_OF_PAIR)
    if (field[place] === sharedGate) field[place] = gates;
};

/**
 * The passes of kernel.c over a fleet, its sessions paired, from the point at which it is: over both halves of
 * a large one at once, where there is a second thread.
 */
export const wasmKernel = (
  wasm: Wasm,
  { fleet, pairs, schur, isSplit }: { fleet: Fleet; pairs: Pairs; schur: Float64Array; isSplit: boolean },
): Kernel => {
  const { store, exports } = wasm;
  const laid = allocate(store, pairs);
  const readPoint = pairedFleet(fleet, pairs, pairedOf(laid));
  const halves = halvesOf(fleet, pairs, { store, schur, isSplit });
  moveGate(laid, halves, fleet.gates);
  const parts = partsOf(store, { fleet, pairs, schur }, { laid, halves });
  const second = parts.length > 1 ? wasm.secondThread() : null;
  const run = (pass: Pass, numbers: readonly number[], sums: Sums): void => {
    begin(parts, sums);
    halves.begin();
    const argsOf = ({ at, from, to }: Half): number[] => [at, ...numbers, from, to];
    const go = (half: Half): void => exports[pass](...argsOf(half));
    const [one, two] = parts;
    if (second === null || one === undefined || two === undefined) parts.forEach(go);
    else second.both(pass, argsOf(two), { here: () => go(one), instead: () => go(two) });
    halves.end();
    end(parts, sums);
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
      run("advance", [primal, dual, proximal, aimed], sums);
      idleDual = Math.max(idleDual + dual * (aimed - idleDual), LEAST_PRODUCT * aimed);
      sums.products -= 2 * idle * idleDual;
    },
    predict(sums) {
      run("predict", [], sums);
      sums.dualChange += 2 * idle * idleDual;
    },
    correct(mu, sums) {
      aimed = mu;
      run("correct", [mu], sums);
    },
    keep() {
      laid.kept.above.set(laid.columns.above);
      laid.kept.y.set(laid.rows.y);
    },
    kept: () => readPoint(laid.kept),
    now: () => ({
      ...readPoint({ above: laid.columns.above, y: laid.rows.y }),
      products: productsOf(laid.columns) - 2 * idle * idleDual,
    }),
  };
};
