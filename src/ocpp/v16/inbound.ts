import type { TransactionEvent } from "../../domain/fleet.js";
import type { Done, InboundContext, InboundHandler, Meaning } from "../common/codec.js";
import { remember } from "../common/memory.js";
import { toSample } from "../common/meter.js";
import { booted, evseIdAt, heartbeat, idAt, neutral } from "../common/neutral.js";
import { readStatus } from "../common/status.js";
import { plausibleTime, readTime } from "../common/time.js";
import { listAt, numberAt, type Payload, textAt } from "../wire.js";
import { readMeterValues } from "./meter.js";

const nothing = (): Payload => ({});
const idTagInfo = (done: Done): Payload => ({ status: done.authorization ?? "Accepted" });

const authorize: InboundHandler = (payload) => ({
  authorize: textAt(payload, "idTag") ?? "",
  answer: (done) => ({ idTagInfo: idTagInfo(done) }),
});

/** Connector 0 is the chargepoint itself and no EVSE. */
const statusNotification: InboundHandler = (payload, { stationId, nowMs }) => {
  const evseId = evseIdAt(payload, "connectorId");
  if (evseId === 0) return { answer: nothing };
  const status = readStatus(textAt(payload, "status"));
  const sinceMs = plausibleTime(readTime(textAt(payload, "timestamp")), nowMs);
  return {
    freed: status === "Available" ? [{ evseId, sinceMs }] : [],
    reports: [{ kind: "status", stationId, evseId, atMs: nowMs, status }],
    answer: nothing,
  };
};

/**
 * The ledger gives the transaction its id; without one the station must send the message again. One
 * that the ledger kept aside, since nothing real can be meant by it, is refused in its answer, so that
 * the station goes on to its next message.
 */
const startTransaction: InboundHandler = (payload, { stationId, nowMs, memory }) => {
  const idToken = textAt(payload, "idTag") ?? "";
  const evseId = Math.max(1, idAt(payload, "connectorId") ?? 1);
  return {
    authorize: idToken,
    begins: true,
    records: [
      {
        kind: "transaction-started",
        stationId,
        evseId,
        atMs: nowMs,
        transactionId: null,
        seqNo: null,
        stationTimeMs: readTime(textAt(payload, "timestamp")) ?? nowMs,
        idToken,
        meterWh: numberAt(payload, "meterStart"),
      },
    ],
    answer: (done) => {
      const [recorded] = done.recorded;
      const given = recorded?.transactionId ?? "";
      const transactionId = Number(given);
      if (given === "" || !Number.isSafeInteger(transactionId))
        throw new Error(`the ledger gave the transaction id "${given}", not a whole number`);
      if (recorded?.outcome === "quarantined") return { transactionId, idTagInfo: { status: "Invalid" } };
      remember(memory.evseOfTransaction, given, evseId);
      return { transactionId, idTagInfo: idTagInfo(done) };
    },
  };
};

/** The id as it came: some stations write text, which fits no transaction but shall be seen. */
const transactionIdAt = (payload: Payload): string =>
  String(numberAt(payload, "transactionId") ?? textAt(payload, "transactionId") ?? 0);

/** Always a result, whatever the id: what fits no transaction is quarantined by the ledger. */
const stopTransaction: InboundHandler = (payload, context) => {
  const { stationId, nowMs, memory } = context;
  const transactionId = transactionIdAt(payload);
  const evseId = memory.evseOfTransaction.get(transactionId) ?? null;
  const readings = readMeterValues(listAt(payload, "transactionData"), evseId ?? 0, context);
  return {
    authorize: textAt(payload, "idTag"),
    records: [
      {
        kind: "transaction-ended",
        stationId,
        evseId,
        atMs: nowMs,
        transactionId,
        seqNo: null,
        stationTimeMs: readTime(textAt(payload, "timestamp")) ?? nowMs,
        meterWh: numberAt(payload, "meterStop"),
        exportedWh: readings.findLast((reading) => reading.exportedWh !== null)?.exportedWh ?? null,
        reason: textAt(payload, "reason"),
      },
    ],
    answer: (done) => (done.authorization === null ? {} : { idTagInfo: idTagInfo(done) }),
  };
};

/** Inside a transaction the values belong to its book, outside they are news. */
const meterValues: InboundHandler = (payload, context) => {
  const { stationId, nowMs, memory } = context;
  const evseId = evseIdAt(payload, "connectorId");
  const transactionId = numberAt(payload, "transactionId");
  const readings = readMeterValues(listAt(payload, "meterValue"), evseId, context);
  const samples = readings.flatMap((reading) => toSample(reading, evseId, memory) ?? []);
  if (evseId === 0) return { answer: nothing };
  if (transactionId === null || transactionId <= 0)
    return {
      answer: nothing,
      reports: samples.map((sample) => ({ kind: "sampled", stationId, evseId, atMs: nowMs, sample })),
    };
  const id = String(transactionId);
  remember(memory.evseOfTransaction, id, evseId);
  const records = samples.map(
    (sample): TransactionEvent => ({
      kind: "transaction-updated",
      stationId,
      evseId,
      atMs: nowMs,
      transactionId: id,
      seqNo: null,
      stationTimeMs: sample.atMs,
      sample,
    }),
  );
  return { answer: nothing, records };
};

const bootNotification = (payload: Payload, context: InboundContext): Meaning =>
  booted(textAt(payload, "chargePointVendor"), textAt(payload, "chargePointModel"), context);

/** Every action that an OCPP 1.6 chargepoint may send. */
export const inbound: ReadonlyMap<string, InboundHandler> = new Map<string, InboundHandler>([
  ["Authorize", authorize],
  ["BootNotification", bootNotification],
  ["DataTransfer", neutral({ status: "UnknownVendorId" })],
  ["DiagnosticsStatusNotification", neutral({})],
  ["FirmwareStatusNotification", neutral({})],
  ["Heartbeat", heartbeat],
  ["LogStatusNotification", neutral({})],
  ["MeterValues", meterValues],
  ["SecurityEventNotification", neutral({})],
  ["SignCertificate", neutral({ status: "Rejected" })],
  ["SignedFirmwareStatusNotification", neutral({})],
  ["StartTransaction", startTransaction],
  ["StatusNotification", statusNotification],
  ["StopTransaction", stopTransaction],
]);
