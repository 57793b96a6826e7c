#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { configCommand } from "./config-command.js";
import { demoCommand } from "./demo-command.js";
import { doctorCommand } from "./doctor-command.js";
import { docsCommand } from "./docs-command.js";
import { EXIT } from "./exit-codes.js";
import { initCommand } from "./init-command.js";
import { reportFailure, say } from "./output.js";
import { planCommand } from "./plan-command.js";
import { serveCommand } from "./serve-command.js";
import { simCommand } from "./sim-command.js";
import { stationCommand } from "./station-command.js";
import { tokenCommand } from "./token-command.js";

const EXAMPLES = `youxu (有序): the scheduler that lets a city charge in order

  youxu demo                                      forty cars on one transformer, live at http://127.0.0.1:8180/
  youxu init && youxu station add pile-1 && youxu serve        your own pile
  youxu sim compare scenarios/jinan-community.yaml             what orderly charging saves

youxu --help lists every command.`;

const program = new Command("youxu")
  .description("OCPP central system, charging and V2G scheduler, OpenADR VTN and simulator")
  .option("--quiet", "no words on stderr, only results and errors")
  .showSuggestionAfterError()
  .exitOverride()
  .hook("preAction", (command) => say.quiet(command.opts<{ quiet?: boolean }>().quiet === true));

for (const add of [
  initCommand,
  serveCommand,
  demoCommand,
  stationCommand,
  tokenCommand,
  planCommand,
  simCommand,
  configCommand,
  doctorCommand,
  docsCommand,
])
  program.addCommand(add().exitOverride());

const run = async (): Promise<number> => {
  if (process.argv.length <= 2) {
    console.log(EXAMPLES);
    return EXIT.ok;
  }
  try {
    await program.parseAsync();
    return Number(process.exitCode ?? EXIT.ok);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    return reportFailure(error);
  }
};

process.exitCode = await run();
