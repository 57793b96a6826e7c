import type { OcppVersion } from "../domain/fleet.js";
import { idAt } from "./common/neutral.js";
import { readTime } from "./common/time.js";
import type { RpcFault } from "./session/frames.js";
import { listAt, numberAt, objectAt, type Payload, textAt } from "./wire.js";

/**
 * The least that a message with meter values or of a transaction must tell, whatever else its schema wants.
 * Stations write much of these messages wrongly and would send one that is refused again and again and at
 * last drop it, and with it a bill; so whatever can be read of them is taken, as long as it is known what
 * they mean:
 *
 * | message | must tell | since else |
 * | --- | --- | --- |
 * | StartTransaction | `connectorId`, `idTag`, `timestamp` or `meterStart` | it is unknown where, for whom, or whether it is the same again, and it would end what runs there |
 * | StopTransaction | `transactionId` | it is unknown what ended |
 * | TransactionEvent | a known `eventType`, `transactionId`, `seqNo` or `timestamp` | it would open, change or end a transaction that was not meant |
 * | MeterValues in a transaction (1.6) | a readable `transactionId`, a value | it is unknown whose values they are |
 * | MeterValues outside one | EVSE or connector, a value | as any other message against its schema |
 *
 * One of a transaction that tells less is kept in quarantine as it came and changes nothing (`Lack.isKept`);
 * see docs/adr/0007-unclear-transaction-messages.md for its answer.
 */
export interface Lack extends RpcFault {
  /** `StartTransaction.idTag` */
  readonly place: string;
  /** Part of a bill: into quarantine with it. */
  readonly isKept: boolean;
}

interface Rule {
  readonly must: readonly (readonly [field: string, isTold: (payload: Payload) => boolean])[];
  readonly isKept: boolean;
  /** Only asked of what breaks its schema: valid meter values may be empty. */
  readonly onlyBroken?: true;
}

const told =
  (read: (payload: Payload, key: string) => unknown, ...keys: readonly string[]) =>
  (payload: Payload): boolean =>
    keys.some((key) => (read(payload, key) ?? null) !== null);

const timeAt = (payload: Payload, key: string) => readTime(textAt(payload, key));
const stringAt = (payload: Payload, key: string) => (typeof payload[key] === "string" ? payload[key] : null);
const EVENT_TYPES = ["Started", "Updated", "Ended"];

/** One is enough: what else cannot be read in the message is left out. */
const hasValue = (payload: Payload): boolean =>
  listAt(payload, "meterValue")
    .flatMap((meterValue) => listAt(meterValue, "sampledValue"))
    .some(told((sampled, key) => sampled[key], "value"));

const START: Rule = {
  must: [
    ["connectorId", told(idAt, "connectorId")],
    ["idTag", told(stringAt, "idTag")],
    ["timestamp", (payload) => told(timeAt, "timestamp")(payload) || told(numberAt, "meterStart")(payload)],
  ],
  isKept: true,
};

const STOP: Rule = {
  must: [
    [
      "transactionId",
      (payload) => told(numberAt, "transactionId")(payload) || told(textAt, "transactionId")(payload),
    ],
  ],
  isKept: true,
};

const EVENT: Rule = {
  must: [
    ["eventType", (payload) => EVENT_TYPES.includes(textAt(payload, "eventType") ?? "")],
    [
      "transactionInfo.transactionId",
      (payload) => told(textAt, "transactionId")(objectAt(payload, "transactionInfo")),
    ],
    ["seqNo", (payload) => told(idAt, "seqNo")(payload) || told(timeAt, "timestamp")(payload)],
  ],
  isKept: true,
};

const metered = (whose: string, isKept: boolean): Rule => ({
  must: [
    [whose, told(numberAt, whose)],
    ["meterValue", hasValue],
  ],
  isKept,
  onlyBroken: true,
});
const IN_TRANSACTION = metered("transactionId", true);
const AT_CONNECTOR = metered("connectorId", false);
const AT_EVSE = metered("evseId", false);

const ruleOf = (version: OcppVersion, action: string, payload: Payload): Rule | null => {
  switch (action) {
    case "StartTransaction":
      return START;
    case "StopTransaction":
      return STOP;
    case "TransactionEvent":
      return EVENT;
    case "MeterValues":
      if (version !== "1.6") return AT_EVSE;
      return namesTransaction(payload) ? IN_TRANSACTION : AT_CONNECTOR;
    default:
      return null;
  }
};

/** −1 and 0 are what stations write for none. */
const namesTransaction = (payload: Payload): boolean =>
  payload["transactionId"] !== undefined && (numberAt(payload, "transactionId") ?? 1) > 0;

/** Whether a message is read as far as it can be instead of being refused for any breach of its schema. */
export const isReadInPart = (version: OcppVersion, action: string): boolean =>
  ruleOf(version, action, {}) !== null;

/** What such a message lacks, its first; null when it tells enough. */
export const lackIn = (
  version: OcppVersion,
  action: string,
  payload: Payload,
  isBroken: boolean,
): Lack | null => {
  const rule = ruleOf(version, action, payload);
  if (rule === null || (rule.onlyBroken && !isBroken)) return null;
  const lacking = rule.must.find(([, isTold]) => !isTold(payload));
  if (lacking === undefined) return null;
  const [field] = lacking;
  const place = `${action}.${field}`;
  return isAbsent(payload, field)
    ? { place, isKept: rule.isKept, code: "OccurrenceConstraintViolation", why: `${place} is missing` }
    : { place, isKept: rule.isKept, code: "PropertyConstraintViolation", why: `${place} cannot be read` };
};

const isAbsent = (payload: Payload, field: string): boolean => {
  const [head = "", ...rest] = field.split(".");
  const value = rest.length === 0 ? payload[head] : objectAt(payload, head)[rest.join(".")];
  return value === undefined || value === null;
};
