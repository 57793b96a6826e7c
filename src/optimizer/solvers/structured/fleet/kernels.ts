import { plainTiles, type TileKernel } from "../method/tile-kernel.js";
import type { Tiles } from "../method/tiles.js";
import { anywhere, type Fleet, type Size, type Store, sharedBytes } from "./fleet.js";
import type { Kernel } from "./kernel.js";
import type { Seated } from "./pairs.js";
import { pairsOf } from "./pairs.js";
import { plainKernel } from "./plain-kernel.js";
import { loadWasm } from "./wasm.js";
import { pairedBytes, wasmKernel } from "./wasm-kernel.js";

/** The loops of the method, and where what they share with it lies. */
export interface Kernels {
  readonly store: Store;
  readonly tiles: TileKernel;
  /** The passes over a fleet, from the point at which it is. */
  kernelOf(fleet: Fleet, schur: Float64Array): Kernel;
}

const plainKernels: Kernels = { store: anywhere, tiles: plainTiles, kernelOf: plainKernel };

/** Kernels for sessions and an S: WebAssembly where the machine has it, unless plain ones are asked for. */
export const kernelsFor = (
  seated: Seated,
  size: Size,
  { size: schur, groupStart }: Tiles,
  isPlain: boolean,
): Kernels => {
  if (isPlain) return plainKernels;
  const links = groupStart.at(-1) ?? 0;
  const pairs = pairsOf(seated);
  const bytes = sharedBytes(size) + pairedBytes(pairs, size.slots, links) + 8 * (schur + links + 4);
  const wasm = loadWasm(bytes);
  if (wasm === null) return plainKernels;
  return {
    store: wasm.store,
    tiles: wasm.tiles,
    kernelOf: (fleet, values) => wasmKernel(wasm, { fleet, pairs, schur: values }),
  };
};
