import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";

/** What the other thread is told, in memory that both share. */
const READY = 0;
const ASKED = 1;
const DONE = 2;
const PASS = 3;
const COUNT = 4;
const CONTROLS = 5;
const MOST_NUMBERS = 8;

/** Looks at a number before a thread lies down to wait for it: passes follow each other within microseconds. */
const LOOKS = 20_000;
/** A pass takes milliseconds; a thread that is silent for so long will not answer. */
const SILENT_MS = 20_000;

const PASSES = ["advance", "predict", "correct", "factorGroups", "solveDown", "solveUp"] as const;
export type Pass = (typeof PASSES)[number];

/**
 * The other thread's program: an instance of the module on the memory of the first, with a stack of its own.
 * A text, since a worker is started from one without a file to be found, whatever runs this code.
 */
const PROGRAM = `
const { workerData } = require("node:worker_threads");
const { module, memory, stack, control, numbers } = workerData;
const { exports } = new WebAssembly.Instance(module, { env: { memory } });
exports.__stack_pointer.value = stack;
const passes = ${JSON.stringify(PASSES)}.map((name) => exports[name]);
Atomics.store(control, ${READY}, 1);
// A call for an earlier turn may arrive late: only a number that has changed is a new turn.
for (let turn = 0; ; ) {
  let looks = 0;
  while (Atomics.load(control, ${ASKED}) === turn && looks < ${LOOKS}) looks++;
  while (Atomics.load(control, ${ASKED}) === turn) Atomics.wait(control, ${ASKED}, turn);
  turn = Atomics.load(control, ${ASKED});
  passes[control[${PASS}]](...numbers.subarray(0, control[${COUNT}]));
  Atomics.store(control, ${DONE}, turn);
  Atomics.notify(control, ${DONE});
}
`;

/** A thread that takes its share of passes over memory that it shares with the first. */
export interface SecondThread {
  /** Runs one pass over there and another here, at once; here one after the other for as long as there is none. */
  both(pass: Pass, there: readonly number[], run: { here: () => void; instead: () => void }): void;
  /** Passes that it has taken so far. */
  taken(): number;
  end(): void;
}

/**
 * Waits for a number to change; false: it does not. Looks again after every wait: a call that was made for an
 * earlier turn may arrive late and end the wait of this one.
 */
const waitFor = (control: Int32Array, place: number, before: number): boolean => {
  const isStill = (): boolean => Atomics.load(control, place) === before;
  for (let looks = 0; looks < LOOKS; looks++) if (!isStill()) return true;
  while (isStill()) if (Atomics.wait(control, place, before, SILENT_MS) === "timed-out") return !isStill();
  return true;
};

/** What both threads share, and where the other's stack ends. */
interface Shared {
  readonly module: object;
  readonly memory: object;
  readonly stack: number;
}

const workerOn = (workerData: object): Worker | null => {
  try {
    return new Worker(PROGRAM, { eval: true, workerData });
  } catch {
    return null;
  }
};

/**
 * Starts the other thread, which is ready a little later; null where a second one would take the first's time, or
 * none can be started. `onLost`: it does not answer, and what it shares is not to be used again.
 */
export const startThread = (shared: Shared, onLost: () => void): SecondThread | null => {
  if (availableParallelism() < 2) return null;
  const control = new Int32Array(new SharedArrayBuffer(4 * CONTROLS));
  const numbers = new Float64Array(new SharedArrayBuffer(8 * MOST_NUMBERS));
  const worker = workerOn({ ...shared, control, numbers });
  if (worker === null) return null;
  // Nobody waits for it at the end; and where it ends, everything goes on without it.
  worker.unref();
  const isGone = (): void => void Atomics.store(control, READY, 0);
  worker.on("error", isGone);
  worker.on("exit", () => {
    isGone();
    onLost();
  });
  let turn = 0;
  return {
    both(pass, there, { here, instead }) {
      if (Atomics.load(control, READY) === 0) {
        here();
        instead();
        return;
      }
      numbers.set(there);
      control[PASS] = PASSES.indexOf(pass);
      control[COUNT] = there.length;
      const before = turn++;
      Atomics.store(control, ASKED, turn);
      Atomics.notify(control, ASKED);
      let isDone = false;
      try {
        here();
      } finally {
        // Whatever became of this half, the other must have ended before anything else is done.
        isDone = waitFor(control, DONE, before);
        if (!isDone) {
          isGone();
          void worker.terminate();
          onLost();
        }
      }
      if (!isDone) throw new Error("the second thread does not answer");
    },
    taken: () => turn,
    end() {
      isGone();
      void worker.terminate();
    },
  };
};
