import { Command } from "commander";
import { examine } from "../app.js";
import { EXIT } from "./exit-codes.js";
import { CONFIG_OPTION, JSON_OPTION } from "./options.js";
import { print, printJson } from "./output.js";

export const doctorCommand = (): Command =>
  new Command("doctor")
    .description("look at everything that serving needs, and say how to mend it")
    .option(...CONFIG_OPTION)
    .option(...JSON_OPTION)
    .action(async ({ config, json }: { config: string; json?: boolean }) => {
      const findings = await examine(config);
      if (json === true) printJson(findings);
      else
        for (const { what, ok, detail, fix } of findings)
          print(`${ok ? "ok  " : "FAIL"} ${what.padEnd(14)} ${detail}${fix === "" ? "" : `\n     → ${fix}`}`);
      if (findings.some(({ ok }) => !ok)) process.exitCode = EXIT.failed;
    });
