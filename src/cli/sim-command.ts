import { Command } from "commander";
import {
  checkPolicy,
  loadScenario,
  ONE_WAY,
  OPTIMIZER,
  POLICIES,
  reportTable,
  type Scenario,
  simulate,
  solveTimesLine,
  type Simulation,
  UNCONTROLLED,
  YouxuError,
} from "../app.js";
import { JSON_OPTION, namedList } from "./options.js";
import { numberOption, print, printJson, progressLine, say } from "./output.js";

interface SimOptions {
  readonly policy?: string;
  readonly policies: string;
  readonly seed?: number;
  readonly sessions?: string;
  readonly hours?: number;
  readonly mode: "direct" | "wire";
  readonly json?: boolean;
}

/** Compared when nothing else is asked for: nobody steers, a rule does, the optimizer without and with V2G. */
const COMPARED = [UNCONTROLLED, "earliest-deadline", ONE_WAY, OPTIMIZER];

export const simCommand = (): Command =>
  new Command("sim")
    .description("replay load scenarios over the control loop")
    .addCommand(run())
    .addCommand(compare());

const withScenarioOptions = (command: Command): Command =>
  command
    .argument("<scenario>", "scenario file in YAML")
    .option(
      "--seed <number>",
      "seed of every random draw",
      numberOption("--seed", { least: 0, most: 2 ** 31, whole: true }),
    )
    .option("--sessions <file>", "replay real sessions from a table: arrival, departure, energy, power")
    .option(
      "--hours <number>",
      "length of the run instead of the scenario's",
      numberOption("--hours", { least: 0.25, most: 24 * 400 }),
    )
    .option("--mode <mode>", "direct, or wire: over real websockets in lock step", modeOption, "direct")
    .option(...JSON_OPTION)
    .addHelpText("after", namedList("Policies", POLICIES));

const modeOption = (text: string): "direct" | "wire" => {
  if (text === "direct" || text === "wire") return text;
  throw new YouxuError("usage.invalid", "must be direct or wire", "--mode");
};

const run = (): Command =>
  withScenarioOptions(new Command("run").description("run one scenario with one policy"))
    .option("--policy <name>", "one of those below; the scenario's by default")
    .action(async (file: string, options: SimOptions) => {
      if (options.policy !== undefined) checkPolicy(options.policy, "--policy");
      const scenario = await load(file, options);
      const policy = options.policy ?? scenario.policy;
      checkPolicy(policy, file);
      const simulation = await simulateOne(scenario, policy, options);
      if (options.json === true) printJson(simulation.report);
      else print(await reportTable([simulation]));
    });

const compare = (): Command =>
  withScenarioOptions(new Command("compare").description("run policies side by side on the same draws"))
    .option("--policies <names>", "some of those below, with commas", COMPARED.join(","))
    .action(async (file: string, options: SimOptions) => {
      const policies = options.policies.split(",").map((name) => name.trim());
      for (const policy of policies) checkPolicy(policy, "--policies");
      const scenario = await load(file, options);
      const simulations: Simulation[] = [];
      for (const policy of policies) simulations.push(await simulateOne(scenario, policy, options));
      if (options.json === true) printJson(simulations.map(({ report }) => report));
      else print(await reportTable(simulations));
    });

const load = async (file: string, { seed, sessions, hours }: SimOptions): Promise<Scenario> => {
  const scenario = await loadScenario(file, {
    ...(seed === undefined ? {} : { seed }),
    ...(sessions === undefined ? {} : { sessions }),
    ...(hours === undefined ? {} : { durationHours: hours }),
  });
  if (scenario.sessions !== null) tellSessions(scenario.sessions);
  return scenario;
};

const tellSessions = ({ file, rows, used, outsideRun, abovePile }: NonNullable<Scenario["sessions"]>) => {
  say(`${file}: ${rows} rows, ${used} replayed`);
  if (outsideRun > 0) say(`  ${outsideRun} left out: not wholly within the run; --hours makes it longer`);
  if (abovePile > 0) say(`  ${abovePile} with max_kW above their pile's power: they charge with the pile's`);
};

const simulateOne = async (scenario: Scenario, policy: string, options: SimOptions): Promise<Simulation> => {
  const line = progressLine(`${scenario.name} ${policy}`, options.json === true);
  const silent = {
    info: () => undefined,
    warn: () => undefined,
    error: (fields: object, message: string) => say(`${message} ${JSON.stringify(fields)}`),
  };
  const simulation = await simulate({
    scenario,
    mode: options.mode,
    policy,
    onProgress: line.at,
    log: silent,
  });
  line.done();
  for (const failure of simulation.world.failures()) say(`the world reports: ${failure}`);
  // Beside the result, which is the same bytes again.
  if (options.json === true) say(await solveTimesLine(simulation));
  return simulation;
};
