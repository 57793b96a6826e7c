import type { CommandOutcome, OperatorCommand, StationSetting } from "../../domain/command.js";
import type { Written } from "../common/codec.js";
import { call, cannot, readAlike, writeAlike } from "../common/operate.js";
import { outcomeOf } from "../common/outcome.js";
import { writeTime } from "../common/time.js";
import { listAt, numberAt, objectAt, type Payload, textAt } from "../wire.js";

const NAMES = "2.x names variables as Component.Variable, e.g. SampledDataCtrlr.TxUpdatedInterval";

const namedAs = (name: string, instance: string | undefined): Payload => ({
  name,
  ...(instance === undefined ? {} : { instance }),
});

/** `Component[instance].Variable[instance]`, instances where there are some; null: it is no such name. */
const variableOf = (name: string): { component: Payload; variable: Payload } | null => {
  const [, component, componentInstance, variable, variableInstance] =
    /^([^.[\]]+)(?:\[([^\]]+)\])?\.([^.[\]]+)(?:\[([^\]]+)\])?$/.exec(name) ?? [];
  if (component === undefined || variable === undefined) return null;
  return { component: namedAs(component, componentInstance), variable: namedAs(variable, variableInstance) };
};

const readSettings = (names: readonly string[]): Written => {
  if (names.length === 0) return cannot(`name the variables: ${NAMES}`);
  const wanted = names.map(variableOf);
  const unclear = names[wanted.indexOf(null)];
  if (unclear !== undefined) return { outcome: { status: "error", detail: `"${unclear}": ${NAMES}` } };
  return call("GetVariables", { getVariableData: wanted });
};

const writeSetting = (name: string, attributeValue: string): Written => {
  const variable = variableOf(name);
  if (variable === null) return { outcome: { status: "error", detail: `"${name}": ${NAMES}` } };
  return call("SetVariables", { setVariableData: [{ ...variable, attributeValue }] });
};

/** 2.x wants its kind named; those that we know are of the central system. */
const token = (idToken: string): Payload => ({ idToken, type: "Central" });

const reservation = ({
  reservationId,
  evseId,
  idToken,
  expiresMs,
}: Extract<OperatorCommand, { kind: "reserve" }>): Payload => ({
  id: reservationId,
  expiryDateTime: writeTime(expiresMs),
  idToken: token(idToken),
  ...(evseId === null ? {} : { evseId }),
});

/** An entry without a standing is taken off; a list of none is left out. */
const localList = ({
  version,
  isWhole,
  entries,
}: Extract<OperatorCommand, { kind: "send-local-list" }>): Payload => ({
  versionNumber: version,
  updateType: isWhole ? "Full" : "Differential",
  ...(entries.length === 0
    ? {}
    : {
        localAuthorizationList: entries.map(({ idToken, standing }) => ({
          idToken: token(idToken),
          ...(standing === null ? {} : { idTokenInfo: { status: standing } }),
        })),
      }),
});

/** An operator's command as a 2.x call. */
export const writeOperator = (command: OperatorCommand): Written => {
  switch (command.kind) {
    case "reset":
      return call("Reset", {
        type: command.how === "when-idle" ? "OnIdle" : "Immediate",
        ...(command.evseId === null ? {} : { evseId: command.evseId }),
      });
    case "change-availability":
      return call("ChangeAvailability", {
        operationalStatus: command.operative ? "Operative" : "Inoperative",
        ...(command.evseId === null ? {} : { evse: { id: command.evseId } }),
      });
    case "unlock":
      return call("UnlockConnector", { evseId: command.evseId, connectorId: command.connectorId });
    case "read-settings":
      return readSettings(command.names);
    case "write-setting":
      return writeSetting(command.name, command.value);
    case "reserve":
      return call("ReserveNow", reservation(command));
    case "send-local-list":
      return call("SendLocalList", localList(command));
    default:
      return writeAlike(command);
  }
};

const nameOf = (result: Payload): string => {
  const part = (key: string): string => {
    const named = objectAt(result, key);
    const instance = textAt(named, "instance");
    return `${textAt(named, "name") ?? ""}${instance === null ? "" : `[${instance}]`}`;
  };
  return `${part("component")}.${part("variable")}`;
};

/** A write-only variable is refused: the station does not tell it. */
const settingOf = (result: Payload): StationSetting => {
  const status = textAt(result, "attributeStatus") ?? "no status";
  return {
    name: nameOf(result),
    value: status === "Accepted" ? (textAt(result, "attributeValue") ?? "") : null,
    readOnly: null,
    why: status === "Accepted" ? null : status,
  };
};

/** The answer to an operator's command. */
export const readOperator = (command: OperatorCommand, answer: Payload): CommandOutcome => {
  if (command.kind === "local-list-version")
    return { status: "accepted", version: numberAt(answer, "versionNumber") ?? 0 };
  if (command.kind === "read-settings")
    return { status: "accepted", settings: listAt(answer, "getVariableResult").map(settingOf) };
  if (command.kind === "write-setting") {
    const [result = {}] = listAt(answer, "setVariableResult");
    return outcomeOf({ status: result["attributeStatus"], statusInfo: result["attributeStatusInfo"] }, [
      "RebootRequired",
    ]);
  }
  return readAlike(command, answer, ["Unlocked", "Scheduled"]);
};
