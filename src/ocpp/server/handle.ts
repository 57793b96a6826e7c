import type { FleetEvent, TransactionEvent } from "../../domain/fleet.js";
import type { StationNews } from "../../domain/station-news.js";
import type { Authorization, FleetGateway } from "../../ports/fleet-gateway.js";
import type { Recorded } from "../../ports/ledger.js";
import type { Codec, InboundContext, Meaning, SigningWish } from "../common/codec.js";
import type { Reply } from "../session/contract.js";
import type { Payload } from "../wire.js";

export interface HandleParts {
  readonly codec: Codec;
  readonly gateway: FleetGateway;
  readonly context: InboundContext;
  /** Tells the fleet; never throws. */
  tell(event: FleetEvent): void;
  /** Tells those who keep the stations' files; never throws. */
  note(news: StationNews): void;
  booted(): void;
  /** The message was about this EVSE. */
  heardOf(evseId: number): void;
  /** A transaction began with a token that is refused. */
  refused(transactionId: string): void;
  /** Has a certificate signed; null: it is not. */
  sign(wish: SigningWish): Promise<string | null>;
  /** A certificate was signed and the station told so. */
  handOver(chain: string, wish: SigningWish): void;
}

/**
 * One message from a station: the token is asked for, transaction messages are committed, then the
 * answer is written, and only after it the fleet hears of it. Rejects when the store fails, so that
 * the station keeps the message and sends it again.
 */
export async function handleMessage(action: string, payload: Payload, parts: HandleParts): Promise<Reply> {
  const handler = parts.codec.inbound.get(action);
  if (!handler) return { fault: { code: "NotSupported", why: "only the central system sends this action" } };
  const { stationId, nowMs } = parts.context;
  const meaning = handler(payload, parts.context);
  const asked = meaning.authorize ?? null;
  const authorization = asked === null ? null : await parts.gateway.authorize(stationId, asked);
  const records = (meaning.records ?? []).map((event) => withStanding(event, meaning, authorization));
  // Handed over in order and awaited together, so that many samples share one commit.
  const recorded = await Promise.all(records.map((event) => parts.gateway.record(event)));
  await Promise.all(
    (meaning.freed ?? []).map((freed) => parts.gateway.freed({ stationId, atMs: nowMs, ...freed })),
  );
  const { signs } = meaning;
  const chain = signs === undefined ? null : await parts.sign(signs);
  return {
    payload: meaning.answer({ recorded, authorization, isSigned: chain !== null }),
    after: () => {
      if (signs !== undefined && chain !== null) parts.handOver(chain, signs);
      for (const event of meaning.reports ?? []) parts.tell(event);
      for (const news of meaning.news ?? []) parts.note(news);
      if (meaning.booted) parts.booted();
      for (const evseId of evsesIn([...records, ...(meaning.reports ?? [])])) parts.heardOf(evseId);
      records.forEach((event, index) => {
        const became = recorded[index];
        if (became && isRefused(event, became)) parts.refused(became.transactionId);
      });
    },
  };
}

const withStanding = (
  event: TransactionEvent,
  { begins }: Meaning,
  authorization: Authorization | null,
): TransactionEvent =>
  authorization === null || begins !== true || event.kind === "transaction-ended"
    ? event
    : { ...event, authorized: authorization === "Accepted" };

const evsesIn = (events: readonly (TransactionEvent | FleetEvent)[]): ReadonlySet<number> =>
  new Set(events.flatMap((event) => ("evseId" in event ? (event.evseId ?? []) : [])));

const isRefused = (event: TransactionEvent, { outcome, session }: Recorded): boolean =>
  event.kind === "transaction-started" &&
  event.authorized === false &&
  outcome !== "quarantined" &&
  session?.endedMs == null;
