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

/** Names of messages in a sentence, in the order of the alphabet. */
export const triggerList = (messages: Iterable<TriggerMessage>): string =>
  [...messages].toSorted().join(", ");

export type TriggerMessage = (typeof TRIGGER_MESSAGES)[number];
