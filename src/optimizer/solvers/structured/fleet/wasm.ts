import { type Pass, type SecondThread, startThread } from "../threads/second-thread.js";
import type { Store } from "./fleet.js";
import { KERNEL_BASE64 } from "./kernel-wasm.js";

type Exports = Record<Pass, (...numbers: number[]) => void>;

interface Memory {
  readonly buffer: SharedArrayBuffer;
  grow(pages: number): number;
}

/** What this file uses of the platform's WebAssembly; the types of Node 20 do not have it. */
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (size: { initial: number; maximum: number; shared: true }) => Memory;
  readonly Instance: new (
    module: object,
    imports: { env: { memory: Memory } },
  ) => { readonly exports: object };
};

const PAGE = 65_536;
/** As stated in kernel.sh. */
const MOST_PAGES = 2 ** 31 / PAGE;
/** Room for the stack and the constants of the module, at the bottom of its memory, and the other stack's end. */
const STACK = 2 * PAGE;
const RESERVED = 3 * PAGE;
/** Memory up to this is kept for the next solve. */
const MOST_KEPT = 64 * 2 ** 20;

const isExports = (exports: object): exports is Exports => "advance" in exports && "factorGroups" in exports;

/** The module of kernel.c with a memory of its own. */
export interface Wasm {
  readonly exports: Exports;
  readonly store: Store;
  /** The thread that shares the memory; started when it is first asked for, null where there is none. */
  secondThread(): SecondThread | null;
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
  /** undefined: not asked for yet. */
  second: SecondThread | null | undefined;
}

let kept: Loaded | null = null;

/** A module whose memory holds so many bytes beside its own: that of the last solve, unless it is far too large. */
const load = (module: object, bytes: number): Loaded => {
  const pages = Math.ceil((RESERVED + bytes) / PAGE);
  if (pages > MOST_PAGES) throw new RangeError(`kernels cannot reach ${bytes} bytes`);
  if (kept !== null && kept.memory.buffer.byteLength > Math.max(MOST_KEPT, pages * PAGE)) {
    kept.second?.end();
    kept = null;
  }
  if (kept === null) {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: MOST_PAGES, shared: true });
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    if (!isExports(exports)) throw new TypeError("the kernel does not export its passes");
    kept = { memory, exports, second: undefined };
  }
  const missing = pages - kept.memory.buffer.byteLength / PAGE;
  if (missing > 0) kept.memory.grow(missing);
  return kept;
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

/** A module and its memory; null where the machine has no such memory, or none of this size. */
const loadedOf = (module: object, bytes: number): Loaded | null => {
  try {
    return load(module, bytes);
  } catch {
    return null;
  }
};

/** The module with room for so many bytes; null where this machine cannot run it. */
export const loadWasm = (bytes: number): Wasm | null => {
  const module = moduleOf();
  const loaded = module === null ? null : loadedOf(module, bytes);
  if (module === null || loaded === null) return null;
  const { memory, exports } = loaded;
  const secondThread = (): SecondThread | null =>
    (loaded.second ??= startThread({ module, memory, stack: STACK + PAGE }, () => {
      if (kept === loaded) kept = null;
    }));
  return { exports, store: storeIn(memory), secondThread };
};
