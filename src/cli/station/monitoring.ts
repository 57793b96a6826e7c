import { type Command, Option } from "commander";
import { stationMonitors, YouxuError } from "../../app.js";
import { MONITOR_TYPES, type MonitorType } from "../../domain/commands/monitoring.js";
import { numberOption, print, printJson, say } from "../output.js";
import { accessOf, type AskOptions, asking, run } from "./asking.js";

const severity = numberOption("--severity", { least: 0, most: 9, whole: true });
const monitorNumber = (name: string) => numberOption(name, { least: 0, most: 2_147_483_647, whole: true });

interface MonitorOptions extends AskOptions {
  readonly severity: number;
  readonly inTransaction?: boolean;
  readonly replace?: number;
}

const monitor = (): Command =>
  asking("set-monitor", "have a station watch a variable (2.x)")
    .argument("<variable>", "Component.Variable")
    .argument("<type>", Object.keys(MONITOR_TYPES).join(", "))
    .argument(
      "<value>",
      "threshold or change in the variable's unit, or seconds",
      numberOption("value", { least: -1e9, most: 1e9 }),
    )
    .option("--severity <0-9>", "0, danger, to 9, debug", severity, 8)
    .option("--in-transaction", "only while a transaction runs")
    .option("--replace <id>", "in place of this monitor", monitorNumber("--replace"))
    .action(async (id: string, name: string, type: string, ...rest: [number, MonitorOptions]) => {
      const [value, options] = rest;
      const { severity: level, inTransaction = false, replace = null } = options;
      const wanted = { name, type: typeOf(type), value, severity: level, inTransaction, id: replace };
      await run(id, options, { kind: "set-monitors", monitors: [wanted] });
    });

const typeOf = (name: string): MonitorType => {
  const known = Object.keys(MONITOR_TYPES).filter((type): type is MonitorType => type in MONITOR_TYPES);
  const found = known.find((type) => type === name);
  if (found === undefined)
    throw new YouxuError("usage.invalid", `no monitor is of type "${name}": ${known.join(", ")}`, "type");
  return found;
};

const unmonitor = (): Command =>
  asking("clear-monitors", "have it watch no more (2.x)")
    .argument("<ids...>", "of monitors")
    .action(async (id: string, ids: string[], options: AskOptions) =>
      run(id, options, { kind: "clear-monitors", ids: ids.map(monitorNumber("ids")) }),
    );

const level = (): Command =>
  asking("set-monitoring-level", "the least severity that a station tells (2.x)")
    .argument("<severity>", "0, danger, to 9, debug", severity)
    .action(async (id: string, least: number, options: AskOptions) =>
      run(id, options, { kind: "set-monitoring-level", severity: least }),
    );

const BASES = ["all", "factory-default", "hard-wired-only"] as const;

const base = (): Command =>
  asking("set-monitoring-base", "which monitors are in place (2.x)")
    .addOption(new Option("--base <name>", "which").choices(BASES).makeOptionMandatory())
    .action(async (id: string, options: AskOptions & { base: (typeof BASES)[number] }) =>
      run(id, options, { kind: "set-monitoring-base", base: options.base }),
    );

const getMonitors = (): Command =>
  asking("get-monitors", "have a station tell all that it watches; see monitors (2.x)").action(
    async (id: string, options: AskOptions) =>
      run(id, options, { kind: "report-monitors", criteria: [], names: [] }),
  );

const monitors = (): Command =>
  asking("monitors", "what a station watches of itself, as it last told it (2.x)").action(
    async (id: string, options: AskOptions) => {
      const found = await stationMonitors(accessOf(options), id);
      if (options.json === true) return printJson(found);
      for (const one of found.monitors)
        print(
          `${String(one.id).padStart(6)}  ${one.name.padEnd(48)} ${one.type} ${one.value}  severity ${one.severity}${one.inTransaction ? "  in transactions" : ""}`,
        );
      if (found.report === null)
        say(
          `${found.monitors.length === 0 ? "none was told" : "it may have more"}: youxu station get-monitors ${id}`,
        );
      else if (found.report.completeMs === null) say("more is to come");
    },
  );

/** What a station watches of itself. */
export const monitoringCommands = (): Command[] => [
  monitor(),
  unmonitor(),
  level(),
  base(),
  getMonitors(),
  monitors(),
];
