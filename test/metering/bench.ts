import type { DeviceConfig } from "../../src/domain/device.js";
import type { Measurement } from "../../src/domain/site.js";
import { createDevices, type RunningDevices } from "../../src/metering/devices.js";
import { VirtualClock } from "../../src/ports/clock.js";
import { EVENING_MS } from "../fixtures/sites.js";

/** Lets sockets work until something holds. What never holds ends with the test's own limit. */
export const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
};

export interface DeviceBench {
  readonly clock: VirtualClock;
  readonly devices: RunningDevices;
  readonly measured: Measurement[];
  readonly changes: string[];
  readonly log: { readonly level: "info" | "warn"; readonly fields: object; readonly message: string }[];
  /** Runs the clock to its next timer, the next poll or try, and lets sockets work until something holds. */
  turn(holds: () => boolean): Promise<void>;
}

/** Devices on loopback: real sockets, but polls, pauses and staleness by a clock that stands still. */
export const openDevices = (configs: readonly DeviceConfig[]): DeviceBench => {
  const clock = new VirtualClock(EVENING_MS);
  const log: DeviceBench["log"] = [];
  const measured: Measurement[] = [];
  const changes: string[] = [];
  const devices = createDevices({
    configs,
    clock,
    random: () => 0.5,
    log: {
      info: (fields, message) => void log.push({ level: "info", fields, message }),
      warn: (fields, message) => void log.push({ level: "warn", fields, message }),
    },
  });
  devices.onMeasurement((measurement) => measured.push(measurement));
  devices.onChange((deviceId) => changes.push(deviceId));
  return {
    clock,
    devices,
    measured,
    changes,
    log,
    turn: async (holds) => {
      while (!holds()) {
        const nextMs = clock.nextMs();
        if (nextMs !== null) clock.step(nextMs);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
  };
};
