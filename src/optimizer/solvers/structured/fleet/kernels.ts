import { plainTiles, type TileKernel } from "../method/tile-kernel.js";
import type { Tiles } from "../method/tiles.js";
import { bytesOf, type Fleet, type Size, type Store } from "./fleet.js";
import { type Kernel, plainKernel } from "./kernel.js";
import { kernelBytes, wasmKernels } from "./wasm.js";

/** The loops of the method, and where the numbers they pass over lie. */
export interface Kernels {
  readonly store: Store;
  readonly tiles: TileKernel;
  kernelOf(fleet: Fleet, schur: Float64Array): Kernel;
}

const plainKernels: Kernels = {
  store: { floats: (length) => new Float64Array(length), ints: (length) => new Int32Array(length) },
  tiles: plainTiles,
  kernelOf: plainKernel,
};

/** Kernels for a fleet and an S: WebAssembly where the machine has it, unless plain ones are asked for. */
export const kernelsFor = (size: Size, { size: schur, groupStart }: Tiles, isPlain: boolean): Kernels => {
  const links = groupStart.at(-1) ?? 0;
  const bytes = bytesOf(size) + kernelBytes(size.slots, links) + 8 * (schur + links + 2);
  const wasm = isPlain ? null : wasmKernels(bytes);
  if (wasm === null) return plainKernels;
  return { store: wasm.store, tiles: wasm.tiles, kernelOf: (fleet, values) => wasm.kernel(fleet, values) };
};
