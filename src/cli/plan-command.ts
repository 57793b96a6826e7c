import { Command } from "commander";
import {
  checkPolicy,
  Faults,
  OPTIMIZER,
  planFile,
  POLICIES,
  problemFileSchema,
  tradedTerms,
  tradeoffFile,
  YouxuError,
} from "../app.js";
import { EXIT } from "./exit-codes.js";
import { planReporter } from "./plan-progress.js";
import { planTable } from "./plan-table.js";
import { JSON_OPTION, namedList } from "./options.js";
import { numberOption, print, printJson, progressLine } from "./output.js";
import { tradeoffTable } from "./tradeoff-table.js";

interface PlanOptions {
  readonly solver: string;
  readonly timeLimit: number;
  readonly tradeoff?: string;
  readonly points?: number;
  readonly progress?: boolean;
  readonly schema?: boolean;
  readonly json?: boolean;
}

/** Plans of a trade-off, unless so many are asked for. */
const POINTS = 7;

const printTradeoff = async (file: string, between: string, options: PlanOptions): Promise<void> => {
  const terms = await tradedTerms(between);
  const progress = progressLine(`plans between ${terms.join(" and ")}`, options.json === true);
  const points = await tradeoffFile(file, {
    terms,
    points: options.points ?? POINTS,
    solver: options.solver,
    timeLimitMs: options.timeLimit * 1000,
    onPoint: progress.at,
  }).finally(progress.done);
  if (options.json === true) printJson({ terms, points });
  else print(tradeoffTable(points, terms));
  if (points.some(({ status }) => status === "limits-broken")) process.exitCode = EXIT.notFeasible;
};

export const planCommand = (): Command =>
  new Command("plan")
    .description("plan a problem file: powers, reasons and certificate")
    .argument("[file]", "problem in JSON")
    .option("--solver <name>", "one of those below", OPTIMIZER)
    .option(
      "--time-limit <seconds>",
      "after it a rule plans instead",
      numberOption("--time-limit", { least: 0.01, most: 3_600 }),
      60,
    )
    .option(
      "--tradeoff <a,b>",
      "plans between two of cost, peak, carbon and comfort instead of one, as a table",
    )
    .option(
      "--points <n>",
      `most plans of that table (${POINTS} unless stated)`,
      numberOption("--points", { least: 2, most: 50, whole: true }),
    )
    .option("--progress", "tell on stderr what it is at, where that is no terminal too")
    .option("--schema", "print the JSON schema of the file")
    .option(...JSON_OPTION)
    .addHelpText("after", namedList("Solvers and rules", POLICIES))
    .action(async (file: string | undefined, options: PlanOptions) => {
      if (options.schema === true) return printJson(await problemFileSchema());
      if (options.tradeoff === undefined && options.points !== undefined)
        throw new YouxuError(
          "usage.invalid",
          "there are points only between two terms: give --tradeoff",
          "--points",
        );
      if (file === undefined)
        throw new YouxuError("usage.invalid", "name a problem file, or give --schema", "file");
      checkPolicy(options.solver, "--solver");
      if (options.tradeoff !== undefined) return printTradeoff(file, options.tradeoff, options);
      const reporter = planReporter(options.progress === true);
      const outcome = await planFile(file, options.solver, options.timeLimit * 1000, reporter.at).finally(
        reporter.done,
      );
      if (options.json === true) printJson(outcome);
      if (outcome.status === "invalid")
        throw new Faults(
          outcome.problems.map(({ place, message }) => new YouxuError("problem.invalid", message, place)),
        );
      if (options.json !== true) print(planTable(outcome));
      if (outcome.status === "limits-broken") process.exitCode = EXIT.notFeasible;
    });
