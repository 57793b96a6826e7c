import type { Log } from "../control/contract.js";
import type { ConnectionName } from "../ocpp/index.js";

/**
 * A log whose lines about a station all have one shape: beside `stationId` the OCPP version and the number of
 * its live connection, so that what belongs together can be found. What a line says itself stands.
 */
export const withConnections = (
  log: Log,
  connectionOf: (stationId: string) => ConnectionName | null,
): Log => {
  const named = (fields: object): object => {
    const stationId = "stationId" in fields ? fields.stationId : null;
    return typeof stationId === "string" ? { ...connectionOf(stationId), ...fields } : fields;
  };
  return {
    info: (fields, message) => log.info(named(fields), message),
    warn: (fields, message) => log.warn(named(fields), message),
    error: (fields, message) => log.error(named(fields), message),
  };
};
