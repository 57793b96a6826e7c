import { VENDOR, modelName } from "../abilities.js";
import {
  type ConnectorState,
  connectorStatusOf,
  type Reading,
  type StationMessage,
  type TransactionMessage,
} from "../messages.js";
import { type CompositeEntry, compositeIn } from "./composite.js";
import { certificates2x } from "./certificates.js";
import { displayHandlers } from "./display.js";
import { clearHandler, takeList, triggerHandler } from "./handlers.js";
import { monitorHandlers } from "./monitors.js";
import { jobHandlers2x } from "./jobs.js";
import { heldProfiles } from "./held-profiles.js";
import { purposeOf, readProfile } from "./profile.js";
import { variableHandlers } from "./variables.js";
import {
  type Handler,
  type Payload,
  type WireCall,
  type Words,
  type WriteContext,
  isoTime,
  numberOf,
  objectOf,
  textOf,
  timeOf,
} from "./words.js";

/** What 2.0.1 and 2.1 say differently. */
export interface Dialect {
  readonly subprotocol: "ocpp2.0.1" | "ocpp2.1";
  sampledValues(reading: Reading, context: string): Payload[];
  chargingNeeds(message: Extract<StationMessage, { kind: "needs" }>, context: WriteContext): Payload;
  compositePeriod(entry: CompositeEntry, phases: 1 | 3): Payload;
  /** Of what the version alone knows. */
  readonly handlers: Readonly<Record<string, Handler>>;
  /** null: this version has no word for it. */
  priority(message: Extract<StationMessage, { kind: "priority" }>): WireCall | null;
}

const CHARGING_STATES: Readonly<Record<ConnectorState, string>> = {
  Available: "Idle",
  Preparing: "EVConnected",
  Charging: "Charging",
  SuspendedEV: "SuspendedEV",
  SuspendedEVSE: "SuspendedEVSE",
  Finishing: "EVConnected",
  Unavailable: "Idle",
};
const TRIGGERS = {
  periodic: "MeterValueClock",
  "rate-changed": "ChargingRateChanged",
  triggered: "Trigger",
} as const;
const END_TRIGGERS = {
  EVDisconnected: "EVDeparted",
  Remote: "RemoteStop",
  DeAuthorized: "Deauthorized",
  Reboot: "ResetCommand",
  Other: "ChargingStateChanged",
} as const;
const CONTEXTS = { started: "Transaction.Begin", updated: "Sample.Clock", ended: "Transaction.End" } as const;

const writer =
  (dialect: Dialect): Words["write"] =>
  (message, context) => {
    const { evseId } = context.spec.evse;
    switch (message.kind) {
      case "authorize":
        return { action: "Authorize", payload: { idToken: token(message.idToken) } };
      case "status":
        return {
          action: "StatusNotification",
          payload: {
            timestamp: isoTime(message.atMs),
            connectorStatus: connectorStatusOf(message.state),
            evseId,
            connectorId: 1,
          },
        };
      case "metered":
        return {
          action: "MeterValues",
          payload: { evseId, meterValue: [meterValue(dialect, message.reading, "Trigger")] },
        };
      case "heartbeat":
        return { action: "Heartbeat", payload: {} };
      case "priority":
        return dialect.priority(message);
      case "needs":
        return {
          action: "NotifyEVChargingNeeds",
          payload: { evseId, chargingNeeds: dialect.chargingNeeds(message, context) },
        };
      default:
        return transactionEvent(dialect, message, context);
    }
  };

const token = (idToken: string): Payload => ({ idToken, type: "ISO14443" });

const meterValue = (dialect: Dialect, reading: Reading, context: string): Payload => ({
  timestamp: isoTime(reading.atMs),
  sampledValue: dialect.sampledValues(reading, context),
});

/** The EVSE and the id token are named in the first event only, as the specification asks. */
const transactionEvent = (
  dialect: Dialect,
  message: TransactionMessage,
  { spec }: WriteContext,
): WireCall => {
  const started = message.kind === "started";
  return {
    action: "TransactionEvent",
    payload: {
      eventType: started ? "Started" : message.kind === "ended" ? "Ended" : "Updated",
      timestamp: isoTime(message.atMs),
      triggerReason: triggerReason(message),
      seqNo: message.seqNo,
      ...(message.offline ? { offline: true } : {}),
      transactionInfo: {
        transactionId: message.localId,
        chargingState: CHARGING_STATES[message.state],
        ...(message.kind === "ended" ? { stoppedReason: message.reason } : {}),
      },
      ...(started ? { evse: { id: spec.evse.evseId, connectorId: 1 }, idToken: token(message.idToken) } : {}),
      meterValue: [meterValue(dialect, message.reading, CONTEXTS[message.kind])],
    },
  };
};

const triggerReason = (message: TransactionMessage): string => {
  if (message.kind === "started") return "Authorized";
  return message.kind === "ended" ? END_TRIGGERS[message.reason] : TRIGGERS[message.trigger];
};

const status = (yes: boolean, why: string): Payload =>
  yes
    ? { status: "Accepted" }
    : { status: "Rejected", statusInfo: { reasonCode: "InvalidProfile", additionalInfo: why } };

const setChargingProfile: Handler = (payload, { operations, spec }) => {
  const raw = objectOf(payload["chargingProfile"]);
  const reading = readProfile(raw, {
    evseId: numberOf(payload["evseId"]) ?? 0,
    nowMs: operations.now(),
    spec,
  });
  if ("why" in reading) return status(false, reading.why);
  const transactionId = textOf(raw["transactionId"]);
  if (reading.profile.purpose === "transaction" && transactionId === null)
    return status(false, "a TxProfile names its transaction");
  return status(operations.install(reading.profile, transactionId), "no such transaction");
};

const clearChargingProfile = clearHandler((payload) => {
  const criteria = objectOf(payload["chargingProfileCriteria"]);
  return {
    id: numberOf(payload["chargingProfileId"]),
    evseId: numberOf(criteria["evseId"]),
    purpose: purposeOf(criteria["chargingProfilePurpose"]),
    stackLevel: numberOf(criteria["stackLevel"]),
  };
});

/** Whether messages wait, and of one that it is asked about whether it goes on (E14). */
const transactionStatus: Handler = ({ transactionId }, { operations }) => ({
  messagesInQueue: operations.waiting() > 0,
  ...(transactionId === undefined
    ? {}
    : { ongoingIndicator: operations.model().transaction?.localId === transactionId }),
});

const compositeHandler =
  (dialect: Dialect): Handler =>
  (payload, { operations }) => {
    const duration = numberOf(payload["duration"]) ?? 0;
    const composite = compositeIn(operations, duration, payload["chargingRateUnit"]);
    return {
      status: "Accepted",
      schedule: {
        evseId: numberOf(payload["evseId"]) ?? 1,
        duration,
        scheduleStart: isoTime(composite.startMs),
        chargingRateUnit: composite.unit,
        chargingSchedulePeriod: composite.entries.map((entry) =>
          dialect.compositePeriod(entry, composite.phases),
        ),
      },
    };
  };

/** A virtual station's words of OCPP 2.x. */
export const words2x = (dialect: Dialect): Words => ({
  subprotocol: dialect.subprotocol,
  boot: ({ version }) => ({
    action: "BootNotification",
    payload: { reason: "PowerUp", chargingStation: { vendorName: VENDOR, model: modelName(version) } },
  }),
  write: writer(dialect),
  read: (message, answer) =>
    message.kind === "authorize"
      ? { authorized: objectOf(answer["idTokenInfo"])["status"] === "Accepted" }
      : {},
  handlers: {
    SetChargingProfile: setChargingProfile,
    ClearChargingProfile: clearChargingProfile,
    GetCompositeSchedule: compositeHandler(dialect),
    GetChargingProfiles: heldProfiles(dialect.subprotocol),
    GetTransactionStatus: transactionStatus,
    RequestStartTransaction: ({ idToken }, { operations }) =>
      status(operations.remoteStart(textOf(objectOf(idToken)["idToken"]) ?? ""), "no car waits here"),
    RequestStopTransaction: ({ transactionId }, { operations }) =>
      status(operations.remoteStop(textOf(transactionId) ?? ""), "no such transaction"),
    TriggerMessage: triggerHandler(["DiagnosticsStatusNotification"]),
    Reset: ({ type }, { operations }) => ({
      status: operations.restart(type === "OnIdle") === "now" ? "Accepted" : "Scheduled",
    }),
    ChangeAvailability: ({ operationalStatus }, { operations }) => ({
      status: operations.setOperative(operationalStatus === "Operative") === "now" ? "Accepted" : "Scheduled",
    }),
    UnlockConnector: (_, { operations }) => ({
      status: operations.unlock() ? "Unlocked" : "OngoingAuthorizedTransaction",
    }),
    ReserveNow: ({ id, idToken, expiryDateTime }, { operations }) => ({
      status: operations.hold({
        reservationId: numberOf(id) ?? 0,
        idToken: textOf(objectOf(idToken)["idToken"]) ?? "",
        untilMs: timeOf(expiryDateTime) ?? 0,
      })
        ? "Accepted"
        : "Occupied",
    }),
    CancelReservation: ({ reservationId }, { operations }) => ({
      status: operations.letGo(numberOf(reservationId) ?? 0) ? "Accepted" : "Rejected",
    }),
    ClearCache: () => ({ status: "Accepted" }),
    GetLocalListVersion: (_, { list }) => ({ versionNumber: list.version }),
    SendLocalList: ({ versionNumber }, { list }) => takeList(versionNumber, list),
    DataTransfer: () => ({ status: "UnknownVendorId" }),
    ...certificates2x,
    ...variableHandlers,
    ...monitorHandlers,
    ...displayHandlers,
    ...dialect.handlers,
    ...jobHandlers2x,
  },
});
