import type { CommandOutcome, StationCommand } from "../../domain/command.js";
import type { SteeringCommand } from "../../domain/commands/steering.js";
import { isToldAside } from "../../domain/discharge.js";
import type { Quirks } from "../../domain/quirks.js";
import type { Schedule } from "../../domain/schedule.js";
import type { EvseElectrics } from "./codec.js";

/** What an older station's profile can say where its discharge is told beside it: nothing below zero. */
export const besideAside = (schedule: Schedule): Schedule => {
  if (schedule.dischargeBy === undefined || !isToldAside(schedule.dischargeBy)) return schedule;
  const { dischargeBy: _told, ...rest } = schedule;
  const periods = schedule.periods.map((period) =>
    period.value < 0 ? { ...period, mode: "charge-limit" as const, value: 0, powerKw: 0 } : period,
  );
  return { ...rest, periods };
};

/** What goes beside the profile: the one value that a station told so takes; null: nothing does. */
export const asideOf = ({ dischargeBy, evseId, transactionId, periods }: Schedule): TellPower | null => {
  if (dischargeBy === undefined || !isToldAside(dischargeBy)) return null;
  return { kind: "tell-power", way: dischargeBy, evseId, transactionId, powerKw: periods[0]?.powerKw ?? 0 };
};

type TellPower = Extract<SteeringCommand, { kind: "tell-power" }>;

/**
 * The profile was taken, so that what the word beside it came to never undoes it: the new power and the old one both
 * count until one is certain. Only a refused word to give back leaves all as it was, since its profile allows nothing.
 */
export const withAside = (said: CommandOutcome, powerKw: number): CommandOutcome => {
  if (said.status === "accepted") return said;
  const isRefused = said.status === "rejected" || said.status === "unsupported";
  return isRefused && powerKw < 0
    ? said
    : { status: "error", detail: `its profile was taken, and the word beside it was not: ${said.detail}` };
};

/** A power in the words of the vendor's message or setting; any other command as it is. */
export const inVendorsWords = (
  command: StationCommand,
  { dischargeTo, dischargeData }: Pick<Quirks, "dischargeTo" | "dischargeData">,
  electrics: (evseId: number) => EvseElectrics | null,
): StationCommand => {
  if (command.kind !== "tell-power") return command;
  const data = filled(dischargeData, command, electrics(command.evseId));
  if (command.way === "setting") return { kind: "write-setting", name: dischargeTo, value: data };
  const [vendorId = "", ...messageId] = dischargeTo.split("/");
  return {
    kind: "data-transfer",
    vendorId,
    messageId: messageId.length === 0 ? null : messageId.join("/"),
    data,
  };
};

const filled = (
  template: string,
  { evseId, transactionId, powerKw }: TellPower,
  electrics: EvseElectrics | null,
) => {
  const powerW = Math.trunc(powerKw * 1_000);
  const volts = electrics === null ? null : electrics.voltageV * electrics.phases;
  const values: Record<string, string> = {
    powerW: String(powerW),
    // Towards zero: neither draws nor gives back more than was meant.
    currentA: volts === null ? "" : String(Math.trunc((powerW * 10) / volts) / 10),
    evseId: String(evseId),
    transactionId: transactionId ?? "",
  };
  return template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
};
