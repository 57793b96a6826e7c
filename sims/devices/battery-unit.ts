import { clamp, type EpochMs, hours } from "../../src/domain/units.js";

/** What a simulated stationary battery is made of; powers at the grid side, charging positive. */
export interface BatteryBody {
  readonly capacityKwh: number;
  readonly maxChargeKw: number;
  readonly maxDischargeKw: number;
  /** Of both ways, each. */
  readonly efficiency: number;
  /** Without a setpoint for so long it goes to `failsafeKw`; null: it keeps the last one. */
  readonly watchdogMs: number | null;
  readonly failsafeKw: number;
}

/** A battery with its own watchdog: what it does follows from what reached it, and when. */
export class SimulatedBattery {
  readonly #body: BatteryBody;
  #energyKwh: number;
  #setpoint: { readonly powerKw: number; readonly atMs: EpochMs } | null = null;
  #nowMs: EpochMs;

  constructor(body: BatteryBody, energyKwh: number, nowMs: EpochMs) {
    this.#body = body;
    this.#energyKwh = energyKwh;
    this.#nowMs = nowMs;
  }

  /** A setpoint reached it. */
  take(powerKw: number, atMs: EpochMs): void {
    this.advance(atMs);
    this.#setpoint = { powerKw, atMs };
  }

  /** Goes on to a moment, by its setpoint and its watchdog. */
  advance(toMs: EpochMs): void {
    const { watchdogMs } = this.#body;
    const expiryMs =
      this.#setpoint === null || watchdogMs === null ? Infinity : this.#setpoint.atMs + watchdogMs;
    if (expiryMs > this.#nowMs && expiryMs < toMs) this.#integrate(expiryMs);
    this.#integrate(toMs);
  }

  get powerKw(): number {
    return this.#powerAt(this.#nowMs);
  }

  get socPercent(): number {
    return (100 * this.#energyKwh) / this.#body.capacityKwh;
  }

  #powerAt(atMs: EpochMs): number {
    const { watchdogMs, failsafeKw, maxChargeKw, maxDischargeKw, capacityKwh } = this.#body;
    const set = this.#setpoint;
    const alive = set !== null && (watchdogMs === null || atMs < set.atMs + watchdogMs);
    const wantedKw = clamp(alive ? set.powerKw : failsafeKw, -maxDischargeKw, maxChargeKw);
    if (wantedKw > 0 && this.#energyKwh >= capacityKwh) return 0;
    return wantedKw < 0 && this.#energyKwh <= 0 ? 0 : wantedKw;
  }

  #integrate(toMs: EpochMs): void {
    if (toMs <= this.#nowMs) return;
    const powerKw = this.#powerAt(this.#nowMs);
    const { efficiency, capacityKwh } = this.#body;
    const storedKw = powerKw > 0 ? powerKw * efficiency : powerKw / efficiency;
    this.#energyKwh = clamp(this.#energyKwh + storedKw * hours(toMs - this.#nowMs), 0, capacityKwh);
    this.#nowMs = toMs;
  }
}
