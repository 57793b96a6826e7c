import type { TileKernel } from "../method/tile-kernel.js";
import type { Store } from "./fleet.js";
import { KERNEL_BASE64 } from "./kernel-wasm.js";

interface Exports {
  advance(
    fleet: number,
    ...numbers: [primal: number, dual: number, proximal: number, mu: number, first: number, end: number]
  ): void;
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

/** The module of kernel.c with a memory of its own. */
export interface Wasm {
  readonly exports: Exports;
  readonly store: Store;
  readonly tiles: TileKernel;
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

const tilesBy = (exports: Exports): TileKernel => ({
  factorDiagonal: (tile, whole, size) => exports.factorDiagonal(tile.byteOffset, whole.byteOffset, size),
  divideTile: (tile, corner, size, rows) =>
    exports.divideTile(tile.byteOffset, corner.byteOffset, size, rows),
  takeTile: (target, { lower, upper }, { size, rows, columns }) =>
    exports.takeTile(target.byteOffset, lower.byteOffset, upper.byteOffset, size, rows, columns),
});

/** The module with room for so many bytes; null where this machine cannot run it. */
export const loadWasm = (bytes: number): Wasm | null => {
  const module = moduleOf();
  if (module === null) return null;
  const { memory, exports } = load(module, bytes);
  return { exports, store: storeIn(memory), tiles: tilesBy(exports) };
};
