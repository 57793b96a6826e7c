import { type Command, Option } from "commander";
import { type CachedSetting, knownSettings } from "../../app.js";
import type { ComponentCriterion, SettingsInventory } from "../../domain/commands/settings.js";
import { print, printJson, say } from "../output.js";
import { accessOf, type AskOptions, asking, run } from "./asking.js";
import { pairs } from "./pairs.js";
import { settingsProfileCommand } from "./settings-profile.js";

const settings = (): Command =>
  asking("get", "have a station tell settings")
    .argument("[names...]", "1.6: keys, none for all; 2.x: Component.Variable")
    .action(async (id: string, names: string[], options: AskOptions) =>
      run(id, options, { kind: "read-settings", names }),
    );

const set = (): Command =>
  asking("set", "write a setting of a station; those of security need the scope admin, too")
    .argument("<name>", "1.6: key; 2.x: Component.Variable")
    .argument("<value>", "as text")
    .argument("[more...]", "further names and values; 2.x only")
    .action(async (id: string, name: string, value: string, ...rest: [string[], AskOptions]) => {
      const [more, options] = rest;
      if (more.length === 0) return run(id, options, { kind: "write-setting", name, value });
      return run(id, options, { kind: "write-settings", settings: pairs([name, value, ...more]) });
    });

const report = (): Command =>
  asking("get-report", "have a station tell all of its settings; 2.x tells them part by part, see settings")
    .addOption(
      new Option("--inventory <name>", "all, what can be set, or what is at fault (2.x)")
        .choices(["full", "configuration", "summary"])
        .default("full"),
    )
    .action(async (id: string, { inventory, ...options }: AskOptions & { inventory: SettingsInventory }) =>
      run(id, options, { kind: "report-settings", inventory }),
    );

const CRITERIA = ["active", "available", "enabled", "problem"] as const;

const components = (): Command =>
  asking("get-components", "have a station tell some of its components; see settings (2.x)")
    .argument("[names...]", "Component, or Component.Variable; none: all that meet a criterion")
    .addOption(
      new Option("--that-are <criteria...>", "only components that are one of these").choices(CRITERIA),
    )
    .action(
      async (
        id: string,
        names: string[],
        { thatAre = [], ...options }: AskOptions & { thatAre?: ComponentCriterion[] },
      ) => run(id, options, { kind: "report-components", components: names, criteria: thatAre }),
    );

const lineOf = ({ name, value, unit, readOnly }: CachedSetting): string =>
  `${name.padEnd(56)} ${value ?? "(not told)"}${unit === null ? "" : ` ${unit}`}${readOnly === true ? "  (read only)" : ""}`;

const known = (): Command =>
  asking("settings", "settings of a station as it last told them, without asking it")
    .argument("[part]", "only names that contain this")
    .action(async (id: string, part: string | undefined, options: AskOptions) => {
      const found = await knownSettings(accessOf(options), id, part);
      if (options.json === true) return printJson(found);
      for (const setting of found.settings) print(lineOf(setting));
      if (found.report !== null && found.report.completeMs === null) say("more is to come");
      else if (found.settings.length === 0)
        say(`nothing is known: youxu station get-report ${id} asks for it`);
    });

/** What a station is set to. */
export const settingsCommands = (): Command[] => [
  settings(),
  set(),
  report(),
  components(),
  known(),
  settingsProfileCommand(),
];
