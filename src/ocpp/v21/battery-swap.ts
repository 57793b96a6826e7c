import type { BatterySwapEvent } from "../../domain/station-file/batteries.js";
import type { InboundHandler } from "../common/codec.js";
import { evseIdAt, idAt } from "../common/neutral.js";
import { listAt, numberAt, textAt } from "../wire.js";

const EVENTS: ReadonlyMap<string, BatterySwapEvent> = new Map([
  ["BatteryIn", "in"],
  ["BatteryOut", "out"],
  ["BatteryOutTimeout", "out-timeout"],
]);
const LONGEST_SERIAL = 50;
/** Batteries of one message; a swap is of a few. */
const MOST = 50;

const percent = (value: number | null): number | null =>
  value !== null && value >= 0 && value <= 100 ? value : null;

/** BatterySwap: batteries were put into a swap station, or taken out of it. One without a serial number is not kept. */
export const batterySwap: InboundHandler = (payload, { stationId, nowMs }) => {
  const event = EVENTS.get(textAt(payload, "eventType") ?? "");
  const batteries = listAt(payload, "batteryData")
    .slice(0, MOST)
    .flatMap((battery) => {
      const serialNumber = textAt(battery, "serialNumber")?.slice(0, LONGEST_SERIAL) ?? null;
      if (serialNumber === null) return [];
      return [
        {
          serialNumber,
          evseId: evseIdAt(battery, "evseId"),
          socPercent: percent(numberAt(battery, "soC")),
          sohPercent: percent(numberAt(battery, "soH")),
        },
      ];
    });
  const requestId = idAt(payload, "requestId");
  return {
    news:
      event === undefined
        ? []
        : [{ kind: "battery-swap", stationId, atMs: nowMs, requestId, event, batteries }],
    answer: () => ({}),
  };
};
