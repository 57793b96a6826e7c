import type { SessionPort } from "./contract.js";

/** Whether the peer is read: not for as long as anybody holds it. What it sends meanwhile stays in its own buffers. */
export interface Reading {
  hold(): void;
  release(): void;
}

export const createReading = (port: Pick<SessionPort, "pause" | "resume">): Reading => {
  let holders = 0;
  return {
    hold: () => {
      holders += 1;
      if (holders === 1) port.pause();
    },
    release: () => {
      holders -= 1;
      if (holders === 0) port.resume();
    },
  };
};

/** Bounds what waits to be handled, in bytes as they came: beyond it nothing is read until half of it is done. */
export interface Backlog {
  add(bytes: number): void;
  done(bytes: number): void;
}

export const createBacklog = (mostBytes: number, reading: Reading): Backlog => {
  let waiting = 0;
  let held = false;
  return {
    add: (bytes) => {
      waiting += bytes;
      if (held || waiting <= mostBytes) return;
      held = true;
      reading.hold();
    },
    done: (bytes) => {
      waiting -= bytes;
      if (!held || waiting > mostBytes / 2) return;
      held = false;
      reading.release();
    },
  };
};
