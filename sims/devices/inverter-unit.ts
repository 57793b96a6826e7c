import { clamp, type EpochMs, SECOND_MS } from "../../src/domain/units.js";

/** What a simulated PV inverter is made of; powers are generation, positive. */
export interface InverterBody {
  readonly ratedKw: number;
  /** How fast its power follows a limit or the sun, kW per second. */
  readonly rampKwPerS: number;
  /** Without a limit for so long it goes to `failsafeKw`; null: it keeps the last one. */
  readonly watchdogMs: number | null;
  readonly failsafeKw: number;
}

/** A PV inverter with a ramp and its own watchdog: what it does follows from the sun and from what reached it. */
export class SimulatedInverter {
  readonly #body: InverterBody;
  #limit: { readonly powerKw: number; readonly atMs: EpochMs } | null = null;
  #powerKw = 0;
  #nowMs: EpochMs;
  /** What the sun would bring, kW. */
  sunKw = 0;
  /** It takes limits and does not heed them. */
  heedless = false;

  constructor(body: InverterBody, nowMs: EpochMs) {
    this.#body = body;
    this.#nowMs = nowMs;
  }

  /** A limit reached it. */
  take(powerKw: number, atMs: EpochMs): void {
    this.advance(atMs);
    this.#limit = { powerKw: clamp(powerKw, 0, this.#body.ratedKw), atMs };
  }

  /** Goes on to a moment, by its limit and its watchdog. */
  advance(toMs: EpochMs): void {
    const { watchdogMs } = this.#body;
    const expiryMs = this.#limit === null || watchdogMs === null ? Infinity : this.#limit.atMs + watchdogMs;
    if (expiryMs > this.#nowMs && expiryMs < toMs) this.#ramp(expiryMs);
    this.#ramp(toMs);
  }

  get powerKw(): number {
    return this.#powerKw;
  }

  #limitKw(): number {
    const { watchdogMs, failsafeKw, ratedKw } = this.#body;
    if (this.heedless) return ratedKw;
    if (this.#limit === null) return failsafeKw;
    const alive = watchdogMs === null || this.#nowMs < this.#limit.atMs + watchdogMs;
    return alive ? this.#limit.powerKw : failsafeKw;
  }

  #ramp(toMs: EpochMs): void {
    if (toMs <= this.#nowMs) return;
    const wantedKw = Math.min(this.sunKw, this.#limitKw(), this.#body.ratedKw);
    const mostKw = (this.#body.rampKwPerS * (toMs - this.#nowMs)) / SECOND_MS;
    this.#powerKw = clamp(wantedKw, this.#powerKw - mostKw, this.#powerKw + mostKw);
    this.#nowMs = toMs;
  }
}
