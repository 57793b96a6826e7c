import type { FleetEvent, TransactionEvent } from "../../domain/fleet.js";
import type { Verdict } from "../../domain/id-token.js";
import type { StationNews } from "../../domain/station-news.js";
import type { TransferAnswer } from "../../domain/transfer-hook.js";
import type { FleetGateway } from "../../ports/fleet-gateway.js";
import type { Recorded } from "../../ports/ledger.js";
import type { Transfer } from "../../ports/transfer-hooks.js";
import type { Codec, Done, InboundContext, Meaning, SigningWish } from "../common/codec.js";
import type { Reply } from "../session/contract.js";
import type { Found, LookUp } from "../common/look-up.js";
import type { Payload } from "../wire.js";

export interface HandleParts {
  readonly codec: Codec;
  readonly gateway: FleetGateway;
  /** Tells the fleet; never throws. */
  tell(event: FleetEvent): void;
  /** Tells those who keep the stations' files; never throws. */
  note(news: StationNews): void;
  /** Asks whoever knows the vendor; never rejects. */
  transfer(sent: Transfer): Promise<TransferAnswer>;
  booted(): void;
  /** The message was about this EVSE. */
  heardOf(evseId: number): void;
  /** A transaction began with a token that is refused. */
  refused(transactionId: string): void;
  /** Has a certificate signed; null: it is not. */
  sign(wish: SigningWish): Promise<string | null>;
  /** Asks authorities and pools about cars; never rejects. */
  lookUp(wish: LookUp): Promise<Found>;
  /** A certificate was signed and the station told so. */
  handOver(chain: string, wish: SigningWish): void;
}

/**
 * One message from a station: the token is asked for, transaction messages are committed, then the
 * answer is written, and only after it the fleet hears of it. What needs none of that is answered at once.
 * Rejects when the store fails, so that the station keeps the message and sends it again.
 */
export function handleMessage(
  { action, payload }: { readonly action: string; readonly payload: Payload },
  context: InboundContext,
  parts: HandleParts,
): Reply | Promise<Reply> {
  const handler = parts.codec.inbound.get(action);
  if (!handler) return { fault: { code: "NotSupported", why: "only the central system sends this action" } };
  const meaning = handler(payload, context);
  if (!waitsForOthers(meaning)) return replyTo(meaning, NOTHING_DONE, { context, parts });
  return settle(meaning, context, parts).then((settled) => replyTo(meaning, settled, { context, parts }));
}

/** What was done for a message before its answer. */
interface Settled {
  readonly records: readonly TransactionEvent[];
  readonly recorded: readonly Recorded[];
  readonly authorization: Verdict | null;
  /** The certificate chain that was signed. */
  readonly chain: string | null;
  readonly transferred: TransferAnswer | null;
  readonly found: Found | null;
}

const NOTHING_DONE: Settled = {
  records: [],
  recorded: [],
  authorization: null,
  chain: null,
  transferred: null,
  found: null,
};

const waitsForOthers = ({ authorize, records, freed, signs, transfer, lookUp }: Meaning): boolean =>
  (authorize ?? null) !== null ||
  (records !== undefined && records.length > 0) ||
  (freed !== undefined && freed.length > 0) ||
  signs !== undefined ||
  transfer !== undefined ||
  lookUp !== undefined;

async function settle(meaning: Meaning, context: InboundContext, parts: HandleParts): Promise<Settled> {
  const { stationId, nowMs } = context;
  const asked = meaning.authorize ?? null;
  const shown = { type: meaning.tokenType ?? null, beginsAt: beginsAt(meaning) };
  const authorization = asked === null ? null : await parts.gateway.authorize(stationId, asked, shown);
  const records = (meaning.records ?? []).map((event) =>
    withRating(withStanding(event, meaning, authorization), context),
  );
  // Handed over in order and awaited together, so that many samples share one commit.
  const recorded = await Promise.all(records.map((event) => parts.gateway.record(event)));
  await Promise.all(
    (meaning.freed ?? []).map((freed) => parts.gateway.freed({ stationId, atMs: nowMs, ...freed })),
  );
  const chain = meaning.signs === undefined ? null : await parts.sign(meaning.signs);
  // A hook that fails has refused: the station shall not wait for it, nor send it again.
  const transferred = meaning.transfer === undefined ? null : await parts.transfer(meaning.transfer);
  const found = meaning.lookUp === undefined ? null : await parts.lookUp(meaning.lookUp);
  return { records, recorded, authorization, chain, transferred, found };
}

/** The ledger judges registers by what their EVSE is rated. */
function withRating(event: TransactionEvent, context: InboundContext): TransactionEvent {
  const evseId = event.evseId ?? context.evseOf(event.transactionId ?? "");
  const ratedKw = evseId === null ? undefined : context.electrics(evseId)?.ratedKw;
  return ratedKw === undefined ? event : { ...event, ratedKw };
}

function replyTo(
  meaning: Meaning,
  settled: Settled,
  { context, parts }: { readonly context: InboundContext; readonly parts: HandleParts },
): Reply {
  const { costOf } = meaning;
  const totalCost = costOf === undefined ? null : parts.gateway.costSoFar?.(context.stationId, costOf);
  return {
    payload: meaning.answer(doneOf(settled, totalCost ?? null)),
    after: () => follow(meaning, settled, parts),
  };
}

const doneOf = (settled: Settled, totalCost: number | null): Done => {
  const { recorded, authorization, chain, transferred, found } = settled;
  const done: Done = { recorded, authorization, isSigned: chain !== null };
  if (transferred === null && found === null && totalCost === null) return done;
  return {
    ...done,
    ...(found === null ? {} : { found }),
    ...(transferred === null ? {} : { transferred }),
    ...(totalCost === null ? {} : { totalCost }),
  };
};

/** What follows the answer. */
function follow(
  meaning: Meaning,
  { records, recorded, chain, transferred }: Settled,
  parts: HandleParts,
): void {
  const { signs, reports = NONE, news = NONE, about = 0 } = meaning;
  if (signs !== undefined && chain !== null) parts.handOver(chain, signs);
  if (meaning.transfer !== undefined) parts.note(transferNews(meaning.transfer, transferred));
  for (const event of reports) parts.tell(event);
  for (const one of news) parts.note(one);
  if (meaning.booted) parts.booted();
  if (about > 0) parts.heardOf(about);
  for (const event of records) hear(event, parts);
  for (const event of reports) hear(event, parts);
  records.forEach((event, index) => {
    const became = recorded[index];
    if (became && isRefused(event, became)) parts.refused(became.transactionId);
  });
}

const NONE: readonly never[] = [];

const hear = (event: TransactionEvent | FleetEvent, parts: HandleParts): void => {
  if ("evseId" in event && event.evseId != null) parts.heardOf(event.evseId);
};

const LONGEST_DATA = 2_000;

const transferNews = (sent: Transfer, answer: TransferAnswer | null): StationNews => ({
  kind: "transferred",
  stationId: sent.stationId,
  atMs: sent.atMs,
  transfer: {
    atMs: sent.atMs,
    vendorId: sent.vendorId,
    messageId: sent.messageId,
    data: sent.data?.slice(0, LONGEST_DATA) ?? null,
    status: answer?.status ?? "UnknownVendorId",
  },
});

const beginsAt = ({ begins, records = [] }: Meaning): number | null =>
  begins === true ? (records[0]?.evseId ?? null) : null;

const withStanding = (
  event: TransactionEvent,
  { begins }: Meaning,
  authorization: Verdict | null,
): TransactionEvent =>
  authorization === null || begins !== true || event.kind === "transaction-ended"
    ? event
    : { ...event, authorized: authorization.status === "Accepted" };

const isRefused = (event: TransactionEvent, { outcome, session }: Recorded): boolean =>
  event.kind === "transaction-started" &&
  event.authorized === false &&
  outcome !== "quarantined" &&
  session?.endedMs == null;
