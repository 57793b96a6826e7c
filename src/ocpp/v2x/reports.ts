import type { CachedSetting } from "../../domain/station-file/settings.js";
import type { InboundHandler } from "../common/codec.js";
import { shownValue } from "../common/secret-settings.js";
import { listAt, numberAt, objectAt, type Payload, textAt } from "../wire.js";
import { writeVariableName } from "./variable-name.js";

type ToldSetting = Omit<CachedSetting, "toldMs">;

/** Targets, minima and maxima of a variable are settings of their own: `EVSE@1.Power (MaxSet)`. */
const settingsIn = (reported: Payload): ToldSetting[] => {
  const characteristics = objectAt(reported, "variableCharacteristics");
  return listAt(reported, "variableAttribute").map((attribute) => {
    const type = textAt(attribute, "type") ?? "Actual";
    const name = writeVariableName(reported);
    const mutability = textAt(attribute, "mutability");
    return {
      name: `${name}${type === "Actual" ? "" : ` (${type})`}`,
      value: shownValue(name, textAt(attribute, "value")),
      readOnly: mutability === null ? null : mutability === "ReadOnly",
      unit: textAt(characteristics, "unit"),
      dataType: textAt(characteristics, "dataType"),
      values: textAt(characteristics, "valuesList"),
    };
  });
};

/** A part of the device model; parts may come in any order, the one without `tbc` is the last. */
export const notifyReport: InboundHandler = (payload, { stationId, nowMs }) => ({
  news: [
    {
      kind: "settings-told",
      stationId,
      atMs: nowMs,
      requestId: numberAt(payload, "requestId") ?? 0,
      settings: listAt(payload, "reportData").flatMap(settingsIn),
      more: payload["tbc"] === true,
    },
  ],
  answer: () => ({}),
});
