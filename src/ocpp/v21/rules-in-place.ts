import type { StationFacts } from "../common/station-facts.js";
import { listAt, numberAt, type Payload, textAt } from "../wire.js";

/** Rules of a 2.1 profile that hang on its station (part 2, K01.FR.06, .33, .39, .81, .120, .121). */
export function faultsInPlace(profile: Payload, evseId: number, place: StationFacts): readonly string[] {
  const purpose = textAt(profile, "chargingProfilePurpose") ?? "";
  const faults = [...flagFaults(profile, place), ...duplicateFaults(profile, evseId, place)];
  const id = numberAt(profile, "id") ?? 0;
  const { maxExternalConstraintsId: most, transactionId } = place;
  if (most !== null && id <= most) faults.push(`ids up to ${most} are of profiles from outside`);
  if (purpose === "TxProfile" && transactionId !== undefined)
    if (transactionId === null || transactionId !== textAt(profile, "transactionId"))
      faults.push("a TxProfile names the transaction that runs");
  return faults;
}

function flagFaults(profile: Payload, place: StationFacts): string[] {
  const faults: string[] = [];
  const modes = listAt(profile, "chargingSchedule")
    .flatMap((schedule) => listAt(schedule, "chargingSchedulePeriod"))
    .map((period) => textAt(period, "operationMode"));
  if (textAt(profile, "chargingProfileKind") === "Dynamic" && !place.dynamicProfiles)
    faults.push("the station takes no Dynamic profile");
  if (textAt(profile, "chargingProfilePurpose") === "PriorityCharging" && !place.priorityCharging)
    faults.push("the station takes no PriorityCharging profile");
  if (modes.includes("CentralSetpoint") && !place.setpoints) faults.push("the station takes no setpoint");
  return faults;
}

/** Two of a purpose at one stack level are one too many, on EVSE 0 and on another too; the same id replaces. */
function duplicateFaults(profile: Payload, evseId: number, { held }: StationFacts): string[] {
  const purpose = textAt(profile, "chargingProfilePurpose");
  const transactionId = textAt(profile, "transactionId");
  const rivals = held.filter(
    (one) =>
      one.id !== numberAt(profile, "id") &&
      one.purpose === purpose &&
      one.stackLevel === numberAt(profile, "stackLevel") &&
      one.transactionId === transactionId &&
      (one.evseId === evseId || one.evseId === 0 || evseId === 0),
  );
  return rivals.map(({ id }) => `profile ${id} has the same purpose and stack level`);
}
