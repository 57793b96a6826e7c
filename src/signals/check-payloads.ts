import type { EventPayload, GridEvent } from "../domain/signal.js";
import type { Notes } from "./notes.js";

type Value = EventPayload["values"][number];

const isNumber = (value: Value): boolean => typeof value === "number" && Number.isFinite(value);

/** The payload types that take effect, with what their values must be. */
const KNOWN: Readonly<Record<string, { readonly fits: (value: Value) => boolean; readonly wanted: string }>> =
  {
    PRICE: { fits: isNumber, wanted: "a number, money per kWh" },
    EXPORT_PRICE: { fits: isNumber, wanted: "a number, money per kWh" },
    IMPORT_CAPACITY_LIMIT: {
      fits: (value) => isNumber(value) && Number(value) >= 0,
      wanted: "a number of kW, 0 or more",
    },
    SIMPLE: {
      fits: (value) => typeof value === "number" && [0, 1, 2, 3].includes(value),
      wanted: "level 0, 1, 2 or 3",
    },
    DISPATCH_SETPOINT: { fits: isNumber, wanted: "a number of kW" },
  };

const checkPayload = (event: GridEvent, payload: EventPayload, notes: Notes): void => {
  const known = KNOWN[payload.type];
  const atMs = event.intervals[0]?.startMs ?? null;
  if (known === undefined) {
    notes.add("signal.payload-ignored", `event ${event.id}: ${payload.type} has no effect here`, atMs);
    return;
  }
  const bad = payload.values.find((value) => !known.fits(value));
  if (bad !== undefined || payload.values.length === 0)
    notes.add(
      "signal.payload-invalid",
      `event ${event.id}: ${payload.type} ${JSON.stringify(bad ?? null)} is left out; it takes ${known.wanted}`,
      atMs,
    );
};

/** Notes what of an event has no effect and why. */
export const checkPayloads = (events: readonly GridEvent[], notes: Notes): void => {
  for (const event of events)
    for (const { payloads } of event.intervals)
      for (const payload of payloads) checkPayload(event, payload, notes);
};
