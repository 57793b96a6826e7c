import { Command } from "commander";
import { counted } from "../domain/figures.js";
import { checkConfig, configEntries, readConfig } from "../app.js";
import { CONFIG_OPTION, JSON_OPTION } from "./options.js";
import { print, printJson, say } from "./output.js";

export const configCommand = (): Command =>
  new Command("config").description("the configuration").addCommand(check()).addCommand(show());

const check = (): Command =>
  new Command("check")
    .description("name every problem of the site file with line and column, and of the files it names")
    .option(...CONFIG_OPTION)
    .action(async ({ config: path }: { config: string }) => {
      const { config, warnings } = await checkConfig(path);
      for (const { place, message } of warnings) say(`${place} ${message}`);
      const stations = config.sites.reduce((total, site) => total + site.stations.length, 0);
      say(
        `${path} is ${warnings.length === 0 ? "well" : "valid"}: ${counted(config.sites.length, "site")}, ${counted(stations, "station")}, ${counted(config.tariffs.length, "tariff")}`,
      );
    });

const show = (): Command =>
  new Command("show")
    .description("every value in force, and where it comes from")
    .option(...CONFIG_OPTION)
    .option(...JSON_OPTION)
    .action(({ config: path, json }: { config: string; json?: boolean }) => {
      const { file, originOf } = readConfig(path);
      const entries = configEntries(file).map((entry) => ({ ...entry, origin: originOf(entry.path) }));
      if (json === true) return printJson(entries);
      for (const { path: key, value, origin } of entries)
        print(`${key.padEnd(40)} ${JSON.stringify(value)}  (${origin})`);
    });
