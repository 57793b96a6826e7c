import { type Cholesky, type Complement, plainCholesky } from "../method/cholesky.js";
import { tileHalves } from "../method/tile-halves.js";
import type { Tiles } from "../method/tiles.js";
import { anywhere, type Fleet, type Size, type Store, sharedBytes } from "./fleet.js";
import { inHalves } from "./halves.js";
import type { Kernel } from "./kernel.js";
import { pairsOf, type Seated } from "./pairs.js";
import { plainKernel } from "./plain-kernel.js";
import { loadWasm, type Wasm } from "./wasm.js";
import { choleskyBytes, wasmCholesky } from "./wasm-cholesky.js";
import { pairedBytes, wasmKernel } from "./wasm-kernel.js";

/** The loops of the method, and where what they share with it lies. */
export interface Kernels {
  readonly store: Store;
  /** The factor of an S. */
  choleskyOf(complement: Complement): Cholesky;
  /** The passes over a fleet, from the point at which it is. */
  kernelOf(fleet: Fleet, schur: Float64Array): Kernel;
}

/**
 * Who runs the loops: WebAssembly, on two threads where that helps (what the product does) or on one, or plain
 * JavaScript, the reference; or WebAssembly in two halves also where there are few cars, for tests.
 */
export type Runner = "threads" | "one-thread" | "plain" | "split";

const plainKernels = (tiles: Tiles): Kernels => ({
  store: anywhere,
  choleskyOf: (complement) => plainCholesky(tiles, complement),
  kernelOf: plainKernel,
});

/** Arrays beside those that are counted may each begin at the next multiple of eight. */
const MOST_SPARES = 64;

const alone = (wasm: Wasm): Wasm => ({ ...wasm, secondThread: () => null });

/** Kernels for sessions and an S: WebAssembly where the machine has it. */
export const kernelsFor = (seated: Seated, size: Size, tiles: Tiles, by: Runner): Kernels => {
  if (by === "plain") return plainKernels(tiles);
  const pairs = pairsOf(seated);
  const isSplit = inHalves(pairs, by === "split");
  const halves = tileHalves(tiles, by === "split");
  const { groupStart } = tiles;
  const widest = groupStart
    .subarray(1)
    .reduce((most, end, group) => Math.max(most, end - groupStart[group]!), 0);
  // The second half may have tiles of its own; three vectors over the linking rows are there as well.
  const numbers = (isSplit ? 2 : 1) * tiles.size + 3 * (groupStart.at(-1) ?? 0);
  const bytes =
    sharedBytes(size) +
    pairedBytes(pairs, size, widest) +
    choleskyBytes(tiles, halves) +
    8 * (numbers + MOST_SPARES);
  const loaded = loadWasm(bytes);
  if (loaded === null) return plainKernels(tiles);
  const wasm = by === "one-thread" ? alone(loaded) : loaded;
  return {
    store: wasm.store,
    choleskyOf: (complement) => wasmCholesky(wasm, tiles, { ...complement, halves }),
    kernelOf: (fleet, schur) => wasmKernel(wasm, { fleet, pairs, schur, isSplit }),
  };
};
