import type { SignalNote } from "../domain/signal.js";
import type { EpochMs } from "../domain/units.js";
import type { Held } from "./timeline.js";

/** Notes by what they say: the first time of each is kept, repeats are dropped. */
export class Notes {
  readonly #notes = new Map<string, SignalNote>();

  add(code: string, message: string, atMs: EpochMs | null): void {
    const key = `${code} ${message}`;
    if (!this.#notes.has(key)) this.#notes.set(key, { code, message, atMs });
  }

  /** Two events of equal rank claim the same: says which holds, and why. */
  tie({ claim, tiedWith, startMs }: Held, what: string): void {
    if (claim === null || tiedWith === null) return;
    this.add(
      "signal.overlap",
      `events ${claim.event.id} and ${tiedWith.event.id} overlap in ${what} with equal priority: ` +
        `${claim.event.id} holds, it was changed last`,
      startMs,
    );
  }

  list(): SignalNote[] {
    return [...this.#notes.values()];
  }
}
