import type {
  SettingsCommand,
  SettingsInventory,
  StationSetting,
} from "../../../domain/commands/settings.js";
import type { Written } from "../../common/codec.js";
import { call, cannot, type SayingsOf } from "../../common/operate.js";
import { outcomeOf } from "../../common/outcome.js";
import { keptSetting, shownValue } from "../../common/secret-settings.js";
import { listAt, type Payload, textAt } from "../../wire.js";
import { NAMES, readVariableName, writeVariableName } from "../variable-name.js";

const readSettings = (names: readonly string[]): Written => {
  if (names.length === 0) return cannot(`name the variables: ${NAMES}`);
  const wanted = names.map(readVariableName);
  const unclear = names[wanted.indexOf(null)];
  if (unclear !== undefined) return { outcome: { status: "error", detail: `"${unclear}": ${NAMES}` } };
  return call("GetVariables", { getVariableData: wanted });
};

const writeSetting = (name: string, attributeValue: string): Written => {
  const variable = readVariableName(name);
  if (variable === null) return { outcome: { status: "error", detail: `"${name}": ${NAMES}` } };
  return call("SetVariables", { setVariableData: [{ ...variable, attributeValue }] });
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
    write: ({ name, value }) => keptSetting(name) ?? writeSetting(name, value),
    read: (answer) => {
      const [result = {}] = listAt(answer, "setVariableResult");
      return outcomeOf({ status: result["attributeStatus"], statusInfo: result["attributeStatusInfo"] }, [
        "RebootRequired",
      ]);
    },
  },
  "report-settings": {
    write: ({ inventory }, { nextId }) => {
      const requestId = nextId();
      return { ...call("GetBaseReport", { requestId, reportBase: REPORT_BASES[inventory] }), requestId };
    },
  },
};
