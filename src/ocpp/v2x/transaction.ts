import type { MeterSample, TransactionEvent, TransactionUpdated } from "../../domain/fleet.js";
import type { Done, InboundContext, InboundHandler, Meaning } from "../common/codec.js";
import { type Reading, toSample } from "../common/meter.js";
import { reservationUsed } from "../common/reservations.js";
import { idAt } from "../common/neutral.js";
import { type StationTime, stationTimeAt } from "../common/time.js";
import { newestTold, samplesBeside } from "../common/registers.js";
import { listAt, objectAt, type Payload, textAt } from "../wire.js";
import { idTokenInfo2x } from "./id-token.js";
import { readMeterValues } from "./meter.js";

/** TransactionEvent: answered after its commit, with the token's standing where one was shown. */
export const transactionEvent: InboundHandler = (payload, context): Meaning => {
  const info = objectAt(payload, "transactionInfo");
  const transactionId = textAt(info, "transactionId") ?? "";
  const evseId = evseOf(payload, transactionId, context);
  const token = readToken(objectAt(payload, "idToken"));
  const timed = stationTimeAt(payload, context);
  const { unreadTime: _, ...dated } = timed;
  const head = {
    stationId: context.stationId,
    evseId,
    atMs: context.nowMs,
    transactionId,
    seqNo: idAt(payload, "seqNo"),
    ...dated,
  };
  const readings = readMeterValues(listAt(payload, "meterValue"), evseId, context);
  const records = recordsOf(payload, head, {
    idToken: token.idToken,
    timed,
    samples: readings.flatMap((reading) => toSample(reading, evseId, context) ?? []),
    closing: readings.filter(({ opens }) => !opens),
  });
  return {
    authorize: token.toAuthorize,
    tokenType: token.type,
    begins: textAt(payload, "eventType") !== "Ended" && !isToStop(payload),
    records,
    ...(transactionId === "" ? {} : { costOf: transactionId }),
    news: reservationUsed(payload, context),
    answer: (done) => answer(done, token),
  };
};

/** Triggers of messages whose token is not shown to begin a charge. */
const STOPPING: ReadonlySet<string> = new Set(["StopAuthorized", "Deauthorized"]);

const isToStop = (payload: Payload): boolean => STOPPING.has(textAt(payload, "triggerReason") ?? "");

type Head = Omit<TransactionUpdated, "kind" | "sample" | "authorized" | "idToken">;
interface Body {
  readonly timed: StationTime;
  readonly idToken: string | null;
  readonly samples: readonly MeterSample[];
  /** Readings that may tell the registers at the end. */
  readonly closing: readonly Reading[];
}

/**
 * The message as one event, and each reading in it whose registers that event does not tell as another:
 * a station may tell the first and the last register in one message, and no other.
 */
function recordsOf(payload: Payload, head: Head, body: Body): readonly TransactionEvent[] {
  const { samples, timed } = body;
  switch (textAt(payload, "eventType")) {
    case "Started": {
      const meterWh = samples.find(({ importedWh }) => importedWh !== null)?.importedWh ?? null;
      const exportedWh = samples.find((sample) => sample.exportedWh !== null)?.exportedWh ?? null;
      const { idToken } = body;
      const started = { ...head, kind: "transaction-started" as const, idToken, meterWh, exportedWh };
      return [
        started,
        ...samplesBeside({ importedWh: meterWh, exportedWh, socPercent: null }, samples, head),
      ];
    }
    case "Ended": {
      const { importedWh, exportedWh } = newestTold(body.closing);
      const reason = textAt(objectAt(payload, "transactionInfo"), "stoppedReason");
      const ended = {
        ...head,
        ...timed,
        kind: "transaction-ended" as const,
        meterWh: importedWh,
        exportedWh,
        reason,
      };
      return [...samplesBeside({ importedWh, exportedWh, socPercent: null }, samples, head), ended];
    }
    case "Updated": {
      const last = samples.at(-1);
      // Power and energy of one moment may stand in two meter values.
      const sample = last === undefined ? null : { ...last, ...newestTold(samples) };
      const others = sample === null ? [] : samplesBeside(sample, samples.slice(0, -1), head);
      const { idToken } = body;
      const card = idToken === null || isToStop(payload) ? {} : { idToken };
      return [...others, { ...head, ...card, kind: "transaction-updated", sample }];
    }
    default:
      return [];
  }
}

/** Named in the first message only; later the fleet knows it, at last it is the first EVSE. */
function evseOf(payload: Payload, transactionId: string, context: InboundContext): number {
  const named = idAt(objectAt(payload, "evse"), "id") ?? 0;
  return named > 0 ? named : (context.evseOf(transactionId) ?? 1);
}

interface Token {
  readonly idToken: string | null;
  /** Null when there is nothing to ask: no token, or one that says that nobody authorizes. */
  readonly toAuthorize: string | null;
  readonly shown: boolean;
  /** null: not told. */
  readonly type: string | null;
}

/** Tokens of type NoAuthorization stand for a start button. */
export function readToken(token: Payload): Token {
  const idToken = textAt(token, "idToken");
  const type = textAt(token, "type");
  const free = type === "NoAuthorization";
  return { idToken, toAuthorize: free ? null : idToken, shown: idToken !== null || free, type };
}

function answer(done: Done, token: Token): Payload {
  return {
    ...(token.shown ? { idTokenInfo: idTokenInfo2x(done.authorization) } : {}),
    ...(done.totalCost === undefined ? {} : { totalCost: done.totalCost }),
  };
}
