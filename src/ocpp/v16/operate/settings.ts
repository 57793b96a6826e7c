import type { SettingsCommand, StationSetting } from "../../../domain/commands/settings.js";
import { accepting, call, type SayingsOf } from "../../common/operate.js";
import { keptSetting, shownValue } from "../../common/secret-settings.js";
import { listAt, type Payload, textAt } from "../../wire.js";

const settingsOf = (answer: Payload): StationSetting[] => {
  const unknown = answer["unknownKey"];
  return [
    ...listAt(answer, "configurationKey").map((key) => ({
      name: textAt(key, "key") ?? "",
      value: shownValue(textAt(key, "key") ?? "", textAt(key, "value")),
      readOnly: typeof key["readonly"] === "boolean" ? key["readonly"] : null,
      why: null,
    })),
    ...(Array.isArray(unknown) ? unknown : []).map((name) => ({
      name: String(name),
      value: null,
      readOnly: null,
      why: "UnknownKey",
    })),
  ];
};

/** 1.6 tells all of its configuration in one answer, whatever inventory is asked for. */
export const settings: SayingsOf<SettingsCommand> = {
  "read-settings": {
    write: ({ names }) => call("GetConfiguration", names.length === 0 ? {} : { key: names }),
    read: (answer) => ({ status: "accepted", settings: settingsOf(answer) }),
  },
  "write-setting": {
    write: ({ name, value }) => keptSetting(name) ?? call("ChangeConfiguration", { key: name, value }),
    read: accepting("RebootRequired"),
  },
  "report-settings": {
    write: () => call("GetConfiguration", {}),
    read: (answer) => ({ status: "accepted", settings: settingsOf(answer) }),
  },
};
