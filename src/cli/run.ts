import { Command, CommanderError } from "commander";
import { asCalled, hintOf, packageVersion, POLICIES } from "../app.js";
import { nearest } from "../domain/nearest.js";
import { caCommand } from "./ca-command.js";
import { chargingProfileCommand } from "./charging-profile-command.js";
import { configCommand } from "./config-command.js";
import { demoCommand } from "./demo-command.js";
import { doctorCommand } from "./doctor-command.js";
import { docsCommand } from "./docs-command.js";
import { EXIT } from "./exit-codes.js";
import { idTokenCommand } from "./id-token-command.js";
import { fileCommand } from "./file-command.js";
import { initCommand } from "./init-command.js";
import { namedList } from "./options.js";
import { reportFailure, say } from "./output.js";
import { planCommand } from "./plan-command.js";
import { quirksCommand } from "./quirks-command.js";
import { exportCommand } from "./export-command.js";
import { sessionCommand } from "./session-command.js";
import { siteCommand } from "./site-command.js";
import { sharingCommand } from "./sharing-command.js";
import { serveCommand } from "./serve-command.js";
import { simCommand } from "./sim-command.js";
import { stationCommand } from "./station-command.js";
import { storeCommand } from "./store-command.js";
import { taskCommand } from "./task-command.js";
import { tokenCommand } from "./token-command.js";
import { webhookCommand } from "./webhook-command.js";

const EXAMPLES = `youxu (有序): the scheduler that lets a city charge in order

Forty cars on one transformer, live at http://127.0.0.1:8180/
  youxu demo
Your own pile
  youxu init && youxu station add pile-1 && youxu serve
What orderly charging saves
  youxu sim compare scenarios/jinan-community.yaml

youxu --help lists every command.`;

const COMMANDS = [
  initCommand,
  serveCommand,
  demoCommand,
  stationCommand,
  taskCommand,
  chargingProfileCommand,
  webhookCommand,
  siteCommand,
  sessionCommand,
  exportCommand,
  sharingCommand,
  fileCommand,
  quirksCommand,
  storeCommand,
  tokenCommand,
  caCommand,
  idTokenCommand,
  planCommand,
  simCommand,
  configCommand,
  doctorCommand,
  docsCommand,
];

/** Every command and option, unparsed. */
export const commandLine = (): Command => {
  const program = new Command("youxu")
    .description("OCPP central system, charging and V2G scheduler, OpenADR VTN and simulator")
    .version(packageVersion(), "-V, --version")
    .option("--quiet", "no words on stderr, only results and errors")
    .addHelpText("after", namedList("Policies of `sim`, solvers of `plan`", POLICIES))
    .hook("preAction", (command, asked) => {
      say.quiet(command.opts<{ quiet?: boolean }>().quiet === true);
      configOfEnvironment(asked);
    });
  for (const make of COMMANDS) program.addCommand(make());
  settle(program);
  return program;
};

/** Commander does not hand these settings down to commands that are made by themselves. */
const settle = (command: Command): void => {
  command
    .showSuggestionAfterError()
    .showHelpAfterError(`  ${hintOf("usage.invalid")}`)
    .exitOverride();
  command.commands.forEach(settle);
};

/** The site file that the environment names, where the command line does not; an empty variable names none. */
const configOfEnvironment = (command: Command): void => {
  const named = process.env["YOUXU_CONFIG"] ?? "";
  if (named !== "" && command.getOptionValueSource("config") === "default")
    command.setOptionValueWithSource("config", named, "env");
};

/** Runs one command to its end; resolves to the exit code, never rejects. */
export const runCommandLine = async (args: readonly string[]): Promise<number> => {
  if (args.length === 0) {
    console.log(asCalled(EXAMPLES));
    return EXIT.ok;
  }
  process.exitCode = undefined;
  try {
    mustBeCommand(commandLine(), args);
    await commandLine().parseAsync(args, { from: "user" });
    return exitCodeSet();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    return reportFailure(error);
  }
};

/** Commander shows the help of the program where it is asked for that of a command which is not there. */
const mustBeCommand = (program: Command, args: readonly string[]): void => {
  let within = program;
  for (const word of args) {
    if (within === program && word === "--quiet") continue;
    if (word.startsWith("-") || within.commands.length === 0) return;
    const next = within.commands.find((one) => one.name() === word || one.aliases().includes(word));
    if (next === undefined && word !== "help") unknownCommand(within, word);
    if (next === undefined) return;
    within = next;
  }
};

const unknownCommand = (within: Command, word: string): never => {
  const near = nearest(
    word,
    within.commands.map((one) => one.name()),
  );
  return within.error(`error: unknown command '${word}'${near === null ? "" : `\n(Did you mean ${near}?)`}`, {
    code: "commander.unknownCommand",
    exitCode: 1,
  });
};

/** Commands that end otherwise than well, without an error, say so by the process's exit code. */
const exitCodeSet = (): number => Number(process.exitCode ?? EXIT.ok);
