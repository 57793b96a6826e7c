import type { MeterSample, TransactionEvent } from "../../domain/fleet.js";
import type { Done, InboundContext, InboundHandler, Meaning } from "../common/codec.js";
import { remember } from "../common/memory.js";
import { type Reading, toSample } from "../common/meter.js";
import { idAt } from "../common/neutral.js";
import { readTime } from "../common/time.js";
import { listAt, objectAt, type Payload, textAt } from "../wire.js";
import { readMeterValues } from "./meter.js";

/** TransactionEvent: answered after its commit, with the token's standing where one was shown. */
export const transactionEvent: InboundHandler = (payload, context): Meaning => {
  const info = objectAt(payload, "transactionInfo");
  const transactionId = textAt(info, "transactionId") ?? "";
  const evseId = evseOf(payload, transactionId, context);
  const readings = readMeterValues(listAt(payload, "meterValue"), evseId, context);
  const token = readToken(objectAt(payload, "idToken"));
  const head = {
    stationId: context.stationId,
    evseId,
    atMs: context.nowMs,
    transactionId,
    seqNo: idAt(payload, "seqNo"),
    stationTimeMs: readTime(textAt(payload, "timestamp")) ?? context.nowMs,
  };
  return {
    authorize: token.toAuthorize,
    begins: !STOPPING.has(textAt(payload, "triggerReason") ?? ""),
    records: [eventOf(payload, head, { readings, idToken: token.idToken, memory: context.memory })],
    answer: (done) => answer(done, token, transactionId, context),
  };
};

/** Triggers of messages whose token is not shown to begin a charge. */
const STOPPING: ReadonlySet<string> = new Set(["StopAuthorized", "Deauthorized"]);

type Head = Pick<
  Extract<TransactionEvent, { kind: "transaction-updated" }>,
  "stationId" | "evseId" | "atMs" | "transactionId" | "seqNo" | "stationTimeMs"
>;
interface Body {
  readonly readings: readonly Reading[];
  readonly idToken: string | null;
  readonly memory: InboundContext["memory"];
}

function eventOf(payload: Payload, head: Head, body: Body): TransactionEvent {
  const { readings, idToken, memory } = body;
  const samples = readings.flatMap((reading) => toSample(reading, head.evseId, memory) ?? []);
  switch (textAt(payload, "eventType")) {
    case "Started": {
      const first = samples.find((sample) => sample.importedWh !== null);
      const meterWh = first?.importedWh ?? memory.lastReading.get(head.evseId)?.importedWh ?? null;
      const exportedWh = samples.find((sample) => sample.exportedWh !== null)?.exportedWh ?? null;
      return { ...head, kind: "transaction-started", idToken, meterWh, exportedWh };
    }
    case "Ended": {
      const last = samples.findLast((sample) => sample.importedWh !== null);
      const exported = samples.findLast((sample) => sample.exportedWh !== null);
      return {
        ...head,
        kind: "transaction-ended",
        meterWh: last?.importedWh ?? null,
        exportedWh: exported?.exportedWh ?? null,
        reason: textAt(objectAt(payload, "transactionInfo"), "stoppedReason"),
      };
    }
    default:
      return { ...head, kind: "transaction-updated", sample: newest(samples) };
  }
}

/** The newest of everything: power and energy of one moment may stand in two meter values. */
const newest = (samples: readonly MeterSample[]): MeterSample | null => {
  const last = samples.at(-1);
  if (last === undefined) return null;
  const told = (key: "importedWh" | "exportedWh" | "socPercent"): number | null =>
    samples.findLast((sample) => sample[key] !== null)?.[key] ?? null;
  return {
    ...last,
    importedWh: told("importedWh"),
    exportedWh: told("exportedWh"),
    socPercent: told("socPercent"),
  };
};

/** Named in the first message only; later from memory, at last the first EVSE. */
function evseOf(payload: Payload, transactionId: string, { memory }: InboundContext): number {
  const named = idAt(objectAt(payload, "evse"), "id");
  const evseId = named !== null && named > 0 ? named : memory.evseOfTransaction.get(transactionId);
  if (evseId === undefined) return 1;
  remember(memory.evseOfTransaction, transactionId, evseId);
  return evseId;
}

interface Token {
  readonly idToken: string | null;
  /** Null when there is nothing to ask: no token, or one that says that nobody authorizes. */
  readonly toAuthorize: string | null;
  readonly shown: boolean;
}

/** Tokens of type NoAuthorization stand for a start button. */
export function readToken(token: Payload): Token {
  const idToken = textAt(token, "idToken");
  const free = textAt(token, "type") === "NoAuthorization";
  return { idToken, toAuthorize: free ? null : idToken, shown: idToken !== null || free };
}

function answer(done: Done, token: Token, transactionId: string, context: InboundContext): Payload {
  const evseId = done.recorded[0]?.session?.evseId;
  if (evseId !== undefined) remember(context.memory.evseOfTransaction, transactionId, evseId);
  return token.shown ? { idTokenInfo: { status: done.authorization ?? "Accepted" } } : {};
}
