import type { TransferAnswer, TransferOutcome } from "../domain/transfer-hook.js";
import type { EpochMs } from "../domain/units.js";

/** What a station sends that a vendor defined. */
export interface Transfer {
  readonly stationId: string;
  /** Our clock. */
  readonly atMs: EpochMs;
  readonly vendorId: string;
  readonly messageId: string | null;
  /** As text; JSON where the station sent something else. */
  readonly data: string | null;
}

type Answering = (transfer: Transfer) => Promise<TransferAnswer> | TransferAnswer;

/** Somebody who knows messages of a vendor. */
export interface TransferHook {
  readonly vendorId: string;
  /** Of these stations alone; left out: of all. */
  readonly stationIds?: ReadonlySet<string>;
  /** By message id; "" is the message without one. */
  readonly messages: Readonly<Record<string, Answering>>;
  /** Every message that no hook of the vendor names; left out: they are not known. */
  readonly otherwise?: Answering;
}

/** Answers what stations send; may reject where a hook fails. */
export type TransferHooks = (transfer: Transfer) => Promise<TransferAnswer>;

/**
 * Hooks by vendor; of two for one vendor the later is asked for what the earlier does not name, and of two that take
 * every message the earlier is.
 */
export const transferHooks =
  (hooks: readonly TransferHook[]): TransferHooks =>
  async (transfer) => {
    const known = hooks.filter((hook) => isOf(hook, transfer));
    if (known.length === 0) return { status: "UnknownVendorId" };
    const name = transfer.messageId ?? "";
    const naming = known.find(({ messages }) => Object.hasOwn(messages, name))?.messages[name];
    const answering = naming ?? known.find(({ otherwise }) => otherwise !== undefined)?.otherwise;
    return answering?.(transfer) ?? { status: "UnknownMessageId" };
  };

const isOf = (hook: TransferHook, { vendorId, stationId }: Transfer): boolean =>
  hook.vendorId.toLowerCase() === vendorId.toLowerCase() && (hook.stationIds?.has(stationId) ?? true);

/** What came of asking somebody outside, since the process began. */
export interface TransferHookCount {
  readonly vendorId: string;
  readonly outcome: TransferOutcome;
  readonly count: number;
}
