import { Command } from "commander";
import { serve, type Serving } from "../app.js";
import { firstOf } from "../domain/figures.js";
import { CONFIG_OPTION, configSuffix } from "./options.js";
import { numberOption, say, untilEnded } from "./output.js";

interface ServeOptions {
  readonly config: string;
  readonly host?: string;
  readonly port?: number;
}

export const serveCommand = (): Command =>
  new Command("serve")
    .description("run the central system, the planner and the pages on the wall clock")
    .option(...CONFIG_OPTION)
    .option("--host <address>", "address to listen on")
    .option(
      "--port <number>",
      "port to listen on",
      numberOption("--port", { least: 0, most: 65_535, whole: true }),
    )
    .action(async ({ config, host, port }: ServeOptions) => {
      const serving = await serve(config, { "server.host": host, "server.port": port }, "info");
      welcome(serving, config);
      const exitCode = await untilEnded(serving.log);
      say("closing: stations keep the schedules they hold");
      await serving.close();
      process.exitCode = exitCode;
    });

const welcome = ({ server, withoutPassword, withoutToken }: Serving, config: string): void => {
  say(`stations  ${server.pileUrl}<identity>
page      ${server.url}/
API       ${server.url}/docs
OpenADR   ${server.url}/openadr3/3.1.1`);
  const option = configSuffix(config);
  if (withoutToken.includes("operator")) say(`a token for the page: youxu token add <name>${option}`);
  if (withoutToken.includes("grid-operator"))
    say(`a token for a grid operator: youxu token add <name> --role grid-operator${option}`);
  const [first, second] = withoutPassword;
  if (first === undefined) return;
  const give = second === undefined ? first : "--all";
  say(
    `without a password, cannot connect: ${firstOf(withoutPassword, 3)}: youxu station add ${give}${option}`,
  );
};
