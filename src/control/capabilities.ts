import type { FleetState, StationCapabilities } from "../domain/fleet.js";

/** Taken until a station told its own: OCPP 1.6 and 2.0.1 in amperes. */
const ASSUMED_CAPABILITIES: StationCapabilities = {
  rateUnit: "A",
  maxPeriods: 24,
  maxStackLevel: 0,
  dischargeSetpoint: false,
};

export const capabilitiesOf = (fleet: FleetState, stationId: string): StationCapabilities =>
  fleet.stations.get(stationId)?.capabilities ?? ASSUMED_CAPABILITIES;
