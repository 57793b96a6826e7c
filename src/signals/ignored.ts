import { isPowerKw, isPricePerKwh, MOST_POWER_KW, MOST_PRICE_PER_KWH } from "../domain/bounds.js";
import type { EventPayload, GridEvent } from "../domain/signal.js";
import type { Site } from "../domain/site.js";
import type { IgnoredPayload } from "../domain/views.js";
import type { Notes } from "./notes.js";
import { pricedPoints, targetedNodes } from "./targeting.js";

type Value = EventPayload["values"][number];
type Why = Omit<IgnoredPayload, "payloadType">;

interface Effective {
  readonly fits: (value: number) => boolean;
  readonly wanted: string;
  /** Why a payload with good values has no effect at a site; null: it has. */
  readonly hindrance: (payload: EventPayload, event: GridEvent, site: Site) => Why | null;
}

const nothing = (): null => null;

const priceHindrance: Effective["hindrance"] = ({ type, currency }, event, site) => {
  if (currency !== undefined && currency.toUpperCase() !== site.currency)
    return {
      code: "signal.currency",
      message: `${type} is in ${currency}, the prices of ${site.id} are in ${site.currency}: it is not applied`,
    };
  return pricedPoints(event, site).length > 0
    ? null
    : {
        code: "signal.no-metering-point",
        message: `${type} finds no metering point at or below ${targetedNodes(event, site).join(", ")}`,
      };
};

const simpleHindrance: Effective["hindrance"] = (_payload, event, site) => {
  const aimed = targetedNodes(event, site);
  const limited = site.nodes.some(({ id, importLimitKw }) => aimed.includes(id) && importLimitKw !== null);
  return limited
    ? null
    : {
        code: "signal.simple-without-limit",
        message: `SIMPLE caps ${aimed.join(", ")} at a share of the import limit, but there is none: no cap`,
      };
};

const W_PER_KW = 1000;

/** Not even to overrule: a limit in the wrong unit must not lift another event's. At the own limit it does. */
const limitHindrance =
  (direction: "import" | "export"): Effective["hindrance"] =>
  ({ type, values }, event, site) => {
    const aimed = targetedNodes(event, site);
    const limits = site.nodes
      .filter(({ id }) => aimed.includes(id))
      .map(({ importLimitKw, exportLimitKw }) => (direction === "import" ? importLimitKw : exportLimitKw));
    const ownKw = Math.max(...limits.map((limitKw) => limitKw ?? Infinity));
    const askedKw = Math.min(...values.map(Number));
    if (askedKw <= ownKw) return null;
    const inW = askedKw / W_PER_KW <= ownKw ? "; is it in W? Then units of its payloadDescriptor is W" : "";
    return {
      code: "signal.limit-above-own",
      message: `${type} of ${askedKw} kW lies above the ${direction} limit of ${aimed.join(", ")}, ${ownKw} kW: it caps nothing${inW}`,
    };
  };

const price: Effective = {
  fits: isPricePerKwh,
  wanted: `a number within ±${MOST_PRICE_PER_KWH}, money per kWh`,
  hindrance: priceHindrance,
};

const capacityLimit = (direction: "import" | "export"): Effective => ({
  fits: (value) => value >= 0 && isPowerKw(value),
  wanted: `a number of kW from 0 to ${MOST_POWER_KW}`,
  hindrance: limitHindrance(direction),
});

/** The payload types that take effect, with what their values must be. */
const EFFECTIVE: ReadonlyMap<string, Effective> = new Map([
  ["PRICE", price],
  ["EXPORT_PRICE", price],
  ["IMPORT_CAPACITY_LIMIT", capacityLimit("import")],
  ["EXPORT_CAPACITY_LIMIT", capacityLimit("export")],
  [
    "SIMPLE",
    {
      fits: (value) => [0, 1, 2, 3].includes(value),
      wanted: "level 0, 1, 2 or 3",
      hindrance: simpleHindrance,
    },
  ],
  [
    "DISPATCH_SETPOINT",
    {
      fits: isPowerKw,
      wanted: `a number of kW within ±${MOST_POWER_KW}`,
      hindrance: nothing,
    },
  ],
]);

export const EFFECTIVE_TYPES: readonly string[] = [...EFFECTIVE.keys()];

/** Why a payload has no effect at a site; null: it has. */
const whyIgnored = (payload: EventPayload, event: GridEvent, site: Site): Why | null => {
  const { type, values } = payload;
  const known = EFFECTIVE.get(type);
  if (known === undefined)
    return { code: "signal.payload-ignored", message: `${type} has no effect here: it is kept and shown` };
  const fits = (value: Value): boolean => typeof value === "number" && known.fits(value);
  const bad = values.find((value) => !fits(value));
  if (bad !== undefined || values.length === 0)
    return {
      code: "signal.payload-invalid",
      message: `${type} ${JSON.stringify(bad ?? null)} is left out; it takes ${known.wanted}`,
    };
  return known.hindrance(payload, event, site);
};

/** What of an event has no effect at a site, each kind once with its reason. */
export const ignoredAt = (event: GridEvent, site: Site): IgnoredPayload[] => {
  const found = new Map<string, IgnoredPayload>();
  const payloads = event.intervals.flatMap((interval) => interval.payloads);
  for (const payload of payloads) {
    const why = whyIgnored(payload, event, site);
    if (why !== null) found.set(why.message, { payloadType: payload.type, ...why });
  }
  return payloads.length > 0
    ? [...found.values()]
    : [{ payloadType: null, code: "signal.no-payload", message: "the event has no payload" }];
};

/** The event with only the payloads that have an effect at a site. */
export const effectiveAt = (event: GridEvent, site: Site): GridEvent => ({
  ...event,
  intervals: event.intervals.map((interval) => ({
    ...interval,
    payloads: interval.payloads.filter((payload) => whyIgnored(payload, event, site) === null),
  })),
});

/** Notes what of an event has no effect and why. */
export const noteIgnored = (event: GridEvent, site: Site, notes: Notes): void => {
  const atMs = event.intervals[0]?.startMs ?? null;
  for (const { code, message } of ignoredAt(event, site))
    notes.add(code, `event ${event.id}: ${message}`, atMs);
};
