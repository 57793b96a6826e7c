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

/** What it is answered. */
export interface TransferAnswer {
  readonly status: "Accepted" | "Rejected" | "UnknownMessageId" | "UnknownVendorId";
  readonly data?: string;
}

/** Somebody who knows messages of a vendor, by message id; "" is the message without one. */
export interface TransferHook {
  readonly vendorId: string;
  readonly messages: Readonly<
    Record<string, (transfer: Transfer) => Promise<TransferAnswer> | TransferAnswer>
  >;
}

/** Answers what stations send; may reject where a hook fails. */
export type TransferHooks = (transfer: Transfer) => Promise<TransferAnswer>;

/** Hooks by vendor; of two for one vendor the later is asked for what the earlier does not know. */
export const transferHooks =
  (hooks: readonly TransferHook[]): TransferHooks =>
  async (transfer) => {
    const ofVendor = hooks.filter(
      ({ vendorId }) => vendorId.toLowerCase() === transfer.vendorId.toLowerCase(),
    );
    if (ofVendor.length === 0) return { status: "UnknownVendorId" };
    const name = transfer.messageId ?? "";
    const hook = ofVendor.find(({ messages }) => Object.hasOwn(messages, name));
    return hook?.messages[name]?.(transfer) ?? { status: "UnknownMessageId" };
  };
