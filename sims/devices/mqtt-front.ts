import type { EpochMs } from "../../src/domain/units.js";
import type { SimulatedDevice } from "./simulated.js";

/** A connection to a broker, as far as a device needs one. */
interface Broker {
  subscribeAsync(topic: string): Promise<unknown>;
  publishAsync(topic: string, message: string): Promise<unknown>;
  on(event: "message", listener: (topic: string, payload: Uint8Array) => void): unknown;
}

/**
 * A device that tells power in watts and charge in percent at `<name>/power` and `<name>/soc`, takes watts at
 * `<name>/set` and repeats them at `<name>/took`. What it returns publishes its values.
 */
export const putOnMqtt = async (
  client: Broker,
  { name, device, now }: { name: string; device: SimulatedDevice; now: () => EpochMs },
): Promise<() => Promise<void>> => {
  await client.subscribeAsync(`${name}/set`);
  client.on("message", (topic, payload) => {
    if (topic !== `${name}/set`) return;
    const watts = Number(Buffer.from(payload).toString());
    device.take?.(watts / 1000, now());
    void client.publishAsync(`${name}/took`, String(watts));
  });
  return async () => {
    device.advance(now());
    await client.publishAsync(`${name}/power`, JSON.stringify({ w: device.powerKw * 1000 }));
    if (device.socPercent !== undefined) await client.publishAsync(`${name}/soc`, String(device.socPercent));
  };
};
