import type { OcppVersion, StationCapabilities } from "../../src/domain/fleet.js";
import type { EvseConfig } from "../../src/domain/site.js";

/** What virtual stations can take, told alike in direct and in wire mode. */
export const MAX_PERIODS = 128;
export const MAX_STACK_LEVEL = 8;

/** Whether a station follows a signed setpoint (OCPP 2.1 CentralSetpoint). */
export const takesSetpoint = (version: OcppVersion, evse: EvseConfig): boolean =>
  version === "2.1" && evse.maxDischargeKw > 0;

export const capabilitiesOf = (version: OcppVersion, evse: EvseConfig): StationCapabilities => ({
  rateUnit: "A",
  maxPeriods: MAX_PERIODS,
  maxStackLevel: MAX_STACK_LEVEL,
  dischargeSetpoint: takesSetpoint(version, evse),
  ...(version === "2.1" ? { dynamicProfiles: true, priorityCharging: true, stationMaximum: true } : {}),
});

export const VENDOR = "youxu";
export const modelName = (version: OcppVersion): string => `virtual-${version}`;
