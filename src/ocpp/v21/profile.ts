import type { WirePeriod } from "../common/profile.js";
import { phasesOf, type ProfileWriter, profileWriter } from "../v2x/profile.js";
import type { Payload } from "../wire.js";
import { faultsInPlace } from "./rules-in-place.js";
import { profileFaults } from "./rules.js";

/**
 * A limit is ChargingOnly; a setpoint is CentralSetpoint with the signed value and nothing beside it
 * (sources conflict on limits beside a setpoint), and a setpoint of nothing is Idle. A profile that
 * discharges ends by itself when the station is offline, where the station knows that field.
 */
const write = profileWriter({
  purposes: new Set(["session", "default", "correction", "priority", "maximum", "cap"]),
  period: ({ startPeriod, mode, value, phases }: WirePeriod, { purpose }, options): Payload => {
    // A correction keeps its mode while its value is told anew.
    const dynamic = purpose === "correction";
    if (mode === "charge-limit")
      return { startPeriod, operationMode: "ChargingOnly", limit: value, ...phasesOf(phases, options) };
    if (value === 0 && !dynamic) return { startPeriod, operationMode: "Idle" };
    return { startPeriod, operationMode: "CentralSetpoint", setpoint: value };
  },
  extra: (periods, { maxOfflineDurationS }) =>
    maxOfflineDurationS !== null && periods.some(({ value }) => value < 0)
      ? { maxOfflineDuration: maxOfflineDurationS }
      : {},
});

/** Nothing that breaks a rule of smart charging leaves, whatever the schedule said. */
export const writeProfile: ProfileWriter = (schedule, options, electrics) => {
  const written = write(schedule, options, electrics);
  if ("why" in written) return written;
  const inPlace =
    options.facts === undefined ? [] : faultsInPlace(written.profile, written.evseId, options.facts);
  const faults = [...profileFaults(written.profile, written.evseId), ...inPlace];
  return faults.length === 0 ? written : { why: faults.join("; ") };
};
