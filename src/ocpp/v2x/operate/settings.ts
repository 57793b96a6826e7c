import type { CommandOf, CommandOutcome } from "../../../domain/command.js";
import type {
  ComponentCriterion,
  SettingsCommand,
  SettingsInventory,
  StationSetting,
  WantedSetting,
} from "../../../domain/commands/settings.js";
import type { Written } from "../../common/codec.js";
import { call, cannot, type SayingsOf } from "../../common/operate.js";
import { outcomeOf } from "../../common/outcome.js";
import { keptSetting, shownValue } from "../../common/secret-settings.js";
import { listAt, type Payload, textAt } from "../../wire.js";
import {
  NAMES,
  readComponentName,
  readNames,
  readVariableName,
  writeVariableName,
} from "../variable-name.js";
import { outcomeOfItems, refusalIn } from "./items.js";

const readSettings = (names: readonly string[]): Written => {
  if (names.length === 0) return cannot(`name the variables: ${NAMES}`);
  const wanted = readNames(names, readVariableName);
  return "outcome" in wanted ? wanted : call("GetVariables", { getVariableData: wanted.read });
};

const writeSettings = (settings: readonly WantedSetting[]): Written => {
  for (const { name } of settings) {
    const kept = keptSetting(name);
    if (kept !== null) return kept;
  }
  const names = readNames(
    settings.map(({ name }) => name),
    readVariableName,
  );
  if ("outcome" in names) return names;
  const setVariableData = names.read.map((variable, index) => ({
    ...variable,
    attributeValue: settings[index]?.value ?? "",
  }));
  return call("SetVariables", { setVariableData });
};

/** One that a restart makes effective is taken; that is said beside the whole. */
const TAKEN = ["Accepted", "RebootRequired"];

const writtenOutcome = (answer: Payload): CommandOutcome => {
  const results = listAt(answer, "setVariableResult");
  const outcome = outcomeOfItems(
    results.map((result) => ({
      item: writeVariableName(result),
      id: null,
      why: refusalIn(result, "attributeStatus", TAKEN),
    })),
  );
  const restarts = results.some((result) => result["attributeStatus"] === "RebootRequired");
  return outcome.status === "accepted" && restarts ? { ...outcome, detail: "RebootRequired" } : outcome;
};

const CRITERIA: Readonly<Record<ComponentCriterion, string>> = {
  active: "Active",
  available: "Available",
  enabled: "Enabled",
  problem: "Problem",
};

const reportComponents = (
  { components, criteria }: CommandOf<"report-components">,
  requestId: number,
): Written => {
  const wanted = readNames(components, readComponentName);
  if ("outcome" in wanted) return wanted;
  const payload = {
    requestId,
    ...(wanted.read.length === 0 ? {} : { componentVariable: wanted.read }),
    ...(criteria.length === 0 ? {} : { componentCriteria: criteria.map((one) => CRITERIA[one]) }),
  };
  return { ...call("GetReport", payload), requestId };
};

/** A write-only variable is refused: the station does not tell it. */
const settingOf = (result: Payload): StationSetting => {
  const status = textAt(result, "attributeStatus") ?? "no status";
  const name = writeVariableName(result);
  return {
    name,
    value: status === "Accepted" ? shownValue(name, textAt(result, "attributeValue") ?? "") : null,
    readOnly: null,
    why: status === "Accepted" ? null : status,
  };
};

const REPORT_BASES: Readonly<Record<SettingsInventory, string>> = {
  configuration: "ConfigurationInventory",
  full: "FullInventory",
  summary: "SummaryInventory",
};

/** Variables of the device model; what a report holds comes after the answer, as NotifyReport. */
export const settings: SayingsOf<SettingsCommand> = {
  "read-settings": {
    write: ({ names }) => readSettings(names),
    read: (answer) => ({
      status: "accepted",
      settings: listAt(answer, "getVariableResult").map(settingOf),
    }),
  },
  "write-setting": {
    write: ({ name, value }) => writeSettings([{ name, value }]),
    read: (answer) => {
      const [result = {}] = listAt(answer, "setVariableResult");
      return outcomeOf({ status: result["attributeStatus"], statusInfo: result["attributeStatusInfo"] }, [
        "RebootRequired",
      ]);
    },
  },
  "write-settings": {
    write: ({ settings: wanted }) => writeSettings(wanted),
    read: writtenOutcome,
  },
  "report-components": {
    write: (command, { nextId }) => reportComponents(command, nextId()),
  },
  "report-settings": {
    write: ({ inventory }, { nextId }) => {
      const requestId = nextId();
      return { ...call("GetBaseReport", { requestId, reportBase: REPORT_BASES[inventory] }), requestId };
    },
  },
};
