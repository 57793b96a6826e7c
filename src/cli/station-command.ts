import { Command } from "commander";
import { addStation, listStations, removeStation, YouxuError } from "../app.js";
import { CONFIG_OPTION, JSON_OPTION } from "./options.js";
import { numberOption, print, printJson, say } from "./output.js";

interface AddOptions {
  readonly config: string;
  readonly site?: string;
  readonly phases: 1 | 3;
  readonly maxA: number;
  readonly maxDischargeKw: number;
  readonly json?: boolean;
}

export const stationCommand = (): Command =>
  new Command("station")
    .description("stations and their passwords")
    .addCommand(add())
    .addCommand(list())
    .addCommand(remove());

const add = (): Command =>
  new Command("add")
    .description("give a station its URL and password, and write it into the site file when it is new")
    .argument("<identity>", "1–48 characters of A–Z a–z 0–9 - _ .")
    .option(...CONFIG_OPTION)
    .option("--site <id>", "site it belongs to; the only one by default")
    .option("--phases <number>", "1 or 3", phasesOption, 1)
    .option("--max-a <amperes>", "rated current", numberOption("--max-a", { least: 6, most: 1_000 }), 32)
    .option(
      "--max-discharge-kw <kW>",
      "rated discharge power; 0: none",
      numberOption("--max-discharge-kw", { least: 0, most: 1_000 }),
      0,
    )
    .option(...JSON_OPTION)
    .action(async (id: string, options: AddOptions) => {
      const { phases, maxA, maxDischargeKw } = options;
      const added = await addStation(options.config, {
        id,
        siteId: options.site ?? null,
        phases,
        maxA,
        maxDischargeKw,
      });
      if (options.json === true) return printJson(added);
      print(`URL       ${added.url}\nuser      ${added.identity}\npassword  ${added.password}`);
      say(
        `type these into the pile; the password is shown this once.${added.written ? ` ${id} was written into ${options.config}: restart a running \`youxu serve\`.` : ""}`,
      );
    });

const phasesOption = (text: string): 1 | 3 => {
  if (text === "1") return 1;
  if (text === "3") return 3;
  throw new YouxuError("request.invalid", "must be 1 or 3", "--phases");
};

const list = (): Command =>
  new Command("list")
    .description("stations of the site file, and whether they may connect")
    .option(...CONFIG_OPTION)
    .option(...JSON_OPTION)
    .action(async ({ config, json }: { config: string; json?: boolean }) => {
      const stations = await listStations(config);
      if (json === true) return printJson(stations);
      for (const { id, siteId, hasPassword } of stations)
        print(
          `${id.padEnd(24)} ${siteId.padEnd(16)} ${hasPassword ? "has a password" : "no password: youxu station add"}`,
        );
    });

const remove = (): Command =>
  new Command("remove")
    .description("take a station's password away")
    .argument("<identity>")
    .option(...CONFIG_OPTION)
    .action(async (id: string, { config }: { config: string }) => {
      await removeStation(config, id);
      say(`${id} can no longer connect; it still stands in ${config}`);
    });
