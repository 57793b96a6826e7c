import { type Command, Option } from "commander";
import { applySettings } from "../../app.js";
import { counted } from "../../domain/figures.js";
import { EXIT } from "../exit-codes.js";
import { print, printJson, say } from "../output.js";
import { accessOf, type AskOptions, askingServer } from "./asking.js";
import { pairs } from "./pairs.js";

interface ProfileOptions extends AskOptions {
  readonly only?: "1.6" | "2.x";
  readonly station?: string[];
  readonly dryRun?: boolean;
}

/** The same settings for the stations of a site. */
export const settingsProfileCommand = (): Command =>
  askingServer("set-all", "give the stations of a site the same settings")
    .argument("<site>", "the site")
    .argument("<settings...>", "names and values: 1.6 keys, or 2.x Component.Variable")
    .addOption(new Option("--only <version>", "only stations that speak this").choices(["1.6", "2.x"]))
    .option("--station <ids...>", "only these")
    .option("--dry-run", "only say what would be written")
    .action(async (site: string, words: string[], options: ProfileOptions) => {
      const profiles = await applySettings(accessOf(options), site, {
        settings: pairs(words),
        version: options.only ?? null,
        stationIds: options.station ?? null,
        dryRun: options.dryRun === true,
      });
      const all = profiles.flatMap(({ settings }) => settings);
      if (all.some(({ result }) => result === "not-written")) process.exitCode = EXIT.failed;
      if (options.json === true) return printJson(profiles);
      for (const { stationId, settings } of profiles)
        for (const { name, present, wanted, result, detail } of settings)
          print(
            `${stationId.padEnd(20)} ${name.padEnd(44)} ${present ?? "?"} → ${wanted}  ${result}${detail === null ? "" : `: ${detail}`}`,
          );
      return say(counted(profiles.length, "station"));
    });
