import { Command } from "commander";
import { asCalled, examine } from "../app.js";
import { CONFIG_OPTION, JSON_OPTION } from "./options.js";
import { print, printJson } from "./output.js";

const MARKS = { ok: "ok  ", warning: "WARN", fault: "FAIL" } as const;

export const doctorCommand = (): Command =>
  new Command("doctor")
    .description("look at everything that serving needs, and say how to mend it; changes nothing")
    .option(...CONFIG_OPTION)
    .option(...JSON_OPTION)
    .action(async ({ config, json }: { config: string; json?: boolean }) => {
      const findings = await examine(config);
      if (json === true) printJson(findings);
      else
        for (const { what, state, detail, fix } of findings)
          print(
            `${MARKS[state]} ${what.padEnd(14)} ${detail}${fix === "" ? "" : `\n     → ${asCalled(fix)}`}`,
          );
      const worst = findings.find(({ state }) => state === "fault");
      if (worst !== undefined) process.exitCode = worst.exit;
    });
