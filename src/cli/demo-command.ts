import { Command } from "commander";
import { type Demo, startDemo } from "../app.js";
import { demoReporter } from "./demo-reporter.js";
import { numberOption, say, untilEnded } from "./output.js";

interface DemoCommandOptions {
  readonly host: string;
  readonly port: number;
  readonly speed: number;
  readonly seed: number;
}

export const demoCommand = (): Command =>
  new Command("demo")
    .description("the server with a community of forty virtual stations, on a fast clock")
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option(
      "--port <number>",
      "port to listen on",
      numberOption("--port", { least: 0, most: 65_535, whole: true }),
      8180,
    )
    .option(
      "--speed <factor>",
      "times as fast as the wall",
      numberOption("--speed", { least: 1, most: 600 }),
      60,
    )
    .option(
      "--seed <number>",
      "seed of every random draw",
      numberOption("--seed", { least: 0, most: 2 ** 31, whole: true }),
      1,
    )
    .action(async (options: DemoCommandOptions) => {
      const reporter = demoReporter();
      const demo = await startDemo({ ...options, onCycle: (record) => reporter.onCycle(record) });
      welcome(demo, options.speed);
      reporter.start(demo);
      const exitCode = await untilEnded(demo.log);
      reporter.stop();
      say("closing");
      await demo.close();
      process.exitCode = exitCode;
    });

const welcome = ({ server, scenario, curl, tokens }: Demo, speed: number): void =>
  say(`${scenario.site.name}: ${scenario.stations.length} stations, one transformer of ${scenario.site.nodes[0]?.importLimitKw} kW; ${speed} times as fast as the wall

  page      ${server.url}/
  API       ${server.url}/docs   (Authorization: Bearer ${tokens.page})
  stations  ${server.stationUrl}<identity>

A demand-response event that begins now and lasts an hour:

${curl}

and what it brought:

curl -sS ${server.url}/api/v1/events/<id>/result -H 'Authorization: Bearer ${tokens.page}'
`);
