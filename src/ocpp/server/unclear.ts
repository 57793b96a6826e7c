import type { EpochMs } from "../../domain/units.js";
import type { FleetGateway } from "../../ports/fleet-gateway.js";
import type { Lack } from "../minimum.js";
import type { Reply } from "../session/contract.js";
import type { Payload } from "../wire.js";

export interface Unclear {
  readonly stationId: string;
  readonly atMs: EpochMs;
  readonly action: string;
  /** As it came. */
  readonly payload: Payload;
  readonly lack: Lack;
}

/**
 * Keeps a message of a transaction that tells too little, then refuses it by naming what it lacks. The same
 * again is a station that does not let go of it: it is told what lets it go on to its next message.
 */
export async function keepUnclear(unclear: Unclear, gateway: FleetGateway): Promise<Reply> {
  const { stationId, atMs, action, payload, lack } = unclear;
  const message = { kind: "unclear", stationId, atMs, action, payload: JSON.stringify(payload) } as const;
  const isNew = await gateway.keepAside(message, lack);
  return isNew ? { fault: lack } : { payload: LETTING_GO.get(action) ?? {} };
}

/** A start is refused in its answer too: transaction 0 is none. */
const LETTING_GO: ReadonlyMap<string, Payload> = new Map([
  ["StartTransaction", { transactionId: 0, idTagInfo: { status: "Invalid" } }],
]);
