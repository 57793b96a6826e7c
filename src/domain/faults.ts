import type { YouxuError } from "./errors.js";

/** Several faults of one input, told at once. */
export class Faults extends Error {
  readonly faults: readonly YouxuError[];

  constructor(faults: readonly YouxuError[]) {
    super(faults.map(({ place, message }) => `${place ?? ""} ${message}`.trim()).join("\n"));
    this.name = "Faults";
    this.faults = faults;
  }
}
