import type { FleetEvent } from "../../domain/fleet.js";
import type { FleetGateway } from "../../ports/fleet-gateway.js";
import type { Codec, InboundContext } from "../common/codec.js";
import type { Reply } from "../session/session.js";
import type { Payload } from "../wire.js";

export interface HandleParts {
  readonly codec: Codec;
  readonly gateway: FleetGateway;
  readonly context: InboundContext;
  /** Tells the fleet; never throws. */
  tell(event: FleetEvent): void;
  booted(): void;
}

/**
 * One message from a station: the token is asked for, transaction messages are committed, then the
 * answer is written, and only after it the fleet hears of it. Rejects when the store fails, so that
 * the station keeps the message and sends it again.
 */
export async function handleMessage(action: string, payload: Payload, parts: HandleParts): Promise<Reply> {
  const handler = parts.codec.inbound.get(action);
  if (!handler) return { fault: { code: "NotSupported", why: "only the central system sends this action" } };
  const meaning = handler(payload, parts.context);
  const asked = meaning.authorize ?? null;
  const authorization = asked === null ? null : await parts.gateway.authorize(parts.context.stationId, asked);
  // Handed over in order and awaited together, so that many samples share one commit.
  const recorded = await Promise.all((meaning.records ?? []).map((event) => parts.gateway.record(event)));
  return {
    payload: meaning.answer({ recorded, authorization }),
    after: () => {
      for (const event of meaning.reports ?? []) parts.tell(event);
      if (meaning.booted) parts.booted();
    },
  };
}
