import { isPowerKw, isPricePerKwh, MOST_POWER_KW, MOST_PRICE_PER_KWH } from "../../domain/bounds.js";
import { YouxuError } from "../../domain/errors.js";
import type { EventPayload } from "../../domain/signal.js";

/** What the values of a payload type that is read must be, and into what units they are turned. */
interface PayloadRule {
  /** The unit is the descriptor's; without one, ours. */
  readonly must: string;
  readonly holds: (value: number) => boolean;
  /** Factor from each unit of the descriptor; none: the type has no unit. Key "" is the default. */
  readonly factors: Readonly<Record<string, number>> | null;
  /** Whether a value is money, so that its currency counts. */
  readonly isMoney: boolean;
}

const POWER_TO_KW = { "": 1, KW: 1, W: 1e-3, MW: 1e3 };
const PER_KWH = { "": 1, KWH: 1, WH: 1e3, MWH: 1e-3 };

const limit: PayloadRule = {
  must: `a number from 0 to ${MOST_POWER_KW} kW`,
  holds: (value) => value >= 0 && isPowerKw(value),
  factors: POWER_TO_KW,
  isMoney: false,
};
/** The enumeration forbids negative setpoints, which would forbid vehicle-to-grid: they are taken. */
const setpoint: PayloadRule = {
  must: `a number within ±${MOST_POWER_KW} kW`,
  holds: isPowerKw,
  factors: POWER_TO_KW,
  isMoney: false,
};
const price: PayloadRule = {
  must: `a number within ±${MOST_PRICE_PER_KWH} per kWh`,
  holds: isPricePerKwh,
  factors: PER_KWH,
  isMoney: true,
};
const level: PayloadRule = {
  must: "0, 1, 2 or 3",
  holds: (value) => Number.isInteger(value) && value >= 0 && value <= 3,
  factors: null,
  isMoney: false,
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
  readonly currency?: string | undefined;
  /** Where it stands, e.g. `program.payloadDescriptors[1]`. */
  readonly place: string;
}

/**
 * Checks a payload and gives it in our units: kW, and money per kWh with its currency where one is
 * named. Unit and currency are the event's descriptor's, else the program's, else kW, per kWh and the
 * site's currency. Throws `event.payload` with the place.
 */
export const readPayload = (
  payload: EventPayload,
  descriptors: readonly PayloadDescriptor[],
  place: string,
): EventPayload => {
  const rule = PAYLOAD_RULES.get(payload.type);
  if (rule === undefined) return payload;
  if (payload.values.length === 0) throw fault(payload, `needs a value: ${rule.must}`, `${place}.values`);
  const described = descriptors.filter(({ payloadType }) => payloadType === payload.type);
  const factor = factorOf(payload, rule, described);
  const values = payload.values.map((value, index) => {
    if (typeof value !== "number" || !rule.holds(value * factor))
      throw fault(payload, `must be ${rule.must}, not ${JSON.stringify(value)}`, `${place}.values[${index}]`);
    return value * factor;
  });
  const currency = rule.isMoney ? described.find((one) => one.currency !== undefined)?.currency : undefined;
  return { type: payload.type, values, ...(currency === undefined ? {} : { currency }) };
};

const factorOf = (
  payload: EventPayload,
  rule: PayloadRule,
  described: readonly PayloadDescriptor[],
): number => {
  if (rule.factors === null) return 1;
  const descriptor = described.find(({ units }) => units !== undefined);
  const units = descriptor?.units ?? "";
  const factor = rule.factors[units.toUpperCase()];
  if (factor !== undefined) return factor;
  const known = Object.keys(rule.factors).filter((unit) => unit !== "");
  throw fault(payload, `unit ${units} is not one of ${known.join(", ")}`, `${descriptor?.place}.units`);
};

const fault = (payload: EventPayload, message: string, place: string): YouxuError =>
  new YouxuError("event.payload", `${payload.type} ${message}`, place);
