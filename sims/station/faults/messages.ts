import type { StationMessage } from "../messages.js";
import { listOf, objectOf, type Payload, type Words } from "../wire/words.js";
import type { StationFault } from "./contract.js";

/** Says a message again, as a station does that missed the answer: a new message with the same content. */
const repeating =
  (kind: StationMessage["kind"]) =>
  (words: Words): Words => ({
    ...words,
    also: (message, context) => {
      const call = message.kind === kind ? words.write(message, context) : null;
      return [...(words.also?.(message, context) ?? []), ...(call === null ? [] : [call])];
    },
  });

const stoppingAs =
  (transactionId: number) =>
  (words: Words): Words => ({
    ...words,
    write: (message, context) => {
      const call = words.write(message, context);
      if (call === null || message.kind !== "ended") return call;
      const payload: Payload = { ...call.payload, transactionId };
      return { ...call, payload };
    },
  });

const HEARTBEAT = { action: "Heartbeat", payload: {} } as const;
const ANSWERED_LATE: ReadonlySet<string> = new Set([
  "SetChargingProfile",
  "GetConfiguration",
  "GetVariables",
]);

const SAMPLED: ReadonlySet<string> = new Set(["Power.Active.Import", "Energy.Active.Import.Register"]);
const isRefused = (name: unknown, value: unknown): boolean =>
  String(name).match(/SampledData$|Measurands$/) !== null &&
  String(value)
    .split(",")
    .some((measurand) => !SAMPLED.has(measurand));

/** As real stations do: the whole list, and without a word which of them it is. */
const refusingSettings = (words: Words): Words => ({
  ...words,
  handlers: {
    ...words.handlers,
    ChangeConfiguration: (payload, context) =>
      isRefused(payload["key"], payload["value"])
        ? { status: "Rejected" }
        : (words.handlers["ChangeConfiguration"]?.(payload, context) ?? { status: "NotSupported" }),
    SetVariables: (payload, context) => {
      const [wanted] = listOf(payload["setVariableData"]);
      const [component, variable] = [objectOf(wanted?.["component"]), objectOf(wanted?.["variable"])];
      return isRefused(variable["name"], wanted?.["attributeValue"])
        ? { setVariableResult: [{ attributeStatus: "Rejected", component, variable }] }
        : (words.handlers["SetVariables"]?.(payload, context) ?? { setVariableResult: [] });
    },
  },
});

/** Boots and transactions that are told too often, too seldom or under another name. */
export const MESSAGE_FAULTS = {
  "no-boot": { about: "never sends a BootNotification", words: (words) => ({ ...words, boot: () => null }) },
  "boots-again-and-again": {
    about: "sends a BootNotification beside every meter value",
    words: (words, spec) => ({
      ...words,
      also: (message, context) => {
        const boot = message.kind === "updated" ? words.boot(spec) : null;
        return [...(words.also?.(message, context) ?? []), ...(boot === null ? [] : [boot])];
      },
    }),
  },
  "starts-twice": { about: "sends the start of each transaction twice", words: repeating("started") },
  "stops-twice": { about: "sends the end of each transaction twice", words: repeating("ended") },
  "stops-as-zero": {
    about: "ends transaction 0 in place of its own",
    versions: ["1.6"],
    words: stoppingAs(0),
  },
  "speaks-before-boot": {
    about: "tells its state before it boots, and leaves where nobody hears that",
    words: (words) => ({
      ...words,
      early: (spec) => {
        const status = { kind: "status", atMs: spec.atMs, state: "Available" } as const;
        const call = words.write(status, { spec, transactionId: null });
        return call === null ? [HEARTBEAT] : [HEARTBEAT, call];
      },
    }),
  },
  "calls-before-answering": {
    about: "calls us while it carries out a command, and answers only once it was answered",
    words: (words) => ({ ...words, amid: (action) => (ANSWERED_LATE.has(action) ? HEARTBEAT : null) }),
  },
  "identity-in-capitals": {
    about: "writes its identity in capitals",
    identity: (given) => given.toUpperCase(),
  },
  "identity-with-blanks": {
    about: "writes its identity with blanks, within and around it",
    identity: (given) => ` ${given.replaceAll("-", " ")} `,
  },
  "refuses-measurands": {
    about: "refuses a list of measurands that names one which it does not sample",
    words: (words) => refusingSettings(words),
  },
  "never-starts": {
    about: "accepts a remote start and begins nothing",
    words: (words) => ({
      ...words,
      handlers: {
        ...words.handlers,
        RemoteStartTransaction: () => ({ status: "Accepted" }),
        RequestStartTransaction: () => ({ status: "Accepted" }),
      },
    }),
  },
} as const satisfies Record<string, StationFault>;
