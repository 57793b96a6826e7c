import { YouxuError } from "../../domain/errors.js";
import { describedAt } from "../vtn/event-book.js";
import { meantBy } from "./near-miss.js";
import type { EventObject, ProgramObject } from "./objects.js";

const CAPACITY = ["SUBSCRIPTION", "RESERVATION", "RESERVATION_FEE", "AVAILABLE", "AVAILABLE_PRICE", "LIMIT"];
const ALERTS = [
  "GRID_EMERGENCY",
  "BLACK_START",
  "POSSIBLE_OUTAGE",
  "FLEX_ALERT",
  "FIRE",
  "FREEZING",
  "WIND",
  "TSUNAMI",
  "AIR_QUALITY",
  "OTHER",
];

/** Payload types of event intervals: OpenADR 3.1, Definition, "Event Enumerations". */
export const PAYLOAD_TYPES: readonly string[] = [
  "SIMPLE",
  "PRICE",
  "PRICE_ALTERNATE",
  "EXPORT_PRICE",
  "CHARGE_STATE_SETPOINT",
  "DISPATCH_SETPOINT",
  "DISPATCH_SETPOINT_RELATIVE",
  "DISPATCH_INSTRUCTION",
  "CONTROL_SETPOINT",
  "CONTROL_LEVEL_OFFSET",
  "CONTROL_LEVEL_OFFSET_PERCENT",
  "GHG",
  "CURVE",
  "OLS",
  ...CAPACITY.flatMap((name) => [`IMPORT_CAPACITY_${name}`, `EXPORT_CAPACITY_${name}`]),
  ...ALERTS.map((name) => `ALERT_${name}`),
  "CTA2045_REBOOT",
  "CTA2045_SET_OVERRIDE_STATUS",
];

type Named = Pick<EventObject, "intervals"> & Pick<ProgramObject, "payloadDescriptors">;

/**
 * Throws `event.payload` for a payload type that is nearly a known one, in payloads and in descriptors,
 * whose unit would not be found; private types of other names pass.
 */
export const checkPayloadTypes = (object: Named): void => {
  for (const [type, place] of firstPlaces(object)) {
    const meant = meantBy(type, PAYLOAD_TYPES);
    if (meant !== null)
      throw new YouxuError("event.payload", `unknown payload type ${type}; did you mean ${meant}?`, place);
  }
};

/** Each type with the place where it stands first. */
const firstPlaces = ({ intervals = [], payloadDescriptors = [] }: Named): ReadonlyMap<string, string> =>
  new Map(
    [
      ...describedAt("payloadDescriptors", payloadDescriptors).map(
        ({ payloadType, place }): [string, string] => [payloadType, `${place}.payloadType`],
      ),
      ...intervals.flatMap(({ payloads }, index) =>
        payloads.map(({ type }, position): [string, string] => [
          type,
          `intervals[${index}].payloads[${position}].type`,
        ]),
      ),
    ].toReversed(),
  );
