import type { DeviceValue } from "../domain/device.js";
import type { EpochMs } from "../domain/units.js";

/** What is known of the power of one of the devices that are summed. */
interface Summand {
  /** null: it never told. */
  readonly power: DeviceValue | null;
  readonly staleMs: number;
}

/**
 * The sum of the powers of a site's devices of one kind, at the time of the newest, kW. null while one of them
 * has not told, or is stale, or there is none: a part would be taken for the whole.
 */
export const totalOf = (devices: readonly Summand[], nowMs: EpochMs): DeviceValue | null => {
  if (devices.length === 0) return null;
  let [value, atMs] = [0, -Infinity];
  for (const { power, staleMs } of devices) {
    if (power === null || nowMs - power.atMs > staleMs) return null;
    value += power.value;
    atMs = Math.max(atMs, power.atMs);
  }
  return { value, atMs };
};
