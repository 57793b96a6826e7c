import type { EventInterval } from "../domain/signal.js";
import { DEFAULT_LAY_SETTINGS } from "./lay-settings.js";

/**
 * Power that an interval of an event leaves to a node, kW: the least of its IMPORT_CAPACITY_LIMIT,
 * its SIMPLE level as a share of the node's own limit, and its DISPATCH_SETPOINT. null: it asks for
 * none, as a price does.
 */
export const intervalCapKw = (
  interval: EventInterval,
  nodeLimitKw: number | null,
  simpleShares: readonly (number | null)[] = DEFAULT_LAY_SETTINGS.simpleShares,
): number | null => {
  const caps = interval.payloads.flatMap(({ type, values }) =>
    values.flatMap((value) => {
      if (typeof value !== "number") return [];
      if (type === "IMPORT_CAPACITY_LIMIT" || type === "DISPATCH_SETPOINT") return [value];
      const share = type === "SIMPLE" ? (simpleShares[value] ?? null) : null;
      return share === null || nodeLimitKw === null ? [] : [share * nodeLimitKw];
    }),
  );
  return caps.length === 0 ? null : Math.min(...caps);
};
