import type { DeviceAnswer, DeviceState } from "../domain/device.js";
import type { Measurement } from "../domain/site.js";

/** Meters, PV inverters and batteries of all sites: what they measure, how they stand, and batteries' commands. */
export interface Devices {
  /** All devices as they stand, in the order of the configuration. */
  states(): readonly DeviceState[];
  /**
   * Tells a battery its power at the grid side, charging positive, kW. Resolves when it answered or its time is
   * up; never rejects.
   */
  setPower(deviceId: string, powerKw: number): Promise<DeviceAnswer>;
  /** Calls back with each measurement of a site. */
  onMeasurement(listener: (measurement: Measurement) => void): void;
  /** Calls back when a device's values may be used again, or may no more. */
  onChange(listener: (deviceId: string) => void): void;
}

/** Devices in plain memory, told what they measure: a site without any, and worlds that play them. */
export interface MemoryDevices extends Devices {
  /** Puts a device in, or another state in its place. */
  put(state: DeviceState): void;
  measure(measurement: Measurement): void;
  readonly told: { readonly deviceId: string; readonly powerKw: number }[];
  /** What a command comes to; confirmed when nothing else is said. */
  answer: (deviceId: string, powerKw: number) => DeviceAnswer | Promise<DeviceAnswer>;
}

/** The last commands are kept, so that memory stays bounded. */
const MOST_TOLD = 1_000;

export const createMemoryDevices = (): MemoryDevices => {
  const devices = new Map<string, DeviceState>();
  const measurementListeners: ((measurement: Measurement) => void)[] = [];
  const changeListeners: ((deviceId: string) => void)[] = [];
  const memory: MemoryDevices = {
    told: [],
    answer: () => ({ status: "confirmed" }),
    states: () => [...devices.values()],
    put: (state) => {
      devices.set(state.id, state);
      for (const listener of changeListeners) listener(state.id);
    },
    measure: (measurement) => {
      for (const listener of measurementListeners) listener(measurement);
    },
    setPower: async (deviceId, powerKw) => {
      memory.told.push({ deviceId, powerKw });
      if (memory.told.length > MOST_TOLD) memory.told.shift();
      return memory.answer(deviceId, powerKw);
    },
    onMeasurement: (listener) => void measurementListeners.push(listener),
    onChange: (listener) => void changeListeners.push(listener),
  };
  return memory;
};
