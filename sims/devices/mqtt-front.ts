import type { MqttClient } from "mqtt";
import type { EpochMs } from "../../src/domain/units.js";
import type { SimulatedDevice } from "./simulated.js";

/**
 * A device that tells power in watts and charge in percent at `<name>/power` and `<name>/soc`, takes watts at
 * `<name>/set` and repeats them at `<name>/took`. What it returns publishes its values.
 */
export const putOnMqtt = async (
  client: MqttClient,
  { name, device, now }: { name: string; device: SimulatedDevice; now: () => EpochMs },
): Promise<() => Promise<void>> => {
  await client.subscribeAsync(`${name}/set`);
  client.on("message", (topic, payload) => {
    if (topic !== `${name}/set`) return;
    const watts = Number(payload.toString());
    device.take?.(watts / 1000, now());
    void client.publishAsync(`${name}/took`, String(watts));
  });
  return async () => {
    device.advance(now());
    await client.publishAsync(`${name}/power`, JSON.stringify({ w: device.powerKw * 1000 }));
    if (device.socPercent !== undefined) await client.publishAsync(`${name}/soc`, String(device.socPercent));
  };
};
