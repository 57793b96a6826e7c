import type { AcceptedOutcome, CommandOutcome, StationCommand } from "../domain/command.js";
import type { StationFile } from "../domain/station-file/file.js";

/** How many things a station takes in one message, and how many bytes of it, as far as it told. */
interface MessageBounds {
  readonly items: number;
  readonly bytes: number;
}

/** A command about several things, as parts of it are made. */
interface Several {
  /** The setting that bounds it in 1.6; null: none does. */
  readonly maxKeys: string | null;
  /** Component and instance of the settings that bound it in 2.x. */
  readonly component: string;
  readonly action: string;
  /** Of each thing: what it is called in results, and its part of the command as bytes count it. */
  readonly things: readonly { readonly name: string; readonly told: unknown }[];
  /** Bytes of a thing in the message beside what it is told with. */
  readonly besideBytes: number;
  readonly part: (from: number, to: number) => StationCommand;
}

/** At most: names of components, variables, instances and attributes, an EVSE, brackets. */
const VARIABLE_BYTES = 200;
/** At most: message type, id, action, the name of the list. */
const ENVELOPE_BYTES = 120;

const severalOf = (command: StationCommand): Several | null => {
  const data = { maxKeys: null, component: "DeviceDataCtrlr", besideBytes: VARIABLE_BYTES };
  const monitors = { ...data, component: "MonitoringCtrlr" };
  switch (command.kind) {
    case "read-settings":
      return {
        ...data,
        maxKeys: "GetConfigurationMaxKeys",
        action: "GetVariables",
        things: command.names.map((name) => ({ name, told: name })),
        part: (from, to) => ({ ...command, names: command.names.slice(from, to) }),
      };
    case "write-settings":
      return {
        ...data,
        action: "SetVariables",
        things: command.settings.map((setting) => ({ name: setting.name, told: setting })),
        part: (from, to) => ({ ...command, settings: command.settings.slice(from, to) }),
      };
    case "set-monitors":
      return {
        ...monitors,
        action: "SetVariableMonitoring",
        things: command.monitors.map((monitor) => ({ name: monitor.name, told: monitor })),
        part: (from, to) => ({ ...command, monitors: command.monitors.slice(from, to) }),
      };
    case "clear-monitors":
      return {
        ...monitors,
        action: "ClearVariableMonitoring",
        besideBytes: 1,
        things: command.ids.map((id) => ({ name: String(id), told: id })),
        part: (from, to) => ({ ...command, ids: command.ids.slice(from, to) }),
      };
    default:
      return null;
  }
};

/** Whether a command may have to be told in parts. */
export const isOfSeveral = (command: StationCommand): boolean => (severalOf(command)?.things.length ?? 0) > 1;

const boundsOf = (
  { settings: { settings } }: StationFile,
  several: Several,
  usualItems: number,
): MessageBounds => {
  const told = (name: string | null): number => {
    const value = Number(settings.find((setting) => setting.name === name)?.value ?? Number.NaN);
    return Number.isSafeInteger(value) && value > 0 ? value : Infinity;
  };
  const of2x = (what: string): number => told(`${several.component}.${what}[${several.action}]`);
  const items = Math.min(of2x("ItemsPerMessage"), told(several.maxKeys));
  return {
    items: items === Infinity ? usualItems : items,
    bytes: of2x("BytesPerMessage"),
  };
};

const ENCODER = new TextEncoder();

/** A part of a command, and what the things in it are called. */
export interface Part {
  readonly command: StationCommand;
  readonly names: readonly string[];
}

/**
 * A command in parts that its station takes each, as far as it told its bounds;
 * in one where it told none, or in such of `usualItems`. Bytes are reckoned by the most that a thing can take; one that is too long goes alone.
 */
export const partsOf = (
  command: StationCommand,
  file: StationFile,
  usualItems = Infinity,
): readonly Part[] => {
  const several = severalOf(command);
  if (several === null) return [{ command, names: [] }];
  const { items, bytes } = boundsOf(file, several, usualItems);
  const parts: Part[] = [];
  const cut = (from: number, to: number): void =>
    void parts.push({
      command: several.part(from, to),
      names: several.things.slice(from, to).map(({ name }) => name),
    });
  let [from, size] = [0, ENVELOPE_BYTES];
  several.things.forEach(({ told }, index) => {
    const more = ENCODER.encode(JSON.stringify(told)).length + several.besideBytes;
    if (index > from && (index - from >= items || size + more > bytes)) {
      cut(from, index);
      [from, size] = [index, ENVELOPE_BYTES];
    }
    size += more;
  });
  cut(from, several.things.length);
  return parts;
};

/** A part, and what came of it. */
export interface ToldPart {
  readonly names: readonly string[];
  readonly outcome: CommandOutcome;
}

/** Several parts as the one command that they are: of a part that was refused each thing is. */
export const mergedOutcome = (parts: readonly ToldPart[], kind: StationCommand["kind"]): CommandOutcome => {
  const taken = parts.flatMap(({ outcome }) => (outcome.status === "accepted" ? [outcome] : []));
  const [first] = parts;
  if (taken.length === 0 || first === undefined)
    return first?.outcome ?? { status: "rejected", detail: "there was nothing to tell" };
  const details = [...new Set(taken.flatMap(({ detail }) => detail ?? []))];
  return {
    status: "accepted",
    ...(kind === "read-settings"
      ? { settings: parts.flatMap((part) => settingsOf(part)) }
      : { results: parts.flatMap((part) => resultsOf(part)) }),
    ...(details.length === 0 ? {} : { detail: details.join("; ") }),
  };
};

const settingsOf = ({ names, outcome }: ToldPart): NonNullable<AcceptedOutcome["settings"]> =>
  outcome.status === "accepted"
    ? (outcome.settings ?? [])
    : names.map((name) => ({ name, value: null, readOnly: null, why: whyOf(outcome) }));

const resultsOf = ({ names, outcome }: ToldPart): NonNullable<AcceptedOutcome["results"]> =>
  outcome.status === "accepted"
    ? (outcome.results ?? [])
    : names.map((item) => ({ item, id: null, why: whyOf(outcome) }));

const whyOf = ({ status, detail }: Exclude<CommandOutcome, AcceptedOutcome>): string =>
  `${status}: ${detail}`.slice(0, 255);
