import { MAX_PERIODS, MAX_STACK_LEVEL, VENDOR, modelName } from "../abilities.js";
import type { Reading, StationMessage, TransactionMessage } from "../messages.js";
import { certificates16 } from "./certificates.js";
import { compositeIn } from "./composite.js";
import { clearHandler, takeList, triggerHandler } from "./handlers.js";
import { jobHandlers16 } from "./jobs.js";
import { purposeOf, readProfile } from "./profile.js";
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
import type { NewStation } from "../model.js";

type Context16 = "Sample.Periodic" | "Sample.Clock" | "Trigger" | "Other";

const meterValue = (reading: Reading, context: Context16, spec: NewStation): Payload => ({
  timestamp: isoTime(reading.atMs),
  sampledValue: [
    { value: String(reading.powerW), measurand: "Power.Active.Import", unit: "W", context },
    { value: String(reading.importedWh), measurand: "Energy.Active.Import.Register", unit: "Wh", context },
    ...(spec.evse.maxDischargeKw > 0
      ? [
          {
            value: String(reading.exportedWh),
            measurand: "Energy.Active.Export.Register",
            unit: "Wh",
            context,
          },
        ]
      : []),
  ],
});

const CONTEXTS = { periodic: "Sample.Clock", "rate-changed": "Other", triggered: "Trigger" } as const;

const write = (message: StationMessage, context: WriteContext): WireCall | null => {
  const connectorId = context.spec.evse.evseId;
  switch (message.kind) {
    case "authorize":
      return { action: "Authorize", payload: { idTag: message.idToken } };
    case "status":
      return {
        action: "StatusNotification",
        payload: {
          connectorId,
          errorCode: "NoError",
          status: message.state,
          timestamp: isoTime(message.atMs),
        },
      };
    case "metered":
      return meterValues(message.reading, context, "Trigger");
    case "heartbeat":
      return { action: "Heartbeat", payload: {} };
    case "needs":
    case "priority":
      return null;
    default:
      return writeTransaction(message, context);
  }
};

const meterValues = (
  reading: Reading,
  { spec, transactionId }: WriteContext,
  context: Context16,
): WireCall => ({
  action: "MeterValues",
  payload: {
    connectorId: spec.evse.evseId,
    ...(transactionId === null ? {} : { transactionId: Number(transactionId) }),
    meterValue: [meterValue(reading, context, spec)],
  },
});

/** A stop whose start was never answered names −1, as the errata allow. */
const writeTransaction = (message: TransactionMessage, context: WriteContext): WireCall => {
  switch (message.kind) {
    case "started":
      return {
        action: "StartTransaction",
        payload: {
          connectorId: context.spec.evse.evseId,
          idTag: message.idToken,
          meterStart: message.reading.importedWh,
          timestamp: isoTime(message.atMs),
        },
      };
    case "updated":
      return meterValues(message.reading, context, CONTEXTS[message.trigger]);
    default:
      return {
        action: "StopTransaction",
        payload: {
          transactionId: Number(context.transactionId ?? -1),
          meterStop: message.reading.importedWh,
          timestamp: isoTime(message.atMs),
          reason: message.reason,
        },
      };
  }
};

const status = (yes: boolean): Payload => ({ status: yes ? "Accepted" : "Rejected" });

const setChargingProfile: Handler = (payload, { operations, spec }) => {
  const raw = objectOf(payload["csChargingProfiles"]);
  const reading = readProfile(raw, {
    evseId: numberOf(payload["connectorId"]) ?? 0,
    nowMs: operations.now(),
    spec,
  });
  if ("why" in reading) return status(false);
  const transactionId = numberOf(raw["transactionId"]);
  return status(operations.install(reading.profile, transactionId === null ? null : String(transactionId)));
};

const clearChargingProfile = clearHandler((payload) => ({
  id: numberOf(payload["id"]),
  evseId: numberOf(payload["connectorId"]),
  purpose: purposeOf(payload["chargingProfilePurpose"]),
  stackLevel: numberOf(payload["stackLevel"]),
}));

const getCompositeSchedule: Handler = (payload, { operations }) => {
  const duration = numberOf(payload["duration"]) ?? 0;
  const composite = compositeIn(operations, duration, payload["chargingRateUnit"]);
  return {
    status: "Accepted",
    connectorId: numberOf(payload["connectorId"]) ?? 1,
    scheduleStart: isoTime(composite.startMs),
    chargingSchedule: {
      duration,
      startSchedule: isoTime(composite.startMs),
      chargingRateUnit: composite.unit,
      chargingSchedulePeriod: composite.entries.map(({ startPeriod, value }) => ({
        startPeriod,
        limit: value,
        numberPhases: composite.phases,
      })),
    },
  };
};

const READ_ONLY: Readonly<Record<string, string>> = {
  ChargeProfileMaxStackLevel: String(MAX_STACK_LEVEL),
  ChargingScheduleAllowedChargingRateUnit: "Current,Power",
  ChargingScheduleMaxPeriods: String(MAX_PERIODS),
  MaxChargingProfilesInstalled: "16",
  NumberOfConnectors: "1",
  SupportedFeatureProfiles: "Core,SmartCharging,RemoteTrigger",
};
const WRITABLE: Readonly<Record<string, string>> = {
  HeartbeatInterval: "300",
  MeterValueSampleInterval: "60",
  MeterValuesSampledData: "Power.Active.Import,Energy.Active.Import.Register",
  ClockAlignedDataInterval: "0",
};

const getConfiguration: Handler = ({ key }, { settings }) => {
  const known = new Map(Object.entries({ ...WRITABLE, ...Object.fromEntries(settings), ...READ_ONLY }));
  const asked = Array.isArray(key) && key.length > 0 ? key.map(String) : [...known.keys()];
  return {
    configurationKey: asked.flatMap((name) => {
      const value = known.get(name);
      return value === undefined ? [] : [{ key: name, readonly: name in READ_ONLY, value }];
    }),
    unknownKey: asked.filter((name) => !known.has(name)),
  };
};

/** As the security extension wants it: 16 to 20 octets in hexadecimal digits. */
const AUTHORIZATION_KEY = /^([0-9A-Fa-f]{2}){16,20}$/;

const changeConfiguration: Handler = ({ key, value }, { settings, changePassword }) => {
  const name = textOf(key) ?? "";
  if (name === "AuthorizationKey") {
    const text = textOf(value) ?? "";
    if (!AUTHORIZATION_KEY.test(text) || !changePassword(text)) return { status: "Rejected" };
    return { status: "Accepted" };
  }
  if (name in READ_ONLY) return { status: "Rejected" };
  if (!(name in WRITABLE)) return { status: "NotSupported" };
  settings.set(name, textOf(value) ?? "");
  return { status: "Accepted" };
};

/** OCPP 1.6J: amperes or watts, no word for discharge, transaction ids from the central system. */
export const v16: Words = {
  subprotocol: "ocpp1.6",
  boot: ({ version }) => ({
    action: "BootNotification",
    payload: { chargePointVendor: VENDOR, chargePointModel: modelName(version) },
  }),
  write,
  read: (message, answer) => {
    if (message.kind === "authorize")
      return { authorized: objectOf(answer["idTagInfo"])["status"] === "Accepted" };
    const transactionId = numberOf(answer["transactionId"]);
    return message.kind === "started" && transactionId !== null
      ? { transactionId: String(transactionId) }
      : {};
  },
  handlers: {
    SetChargingProfile: setChargingProfile,
    ClearChargingProfile: clearChargingProfile,
    GetCompositeSchedule: getCompositeSchedule,
    RemoteStartTransaction: ({ idTag }, { operations }) =>
      status(operations.remoteStart(textOf(idTag) ?? "")),
    RemoteStopTransaction: ({ transactionId }, { operations }) =>
      status(operations.remoteStop(String(numberOf(transactionId)))),
    TriggerMessage: triggerHandler(["TransactionEvent", "LogStatusNotification"]),
    ExtendedTriggerMessage: triggerHandler(["TransactionEvent", "DiagnosticsStatusNotification"]),
    GetConfiguration: getConfiguration,
    ChangeConfiguration: changeConfiguration,
    Reset: (_, { operations }) => status(operations.restart(false) === "now"),
    ChangeAvailability: ({ type }, { operations }) => ({
      status: operations.setOperative(type === "Operative") === "now" ? "Accepted" : "Scheduled",
    }),
    UnlockConnector: (_, { operations }) => ({ status: operations.unlock() ? "Unlocked" : "UnlockFailed" }),
    ReserveNow: ({ reservationId, idTag, expiryDate }, { operations }) => ({
      status: operations.hold({
        reservationId: numberOf(reservationId) ?? 0,
        idToken: textOf(idTag) ?? "",
        untilMs: timeOf(expiryDate) ?? 0,
      })
        ? "Accepted"
        : "Occupied",
    }),
    CancelReservation: ({ reservationId }, { operations }) =>
      status(operations.letGo(numberOf(reservationId) ?? 0)),
    ClearCache: () => ({ status: "Accepted" }),
    GetLocalListVersion: (_, { list }) => ({ listVersion: list.version }),
    SendLocalList: ({ listVersion }, { list }) => takeList(listVersion, list),
    DataTransfer: () => ({ status: "UnknownVendorId" }),
    ...jobHandlers16,
    ...certificates16,
  },
};
