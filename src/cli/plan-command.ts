import { Command } from "commander";
import { OPTIMIZER, planFile, problemFileSchema, YouxuError } from "../app.js";
import { EXIT } from "./exit-codes.js";
import { planTable } from "./plan-table.js";
import { JSON_OPTION } from "./options.js";
import { numberOption, print, printJson, say } from "./output.js";

interface PlanOptions {
  readonly solver: string;
  readonly timeLimit: number;
  readonly schema?: boolean;
  readonly json?: boolean;
}

export const planCommand = (): Command =>
  new Command("plan")
    .description("plan a problem file: powers, reasons and certificate")
    .argument("[file]", "problem in JSON")
    .option("--solver <name>", "optimizer, highs, simplex or a rule", OPTIMIZER)
    .option(
      "--time-limit <seconds>",
      "after it a rule plans instead",
      numberOption("--time-limit", { least: 0.01, most: 3_600 }),
      60,
    )
    .option("--schema", "print the JSON schema of the file")
    .option(...JSON_OPTION)
    .action(async (file: string | undefined, options: PlanOptions) => {
      if (options.schema === true) return printJson(await problemFileSchema());
      if (file === undefined)
        throw new YouxuError("request.invalid", "name a problem file, or give --schema", "file");
      const outcome = await planFile(file, options.solver, options.timeLimit * 1000);
      if (options.json === true) printJson(outcome);
      if (outcome.status === "invalid") {
        for (const { place, message } of outcome.problems)
          say(`${file} ${place}: ${message} [problem.invalid]`);
        process.exitCode = EXIT.usage;
        return;
      }
      if (options.json !== true) print(planTable(outcome));
      if (outcome.status === "limits-broken") process.exitCode = EXIT.notFeasible;
    });
