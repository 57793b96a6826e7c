import type { CommandOutcome, OperatorCommand, StationSetting } from "../../domain/command.js";
import type { Written } from "../common/codec.js";
import { call, cannot, readAlike, writeAlike } from "../common/operate.js";
import { writeTime } from "../common/time.js";
import { listAt, numberAt, type Payload, textAt } from "../wire.js";

const reset = ({ how, evseId }: Extract<OperatorCommand, { kind: "reset" }>): Written => {
  if (evseId !== null) return cannot("1.6 resets the whole station: leave the EVSE out");
  if (how === "when-idle") return cannot("1.6 resets at once: say soft or hard");
  return call("Reset", { type: how === "hard" ? "Hard" : "Soft" });
};

const reservation = ({
  reservationId,
  evseId,
  idToken,
  expiresMs,
}: Extract<OperatorCommand, { kind: "reserve" }>): Payload => ({
  connectorId: evseId ?? 0,
  expiryDate: writeTime(expiresMs),
  idTag: idToken,
  reservationId,
});

/** An entry without a standing is taken off. */
const localList = ({
  version,
  isWhole,
  entries,
}: Extract<OperatorCommand, { kind: "send-local-list" }>): Payload => ({
  listVersion: version,
  updateType: isWhole ? "Full" : "Differential",
  localAuthorizationList: entries.map(({ idToken, standing }) => ({
    idTag: idToken,
    ...(standing === null ? {} : { idTagInfo: { status: standing } }),
  })),
});

/** An operator's command as an OCPP 1.6 call; connector 0 is the station itself. */
export const writeOperator = (command: OperatorCommand): Written => {
  switch (command.kind) {
    case "reset":
      return reset(command);
    case "change-availability":
      return call("ChangeAvailability", {
        connectorId: command.evseId ?? 0,
        type: command.operative ? "Operative" : "Inoperative",
      });
    case "unlock":
      return call("UnlockConnector", { connectorId: command.evseId });
    case "read-settings":
      return call("GetConfiguration", command.names.length === 0 ? {} : { key: command.names });
    case "write-setting":
      return call("ChangeConfiguration", { key: command.name, value: command.value });
    case "reserve":
      return call("ReserveNow", reservation(command));
    case "send-local-list":
      return call("SendLocalList", localList(command));
    default:
      return writeAlike(command);
  }
};

const settingsOf = (answer: Payload): StationSetting[] => {
  const unknown = answer["unknownKey"];
  return [
    ...listAt(answer, "configurationKey").map((key) => ({
      name: textAt(key, "key") ?? "",
      value: textAt(key, "value"),
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

/** The answer to an operator's command. */
export const readOperator = (command: OperatorCommand, answer: Payload): CommandOutcome => {
  if (command.kind === "local-list-version")
    return { status: "accepted", version: numberAt(answer, "listVersion") ?? 0 };
  if (command.kind === "read-settings") return { status: "accepted", settings: settingsOf(answer) };
  return readAlike(command, answer, ["Unlocked", "Scheduled", "RebootRequired"]);
};
