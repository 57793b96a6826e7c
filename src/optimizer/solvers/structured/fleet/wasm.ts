import type { Sums } from "../method/part.js";
import type { TileKernel } from "../method/tile-kernel.js";
import type { Fleet, Store } from "./fleet.js";
import type { Kernel } from "./kernel.js";
import { KERNEL_BASE64 } from "./kernel-wasm.js";

interface Exports {
  advance(fleet: number, primal: number, dual: number, proximal: number, first: number, end: number): void;
  predict(fleet: number, first: number, end: number): void;
  correct(fleet: number, mu: number, first: number, end: number): void;
  factorDiagonal(tile: number, whole: number, size: number): void;
  divideTile(tile: number, corner: number, size: number, rows: number): void;
  takeTile(target: number, lower: number, upper: number, size: number, rows: number, columns: number): void;
}

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** What this file uses of the platform's WebAssembly; the types of Node 20 do not have it. */
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (size: { initial: number }) => Memory;
  readonly Instance: new (
    module: object,
    imports: { env: { memory: Memory } },
  ) => { readonly exports: object };
};

const PAGE = 65_536;
/** Room for the stack and the constants of the module, at the bottom of its memory. */
const RESERVED = 2 * PAGE;
/** Memory up to this is kept for the next solve. */
const MOST_KEPT = 64 * 2 ** 20;

const isExports = (exports: object): exports is Exports => "advance" in exports && "takeTile" in exports;

/** The kernels of kernel.c with a memory of their own. */
export interface WasmKernels {
  readonly store: Store;
  readonly tiles: TileKernel;
  kernel(fleet: Fleet, schur: Float64Array): Kernel;
}

let compiled: object | null | undefined;

/** The module; null where this machine cannot run it. */
const moduleOf = (): object | null => {
  if (compiled !== undefined) return compiled;
  const bytes = Buffer.from(KERNEL_BASE64, "base64");
  compiled = WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : null;
  return compiled;
};

interface Loaded {
  readonly memory: Memory;
  readonly exports: Exports;
}

let kept: Loaded | null = null;

/** A module whose memory holds so many bytes beside its own; that of the last solve, if it was small. */
const load = (module: object, bytes: number): Loaded => {
  const pages = Math.ceil((RESERVED + bytes) / PAGE);
  if (kept !== null) {
    const missing = pages - kept.memory.buffer.byteLength / PAGE;
    if (missing > 0) kept.memory.grow(missing);
    const loaded = kept;
    if (pages * PAGE > MOST_KEPT) kept = null;
    return loaded;
  }
  const memory = new WebAssembly.Memory({ initial: pages });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  if (!isExports(exports)) throw new TypeError("the kernel does not export its passes");
  const loaded = { memory, exports };
  if (pages * PAGE <= MOST_KEPT) kept = loaded;
  return loaded;
};

const storeIn = ({ buffer }: Memory): Store => {
  let next = RESERVED;
  const take = (bytes: number): number => {
    const at = next;
    next += Math.ceil(bytes / 8) * 8;
    return at;
  };
  return {
    floats: (length) => new Float64Array(buffer, take(8 * length), length).fill(0),
    ints: (length) => new Int32Array(buffer, take(4 * length), length).fill(0),
  };
};

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

/** As in kernel.c. */
const MOST_STRANDS = 24;
const BLOCK = 4;

/** Numbers of room that kernel.c uses for one session. */
const roomFor = (slots: number, width: number): number =>
  5 * (12 * slots + 4) + 3 * slots + 2 + width + MOST_STRANDS * 2 * (width + BLOCK);

/** Addresses of everything that kernel.c reads, in the order of its struct. */
const addressesOf = (
  { slots, sessions, field, main, columns, rows, sums, place, tile }: Fleet,
  {
    widest,
    schur,
    room,
    shared,
  }: { widest: number; schur: Float64Array; room: Float64Array; shared: Float64Array },
): number[] => {
  const arrays = [
    field,
    main,
    ...Object.values(columns),
    ...Object.values(rows),
    ...Object.values(sums),
    place.net,
    place.charge,
    place.discharge,
    tile.offset,
    tile.width,
    schur,
    room,
    shared,
  ];
  return [slots, sessions, widest, ...arrays.map(({ byteOffset }) => byteOffset)];
};

const MOST_ADDRESSES = 64;

/** Bytes that kernels need beside the arrays of a fleet and of S. */
export const kernelBytes = (slots: number, width: number): number =>
  8 * (roomFor(slots, width) + SUMS.length + 4) + 4 * MOST_ADDRESSES;

/** The kernels of kernel.c, with room for so many bytes; null where this machine cannot run them. */
export const wasmKernels = (bytes: number): WasmKernels | null => {
  const module = moduleOf();
  if (module === null) return null;
  const { memory, exports } = load(module, bytes);
  const store = storeIn(memory);
  return {
    store,
    tiles: {
      factorDiagonal: (tile, whole, size) => exports.factorDiagonal(tile.byteOffset, whole.byteOffset, size),
      divideTile: (tile, corner, size, rows) =>
        exports.divideTile(tile.byteOffset, corner.byteOffset, size, rows),
      takeTile: (target, { lower, upper }, { size, rows, columns }) =>
        exports.takeTile(target.byteOffset, lower.byteOffset, upper.byteOffset, size, rows, columns),
    },
    kernel(fleet, schur) {
      const shared = store.floats(SUMS.length);
      const widest = Math.max(0, ...fleet.tile.width);
      const room = store.floats(roomFor(fleet.slots, widest));
      const addresses = store.ints(MOST_ADDRESSES);
      addresses.set(addressesOf(fleet, { widest, schur, room, shared }));
      const at = addresses.byteOffset;
      const within = (sums: Sums, pass: () => void): void => {
        for (const [place, name] of SUMS.entries()) shared[place] = sums[name];
        pass();
        for (const [place, name] of SUMS.entries()) sums[name] = shared[place]!;
      };
      return {
        advance: ({ primal, dual, proximal }, sums) =>
          within(sums, () => exports.advance(at, primal, dual, proximal, 0, fleet.sessions)),
        predict: (sums) => within(sums, () => exports.predict(at, 0, fleet.sessions)),
        correct: (mu, sums) => within(sums, () => exports.correct(at, mu, 0, fleet.sessions)),
      };
    },
  };
};
