import type { EpochMs } from "../../src/domain/units.js";

/** A simulated meter, inverter or battery, whatever it is reached by; power signed as its kind is measured. */
export interface SimulatedDevice {
  /** Goes on to a moment. */
  advance(toMs: EpochMs): void;
  readonly powerKw: number;
  /** Of a battery. */
  readonly socPercent?: number;
  /** A setpoint, or a limit, reached it; a meter has none. */
  take?(powerKw: number, atMs: EpochMs): void;
}

/** A meter that shows what flows, in steps of ten watts. */
export class SimulatedMeter implements SimulatedDevice {
  readonly #flowKw: () => number;
  #shownKw = 0;

  constructor(flowKw: () => number) {
    this.#flowKw = flowKw;
  }

  advance(): void {
    this.#shownKw = Math.round(this.#flowKw() * 100) / 100;
  }

  get powerKw(): number {
    return this.#shownKw;
  }
}
