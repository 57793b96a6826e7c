import { Command } from "commander";
import { writeSiteFile } from "../app.js";
import { CONFIG_OPTION, configSuffix } from "./options.js";
import { say } from "./output.js";

export const initCommand = (): Command =>
  new Command("init")
    .description("write a commented site file to start from")
    .option(...CONFIG_OPTION)
    .option("--force", "replace a file that is there")
    .action(({ config, force }: { config: string; force?: boolean }) => {
      writeSiteFile(config, force === true);
      const option = configSuffix(config);
      say(`wrote ${config}: two piles at a home. Edit it, then:
  youxu station add pile-1${option}    URL and password to type into the pile
  youxu serve${option}                 listen for it`);
    });
