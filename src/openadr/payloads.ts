import { YouxuError } from "../domain/errors.js";
import type { EventPayload } from "../domain/signal.js";

/** What the values of a payload type that takes effect must be, and into what units they are turned. */
interface PayloadRule {
  readonly must: string;
  readonly holds: (value: number) => boolean;
  /** Factor from each unit of the descriptor; none: the type has no unit. Key "" is the default. */
  readonly factors: Readonly<Record<string, number>> | null;
}

const POWER_TO_KW = { "": 1, KW: 1, W: 1e-3, MW: 1e3 };
const PER_KWH = { "": 1, KWH: 1, WH: 1e3, MWH: 1e-3 };

const limit: PayloadRule = {
  must: "a number, not negative",
  holds: (value) => value >= 0,
  factors: POWER_TO_KW,
};
/** The enumeration forbids negative setpoints, which would forbid vehicle-to-grid: they are taken. */
const setpoint: PayloadRule = { must: "a number", holds: () => true, factors: POWER_TO_KW };
const price: PayloadRule = { must: "a number", holds: () => true, factors: PER_KWH };
const level: PayloadRule = {
  must: "0, 1, 2 or 3",
  holds: (value) => Number.isInteger(value) && value >= 0 && value <= 3,
  factors: null,
};

/** Types that are read. All others, private ones included, are kept and shown as they are. */
export const PAYLOAD_RULES: ReadonlyMap<string, PayloadRule> = new Map([
  ["IMPORT_CAPACITY_LIMIT", limit],
  ["EXPORT_CAPACITY_LIMIT", limit],
  ["DISPATCH_SETPOINT", setpoint],
  ["SIMPLE", level],
  ["PRICE", price],
  ["EXPORT_PRICE", price],
]);

export interface PayloadDescriptor {
  readonly payloadType: string;
  readonly units?: string | undefined;
}

/**
 * Checks a payload and gives it in our units: kW, and money per kWh. The unit is the event's
 * descriptor's, else the program's, else kW and per kWh. Throws `event.payload` with the place.
 */
export const readPayload = (
  payload: EventPayload,
  descriptors: readonly PayloadDescriptor[],
  place: string,
): EventPayload => {
  const rule = PAYLOAD_RULES.get(payload.type);
  if (rule === undefined) return payload;
  if (payload.values.length === 0) throw fault(payload, `needs a value: ${rule.must}`, `${place}.values`);
  const factor = factorOf(payload, rule, descriptors);
  const values = payload.values.map((value, index) => {
    if (typeof value !== "number" || !Number.isFinite(value) || !rule.holds(value))
      throw fault(payload, `must be ${rule.must}, not ${JSON.stringify(value)}`, `${place}.values[${index}]`);
    return value * factor;
  });
  return { type: payload.type, values };
};

const factorOf = (
  payload: EventPayload,
  rule: PayloadRule,
  descriptors: readonly PayloadDescriptor[],
): number => {
  if (rule.factors === null) return 1;
  const described = descriptors.findIndex(({ payloadType }) => payloadType === payload.type);
  const units = descriptors[described]?.units ?? "";
  const factor = rule.factors[units.toUpperCase()];
  if (factor !== undefined) return factor;
  const known = Object.keys(rule.factors).filter((unit) => unit !== "");
  throw fault(
    payload,
    `unit ${units} is not one of ${known.join(", ")}`,
    `payloadDescriptors[${described}].units`,
  );
};

const fault = (payload: EventPayload, message: string, place: string): YouxuError =>
  new YouxuError("event.payload", `${payload.type} ${message}`, place);
