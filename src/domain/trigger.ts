import type { OcppVersion } from "./fleet.js";

/** Messages that a station can be asked to send, as the newest version calls them; not every version has each. */
export const TRIGGER_MESSAGES = [
  "BootNotification",
  "StatusNotification",
  "MeterValues",
  "Heartbeat",
  "TransactionEvent",
  "FirmwareStatusNotification",
  "PublishFirmwareStatusNotification",
  "DiagnosticsStatusNotification",
  "LogStatusNotification",
  "SignChargingStationCertificate",
  "SignV2GCertificate",
  "SignV2G20Certificate",
  "SignCombinedCertificate",
  "CustomTrigger",
] as const;

export type TriggerMessage = (typeof TRIGGER_MESSAGES)[number];

const EVERY: readonly OcppVersion[] = ["1.6", "2.0.1", "2.1"];
const SINCE_201: readonly OcppVersion[] = ["2.0.1", "2.1"];

/** Which versions can ask for it; 1.6 for some by its security extension. */
const VERSIONS: Readonly<Record<TriggerMessage, readonly OcppVersion[]>> = {
  BootNotification: EVERY,
  StatusNotification: EVERY,
  MeterValues: EVERY,
  Heartbeat: EVERY,
  TransactionEvent: SINCE_201,
  FirmwareStatusNotification: EVERY,
  PublishFirmwareStatusNotification: SINCE_201,
  // 2.x tells of it by LogStatusNotification.
  DiagnosticsStatusNotification: ["1.6"],
  LogStatusNotification: EVERY,
  SignChargingStationCertificate: EVERY,
  SignV2GCertificate: SINCE_201,
  // Certificates of ISO 15118-20, and what a vendor defined.
  SignV2G20Certificate: ["2.1"],
  SignCombinedCertificate: SINCE_201,
  CustomTrigger: ["2.1"],
};

/** What stations of a version can be asked for. */
export const triggersOf = (version: OcppVersion): ReadonlySet<TriggerMessage> =>
  new Set(TRIGGER_MESSAGES.filter((message) => VERSIONS[message].includes(version)));

/** Every message with the versions that know it: `Heartbeat (1.6, 2.0.1, 2.1)`. */
export const triggersByVersion = (): string =>
  TRIGGER_MESSAGES.map((message) => `${message} (${VERSIONS[message].join(", ")})`).join(", ");

/** Names of messages in a sentence, in the order of the alphabet. */
export const triggerList = (messages: Iterable<TriggerMessage>): string =>
  [...messages].toSorted().join(", ");
