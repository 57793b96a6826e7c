import type { DeviceAnswer } from "../domain/device.js";
import type { Clock } from "../ports/clock.js";
import type { DeviceEvent } from "./device-record.js";

/** What an adapter needs of its surroundings. */
export interface AdapterParts {
  readonly clock: Clock;
  /** Draws in [0, 1), for the pauses between tries. */
  readonly random: () => number;
}

/** The way to one device. It tries again for as long as it is not stopped. */
export interface Adapter {
  start(): void;
  /** Resolves when the device answered or its time is up. Never rejects. */
  setPower(powerKw: number): Promise<DeviceAnswer>;
  stop(): void;
}

/** Called for each thing that happens to the device. */
export type Tell = (event: DeviceEvent) => void;

/** A fault in a sentence. */
export const sentenceOf = (error: unknown): string => {
  if (typeof error !== "object" || error === null) return String(error);
  const message = "message" in error && typeof error.message === "string" ? error.message : "";
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return [code, message].find((text) => text !== "") === undefined ? "failed" : message || code;
};
