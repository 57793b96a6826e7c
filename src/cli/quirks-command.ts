import { Command } from "commander";
import { checkQuirks, learntQuirks, quirksText, stationQuirks } from "../app.js";
import { accessOf, type AskOptions } from "./station/asking.js";
import { CONFIG_OPTION, JSON_OPTION } from "./options.js";
import { print, printJson, say } from "./output.js";

export const quirksCommand = (): Command =>
  new Command("quirks")
    .description("what models of station do otherwise than the standard says")
    .addCommand(show())
    .addCommand(exported())
    .addCommand(check());

const asking = (name: string, description: string): Command =>
  new Command(name)
    .description(description)
    .option(...CONFIG_OPTION)
    .option("--url <url>", "the running server; that of the site file by default")
    .option("--token <token>", "with the scope read; YOUXU_TOKEN by default")
    .option(...JSON_OPTION);

const show = (): Command =>
  asking("show", "how a station is spoken to and why, or without one what each model has taught")
    .argument("[identity]", "the station")
    .action(async (id: string | undefined, options: AskOptions) => {
      if (id === undefined) return showModels(options);
      const station = await stationQuirks(accessOf(options), id);
      if (options.json === true) return printJson(station);
      say([station.vendor, station.model, station.firmware].filter((part) => part !== null).join(" "));
      for (const { name, value, origin } of station.quirks)
        print(`${name.padEnd(24)} ${String(value).padEnd(30)} ${origin}`);
    });

const showModels = async (options: AskOptions): Promise<void> => {
  const models = await learntQuirks(accessOf(options));
  if (options.json === true) return printJson(models);
  if (models.length === 0) say("nothing was learnt yet");
  for (const { vendor, model, firmware, stationIds, agreed, disputed } of models) {
    print(`${[vendor, model, firmware].filter((part) => part !== null).join(" ")}  (${stationIds.length})`);
    for (const [name, value] of Object.entries(agreed)) print(`  ${name.padEnd(24)} ${String(value)}`);
    for (const name of disputed) print(`  ${name.padEnd(24)} (its stations differ)`);
  }
};

const exported = (): Command =>
  asking("export", "what models have taught, as a quirks file on stdout").action(
    async (options: AskOptions) => {
      const models = await learntQuirks(accessOf(options));
      if (options.json === true) return printJson(models);
      print((await quirksText(models)).trimEnd());
    },
  );

const check = (): Command =>
  new Command("check")
    .description("whether a quirks file is right, and how many entries it has")
    .argument("<file>")
    .option(...JSON_OPTION)
    .action(async (file: string, { json }: { json?: boolean }) => {
      const entries = await checkQuirks(file);
      if (json === true) printJson(entries);
      else print(`${file} is right: ${entries.length} ${entries.length === 1 ? "entry" : "entries"}`);
    });
