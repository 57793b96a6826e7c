import { type Command, Option } from "commander";
import { gridControls, stationBatteries } from "../../app.js";
import { DER_FIELDS, type DerControlType } from "../../domain/commands/grid-control.js";
import { YouxuError } from "../../domain/errors.js";
import { numberOption, print, printJson, say } from "../output.js";
import { accessOf, type AskOptions, asking, run } from "./asking.js";

const KINDS = Object.keys(DER_FIELDS);
const KIND_OPTION = (): Option => new Option("--type <kind>", "kind of control").choices(KINDS);

const parametersOf = (text: string): Record<string, unknown> => {
  try {
    const read: unknown = JSON.parse(text);
    if (typeof read === "object" && read !== null && !Array.isArray(read)) return { ...read };
  } catch {
    // Said below.
  }
  throw new YouxuError(
    "request.invalid",
    "parameters must be a JSON object, in OCPP 2.1's words",
    "parameters",
  );
};

interface KindOptions extends AskOptions {
  readonly type?: DerControlType;
  readonly default?: boolean;
  readonly control?: string;
}

const setControl = (): Command =>
  asking("set-der-control", "set a control of what a station feeds into the grid (2.1)")
    .argument("<control>", "its id")
    .argument("<parameters>", 'JSON, e.g. \'{"priority":1,"pctMaxDischargePower":50}\'')
    .addOption(KIND_OPTION().default("LimitMaxDischarge"))
    .option("--default", "for good, where no other of its kind is in force")
    .action(async (id: string, controlId: string, parameters: string, options: KindOptions) =>
      run(id, options, {
        kind: "set-der-control",
        controlId,
        controlType: options.type ?? "LimitMaxDischarge",
        isDefault: options.default === true,
        parameters: parametersOf(parameters),
      }),
    );

const askControls = (): Command =>
  asking("get-der-controls", "have a station tell its controls; see der-controls (2.1)")
    .addOption(KIND_OPTION())
    .option("--control <id>", "one alone")
    .action(async (id: string, { type, control, ...options }: KindOptions) =>
      run(id, options, {
        kind: "get-der-controls",
        isDefault: null,
        controlType: type ?? null,
        controlId: control ?? null,
      }),
    );

const clearControl = (): Command =>
  asking("clear-der-control", "take controls of what a station feeds into the grid away (2.1)")
    .addOption(KIND_OPTION())
    .option("--control <id>", "one alone; all by default")
    .option("--default", "defaults, and not the others")
    .action(async (id: string, { type, control, ...options }: KindOptions) =>
      run(id, options, {
        kind: "clear-der-control",
        isDefault: options.default === true,
        controlType: type ?? null,
        controlId: control ?? null,
      }),
    );

const SIGNALS = { least: -1_000_000, most: 1_000_000, whole: true } as const;

const afrr = (): Command =>
  asking("afrr", "forward a signal for automatic frequency restoration to a station (2.1)")
    .requiredOption("--signal <n>", "as the grid operator sent it", numberOption("--signal", SIGNALS))
    .action(async (id: string, options: AskOptions & { signal: number }) =>
      run(id, options, { kind: "afrr-signal", signal: options.signal, atMs: Date.now() }),
    );

const controls = (): Command =>
  asking("der-controls", "controls of what a station feeds into the grid, as it last told them").action(
    async (id: string, options: AskOptions) => {
      const found = await gridControls(accessOf(options), id);
      if (options.json === true) return printJson(found);
      for (const { controlId, controlType, isActive, parameters } of found.controls)
        print(
          `${controlId.padEnd(38)} ${(controlType ?? "?").padEnd(22)} ${isActive === true ? "active" : "      "} ${JSON.stringify(parameters ?? {})}`,
        );
      if (found.controls.length === 0)
        say(`none is known: youxu station get-der-controls ${id} asks for them`);
    },
  );

const swap = (): Command =>
  asking("swap", "open a swap station for a driver (2.1)")
    .argument("<token>", "the driver's id token")
    .action(async (id: string, idToken: string, options: AskOptions) =>
      run(id, options, { kind: "request-battery-swap", idToken }),
    );

const batteries = (): Command =>
  asking("batteries", "batteries that stand in a swap station").action(
    async (id: string, options: AskOptions) => {
      const found = await stationBatteries(accessOf(options), id);
      if (options.json === true) return printJson(found);
      for (const { serialNumber, evseId, socPercent, sohPercent } of found.batteries)
        print(
          `${String(evseId).padStart(4)}  ${serialNumber.padEnd(50)} ${socPercent ?? "?"} %  health ${sohPercent ?? "?"} %`,
        );
      if (found.batteries.length === 0) say("it told of none");
    },
  );

const STREAM_IDS = { least: 0, most: 2_147_483_647, whole: true } as const;

const streams = (): Command =>
  asking("get-streams", "streams of values that a station has open (2.1)").action(
    async (id: string, options: AskOptions) => run(id, options, { kind: "list-streams" }),
  );

const adjustStream = (): Command =>
  asking("adjust-stream", "have a station send a stream of values in another rhythm (2.1)")
    .requiredOption("--stream <id>", "the stream", numberOption("--stream", STREAM_IDS))
    .option(
      "--seconds <n>",
      "at most between two messages",
      numberOption("--seconds", { least: 1, most: 86_400, whole: true }),
    )
    .option(
      "--values <n>",
      "at most in one message",
      numberOption("--values", { least: 1, most: 10_000, whole: true }),
    )
    .action(async (id: string, options: AskOptions & { stream: number; seconds?: number; values?: number }) =>
      run(id, options, {
        kind: "adjust-stream",
        streamId: options.stream,
        intervalS: options.seconds ?? null,
        values: options.values ?? null,
      }),
    );

/** The grid, swapped batteries and streams of values. */
export const gridCommands = (): Command[] => [
  setControl(),
  askControls(),
  clearControl(),
  controls(),
  afrr(),
  swap(),
  batteries(),
  streams(),
  adjustStream(),
];
