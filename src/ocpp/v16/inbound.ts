import type { TransactionEvent } from "../../domain/fleet.js";
import type { Done, InboundContext, InboundHandler, Meaning } from "../common/codec.js";
import { asText, dataTransfer } from "../common/data-transfer.js";
import { jobStatus } from "../common/jobs.js";
import { reservationUsed } from "../common/reservations.js";
import { remember } from "../common/memory.js";
import { toSample } from "../common/meter.js";
import { idTagInfo16 } from "./id-tag.js";
import { newestTold, samplesBeside } from "../common/registers.js";
import { booted, evseIdAt, heartbeat, idAt } from "../common/neutral.js";
import { evseStatus, readStatus } from "../common/status.js";
import { securityEvent } from "../common/security-event.js";
import { signCertificate } from "../common/signing.js";
import { plausibleTime, stationTimeAt } from "../common/time.js";
import { listAt, numberAt, type Payload, textAt } from "../wire.js";
import { readMeterValues } from "./meter.js";

const nothing = (): Payload => ({});
const idTagInfo = (done: Done): Payload => idTagInfo16(done.authorization);

const authorize: InboundHandler = (payload) => ({
  authorize: textAt(payload, "idTag") ?? "",
  answer: (done) => ({ idTagInfo: idTagInfo(done) }),
});

/** Connector 0 is the chargepoint itself and no EVSE; any other is an EVSE of one connector. */
const statusNotification: InboundHandler = (payload, context) => {
  const { stationId, nowMs, memory } = context;
  const evseId = evseIdAt(payload, "connectorId");
  if (evseId === 0) return { answer: nothing };
  const word = readStatus(textAt(payload, "status"));
  const status = evseStatus(memory.connectorStatus, { evseId, connectorId: 1 }, word);
  const sinceMs = plausibleTime(textAt(payload, "timestamp"), context);
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
const startTransaction: InboundHandler = (payload, context) => {
  const { stationId, nowMs } = context;
  const idToken = textAt(payload, "idTag") ?? "";
  const evseId = Math.max(1, idAt(payload, "connectorId") ?? 1);
  noteStartRegister(payload, evseId, context);
  return {
    authorize: idToken,
    begins: true,
    news: reservationUsed(payload, context),
    records: [
      {
        kind: "transaction-started",
        stationId,
        evseId,
        atMs: nowMs,
        transactionId: null,
        seqNo: null,
        ...stationTimeAt(payload, context),
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
      return { transactionId, idTagInfo: idTagInfo(done) };
    },
  };
};

/** By the standard it is in Wh: what the meter tells from then on is held against it. */
const noteStartRegister = (payload: Payload, evseId: number, context: InboundContext): void => {
  const importedWh = numberAt(payload, "meterStart");
  if (importedWh === null) return;
  const atMs = plausibleTime(textAt(payload, "timestamp"), context);
  const untold = { powerKw: null, exportedWh: null, socPercent: null, opens: true };
  remember(context.memory.toldReading, evseId, { ...untold, atMs, importedWh });
};

/** The id as it came: some stations write text, which fits no transaction but shall be seen. */
const transactionIdAt = (payload: Payload): string =>
  String(numberAt(payload, "transactionId") ?? textAt(payload, "transactionId") ?? 0);

/**
 * Always a result, whatever the id: what fits no transaction is quarantined by the ledger. The ledger
 * knows the EVSE of each of its own transactions, so that an unknown one counts as the first.
 */
const stopTransaction: InboundHandler = (payload, context) => {
  const { stationId, nowMs } = context;
  const transactionId = transactionIdAt(payload);
  const evseId = context.evseOf(transactionId);
  const readings = readMeterValues(listAt(payload, "transactionData"), evseId ?? 0, context);
  const told = newestTold(readings.filter(({ opens }) => !opens));
  const timed = stationTimeAt(payload, context);
  const { unreadTime: _, ...dated } = timed;
  const head = { stationId, atMs: nowMs, transactionId, seqNo: null, ...dated };
  const samples = readings.flatMap((reading) => toSample(reading, evseId ?? 0, context) ?? []);
  return {
    authorize: textAt(payload, "idTag"),
    records: [
      ...samplesBeside(NONE, samples, { ...head, evseId: evseId ?? 1 }),
      {
        ...head,
        ...timed,
        kind: "transaction-ended",
        evseId,
        meterWh: numberAt(payload, "meterStop") ?? told.importedWh,
        exportedWh: told.exportedWh,
        reason: textAt(payload, "reason"),
      },
    ],
    answer: (done) => (done.authorization === null ? {} : { idTagInfo: idTagInfo(done) }),
  };
};
const NONE = { importedWh: null, exportedWh: null, socPercent: null };

/** Inside a transaction the values belong to its book, whichever connector is named; outside they are news. */
const meterValues: InboundHandler = (payload, context) => {
  const { stationId, nowMs } = context;
  const number = numberAt(payload, "transactionId") ?? 0;
  const transactionId = number > 0 ? String(number) : null;
  const named = evseIdAt(payload, "connectorId");
  const evseId = named > 0 || transactionId === null ? named : (context.evseOf(transactionId) ?? 0);
  const readings = readMeterValues(listAt(payload, "meterValue"), evseId, context);
  const samples = readings.flatMap((reading) => toSample(reading, evseId, context) ?? []);
  if (transactionId === null)
    return {
      answer: nothing,
      about: evseId,
      reports:
        evseId === 0
          ? []
          : samples.map((sample) => ({ kind: "sampled", stationId, evseId, atMs: nowMs, sample })),
    };
  const records = samples.map(
    (sample): TransactionEvent => ({
      kind: "transaction-updated",
      stationId,
      evseId: evseId === 0 ? 1 : evseId,
      atMs: nowMs,
      transactionId,
      seqNo: null,
      stationTimeMs: sample.atMs,
      sample,
    }),
  );
  return { answer: nothing, about: named, records };
};

const bootNotification = (payload: Payload, context: InboundContext): Meaning =>
  booted(
    {
      vendor: textAt(payload, "chargePointVendor"),
      model: textAt(payload, "chargePointModel"),
      serialNumber: textAt(payload, "chargePointSerialNumber") ?? textAt(payload, "chargeBoxSerialNumber"),
      firmwareVersion: textAt(payload, "firmwareVersion"),
      more: {
        iccid: textAt(payload, "iccid"),
        imsi: textAt(payload, "imsi"),
        meterType: textAt(payload, "meterType"),
        meterSerialNumber: textAt(payload, "meterSerialNumber"),
        bootReason: null,
      },
    },
    context,
  );

/** Every action that an OCPP 1.6 chargepoint may send. */
export const inbound: ReadonlyMap<string, InboundHandler> = new Map<string, InboundHandler>([
  ["Authorize", authorize],
  ["BootNotification", bootNotification],
  // 1.6 knows text alone.
  ["DataTransfer", dataTransfer(asText)],
  ["DiagnosticsStatusNotification", jobStatus("log")],
  ["FirmwareStatusNotification", jobStatus("firmware")],
  ["Heartbeat", heartbeat],
  ["LogStatusNotification", jobStatus("log")],
  ["MeterValues", meterValues],
  ["SecurityEventNotification", securityEvent],
  ["SignedFirmwareStatusNotification", jobStatus("firmware")],
  ["SignCertificate", signCertificate],
  ["StartTransaction", startTransaction],
  ["StatusNotification", statusNotification],
  ["StopTransaction", stopTransaction],
]);
