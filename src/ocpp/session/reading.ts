import type { SessionPort } from "./contract.js";

/** Whether the peer is read: not for as long as anybody holds it. What it sends meanwhile stays in its own buffers. */
export interface Reading {
  hold(): void;
  release(): void;
}

export const createReading = (port: Pick<SessionPort, "pause" | "resume">): Reading => new PortReading(port);

class PortReading implements Reading {
  readonly #port: Pick<SessionPort, "pause" | "resume">;
  #holders = 0;

  constructor(port: Pick<SessionPort, "pause" | "resume">) {
    this.#port = port;
  }

  hold(): void {
    this.#holders += 1;
    if (this.#holders === 1) this.#port.pause();
  }

  release(): void {
    this.#holders -= 1;
    if (this.#holders === 0) this.#port.resume();
  }
}

/** Bounds what waits to be handled, in bytes as they came: beyond it nothing is read until half of it is done. */
export interface Backlog {
  add(bytes: number): void;
  done(bytes: number): void;
}

export const createBacklog = (mostBytes: number, reading: Reading): Backlog =>
  new HeldBacklog(mostBytes, reading);

class HeldBacklog implements Backlog {
  readonly #mostBytes: number;
  readonly #reading: Reading;
  #waiting = 0;
  #isHeld = false;

  constructor(mostBytes: number, reading: Reading) {
    this.#mostBytes = mostBytes;
    this.#reading = reading;
  }

  add(bytes: number): void {
    this.#waiting += bytes;
    if (this.#isHeld || this.#waiting <= this.#mostBytes) return;
    this.#isHeld = true;
    this.#reading.hold();
  }

  done(bytes: number): void {
    this.#waiting -= bytes;
    if (!this.#isHeld || this.#waiting > this.#mostBytes / 2) return;
    this.#isHeld = false;
    this.#reading.release();
  }
}
