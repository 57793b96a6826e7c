import type { Command } from "commander";
import { takeCustomerReport } from "../../app.js";
import { numberOption, print, printJson, say } from "../output.js";
import { accessOf, type AskOptions, asking, run } from "./asking.js";

interface CustomerOptions extends AskOptions {
  readonly idToken?: string;
  readonly identifier?: string;
  readonly erase?: boolean;
}

const customer = (): Command =>
  asking("customer", "have a station tell what it keeps of a customer, and erase it (2.x)")
    .option("--id-token <token>", "whose")
    .option("--identifier <text>", "whose, as the station knows the customer by")
    .option("--erase", "what it keeps")
    .option("--no-report", "do not tell it")
    .action(async (id: string, options: CustomerOptions & { report: boolean }) =>
      run(id, options, {
        kind: "customer-information",
        report: options.report,
        clear: options.erase === true,
        idToken: options.idToken ?? null,
        customerIdentifier: options.identifier ?? null,
      }),
    );

const customerReport = (): Command =>
  asking("customer-report", "read what it told, this once; the server then erases it")
    .argument(
      "<request>",
      "number that `customer` printed",
      numberOption("request", { least: 0, most: 2_147_483_647, whole: true }),
    )
    .action(async (id: string, requestId: number, options: AskOptions) => {
      const report = await takeCustomerReport(accessOf(options), id, requestId);
      if (options.json === true) return printJson(report);
      if (report.data === null) return say("more is to come; ask again");
      return print(report.data);
    });

/** What a station keeps of customers. */
export const customerCommands = (): Command[] => [customer(), customerReport()];
