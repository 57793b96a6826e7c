import type { ShortfallCause } from "../domain/plan.js";

/** What keeps a car from energy, as a phrase. */
export const heldText = (cause: ShortfallCause): string => {
  switch (cause.key) {
    case "limits":
      return `the limit of node ${cause.nodeId}${cause.eventId === null ? "" : ` by event ${cause.eventId}`}`;
    case "limited-from-outside":
      return `a limit at station ${cause.stationId}`;
    case "limited-by-car":
      return "the car's own schedule";
    case "pile-taken":
      return `other cars at the pile ${cause.nodeId}`;
    case "stay-too-short":
      return cause.besides === undefined
        ? `the stay at ${cause.maxChargeKw.toFixed(1)} kW`
        : `${heldText(cause.besides.cause)}, and the stay at ${cause.maxChargeKw.toFixed(1)} kW`;
    case "battery-too-small":
      return "the size of the battery";
    case "battery-tapers":
      return "the battery, which takes less the fuller it is";
    default:
      return "price, or the rule that plans";
  }
};
