import { Command } from "commander";
import { siteStanding, type SiteStanding } from "../app.js";
import type { Curtailment, PvReason } from "../domain/curtailment.js";
import type { DeviceState, ToldPower } from "../domain/device.js";
import type { InverterView } from "../domain/views.js";
import { print, printJson } from "./output.js";
import { accessOf, type AskOptions, askingServer, READ } from "./station/asking.js";
import { timeText } from "./time-text.js";

const kwText = (powerKw: number | null): string => (powerKw === null ? "– kW" : `${powerKw.toFixed(1)} kW`);

const importText = ({ measured }: SiteStanding): string =>
  measured === null
    ? "not measured"
    : `${kwText(measured.importKw)} at ${timeText(measured.atMs)}${measured.stale ? " (stale)" : ""}`;

const reasonText = (reason: PvReason): string => {
  if ("limitKw" in reason) {
    const where = reason.nodeId === undefined ? "" : ` of ${reason.nodeId}`;
    const event = "eventId" in reason ? `, event ${reason.eventId}` : "";
    return `${reason.key}${where} (${kwText(reason.limitKw)}${event})`;
  }
  return "eventId" in reason ? `${reason.key} (event ${reason.eventId})` : reason.key;
};

/** One inverter in a line: what it does, what it was told, and whether it does that. */
const inverterLine = (inverter: InverterView): string =>
  [
    `inverter ${inverter.deviceId}`.padEnd(24),
    `${kwText(inverter.powerKw)} of ${kwText(inverter.ratedKw)}`.padEnd(20),
    inverter.limitKw === null ? "told nothing" : `told ${kwText(inverter.limitKw)}`,
    inverter.following ? "follows" : "does not follow",
    inverter.steered ? "steered" : "not steered",
    ...(inverter.reason === null ? [] : [reasonText(inverter.reason)]),
  ].join("  ");

/** A battery's power, which is positive while it charges, in words. */
const batteryKw = (powerKw: number): string => {
  if (powerKw === 0) return "0.0 kW";
  return `${powerKw > 0 ? "charges" : "gives"} ${kwText(Math.abs(powerKw))}`;
};

const toldText = (told: ToldPower): string =>
  `told: ${batteryKw(told.powerKw)} at ${timeText(told.atMs)}${told.confirmed ? "" : " (not confirmed)"}`;

/** One stationary battery in a line: what it does, how full it is, and what it was told. */
const batteryLine = ({ id, power, soc, told, connected, staleSinceMs }: DeviceState): string =>
  [
    `battery ${id}`.padEnd(24),
    (power === null ? kwText(null) : batteryKw(power.value)).padEnd(20),
    `SoC ${soc === null ? "–" : soc.value.toFixed(0)} %`,
    told === null ? "told nothing" : toldText(told),
    ...(connected ? [] : ["not connected"]),
    ...(staleSinceMs === null ? [] : [`stale since ${timeText(staleSinceMs)}`]),
  ].join("  ");

const curtailmentLine = ({ startMs, endMs, curtailedKw, reason }: Curtailment): string =>
  `PV held back  ${timeText(startMs)} – ${timeText(endMs)}  ${kwText(curtailedKw)}  ${reasonText(reason)}`;

const linesOf = (site: SiteStanding): string[] => {
  const { overLimitSinceMs, plan } = site;
  const over = overLimitSinceMs === null ? "" : `, above it since ${timeText(overLimitSinceMs)}`;
  return [
    `${site.siteId}  ${site.name}`,
    `import  ${importText(site)}, limit ${kwText(site.limitKw)}${over}`,
    `cars    ${kwText(site.evKw)}`,
    `plan    ${plan === null ? "none yet" : `${plan.status}, of ${timeText(plan.plannedMs)}`}`,
    ...(plan?.notes ?? []).map((note) => `        ${note}`),
    ...(site.inverters ?? []).map(inverterLine),
    ...site.batteries.map(batteryLine),
    ...site.curtailments.map(curtailmentLine),
  ];
};

const show = (): Command =>
  askingServer(
    "show",
    "how a site stands: import and limit, plan, inverters, batteries, and PV that is held back",
    READ,
  )
    .argument("<site>", "its id")
    .action(async (siteId: string, options: AskOptions) => {
      const site = await siteStanding(accessOf(options), siteId);
      if (options.json === true) return printJson(site);
      for (const line of linesOf(site)) print(line);
    });

/** Sites of a running server. */
export const siteCommand = (): Command =>
  new Command("site").description("sites of a running server").addCommand(show());
