import type { StationCommand } from "../../domain/command.js";
import type { SteeringCommand } from "../../domain/commands/steering.js";
import { isToldAside } from "../../domain/discharge.js";
import type { Quirks } from "../../domain/quirks.js";
import { type Schedule, withoutDischarge } from "../../domain/schedule.js";
import type { EvseElectrics } from "./codec.js";

/** What an older station's profile can say where its discharge is told beside it: nothing below zero. */
export const besideAside = (schedule: Schedule): Schedule => {
  if (schedule.dischargeBy === undefined || !isToldAside(schedule.dischargeBy)) return schedule;
  const { dischargeBy: _told, ...rest } = schedule;
  return withoutDischarge(rest);
};

type TellPower = Extract<SteeringCommand, { kind: "tell-power" }>;

/** A power in the words of the vendor's message or setting; any other command as it is. */
export const inVendorsWords = (
  command: StationCommand,
  { dischargeTo, dischargeData }: Pick<Quirks, "dischargeTo" | "dischargeData">,
  electrics: (evseId: number) => EvseElectrics | null,
): StationCommand => {
  if (command.kind !== "tell-power") return command;
  const { to, data: template } = command.wording ?? { to: dischargeTo, data: dischargeData };
  const fill = (text: string): string => filled(text, command, electrics(command.evseId));
  const [name, data] = [fill(to), fill(template)];
  if (command.way === "setting") return { kind: "write-setting", name, value: data };
  const [vendorId = "", ...messageId] = name.split("/");
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
