import { type Command, Option } from "commander";
import { probeDischarge } from "../../app.js";
import { DISCHARGE_METHODS, type DischargeWay } from "../../domain/discharge.js";
import { EXIT } from "../exit-codes.js";
import { print, printJson, say } from "../output.js";
import { accessOf, type AskOptions, asking, evseNumber } from "./asking.js";

interface ProbeOptions extends AskOptions {
  readonly evse: number;
  readonly way?: DischargeWay;
}

const probe = (): Command =>
  asking(
    "probe-discharge",
    "ask an older station for a small discharge, and see at its meter whether it comes",
  )
    .option("--evse <number>", "EVSE (1.6: connector) with the car", evseNumber, 1)
    .addOption(
      new Option("--way <name>", "how it is asked; by default as its model takes it").choices(
        DISCHARGE_METHODS.filter((name) => name !== "none"),
      ),
    )
    .action(async (id: string, { evse, way, ...options }: ProbeOptions) => {
      if (options.json !== true) say("asking; the meter decides within some minutes");
      const tried = await probeDischarge(accessOf(options), id, { evseId: evse, way: way ?? null });
      if (options.json === true) printJson(tried);
      else for (const one of tried) print(`${one.way.padEnd(20)} ${one.why ?? "works"}`);
      if (!tried.some(({ works }) => works)) process.exitCode = EXIT.failed;
    });

/** Discharge at stations that have no word for it. */
export const dischargeCommands = (): Command[] => [probe()];
