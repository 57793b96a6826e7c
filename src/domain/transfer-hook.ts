import { z } from "zod";

/** What a message that a vendor defined is answered, as OCPP has it. */
export interface TransferAnswer {
  readonly status: "Accepted" | "Rejected" | "UnknownMessageId" | "UnknownVendorId";
  /** Text, or what JSON knows where the version takes it; left out: nothing. */
  readonly data?: unknown;
}

/** A program of the operator's own that answers messages of a vendor, over HTTP. */
export interface HttpTransferHook {
  readonly vendorId: string;
  /** "" is the message without an id; null: all that no other hook names. */
  readonly messageIds: readonly string[] | null;
  /** null: of all stations. */
  readonly stationIds: readonly string[] | null;
  readonly url: string;
  /** Whether it may be at this computer or in a private network: who runs the server says so, not who has a token. */
  readonly privateAddress: boolean;
  /** By which it is asked: `whsec_` and the key in base64. */
  readonly secret: string;
  readonly timeoutMs: number;
}

/**
 * What came of asking. failed: it was not reached, or did not answer in time. refused: a status other than 2xx.
 * invalid: an answer that a station cannot be given. busy: too many wait already, and it was not asked.
 */
export const TRANSFER_OUTCOMES = ["answered", "failed", "refused", "invalid", "busy"] as const;
export type TransferOutcome = (typeof TRANSFER_OUTCOMES)[number];

const MOST_DEPTH = 32;
const isWithin = (value: unknown, depth: number): boolean =>
  typeof value !== "object" ||
  value === null ||
  (depth > 0 && Object.values(value).every((one: unknown) => isWithin(one, depth - 1)));

/** As a program writes it, read from JSON. */
export const transferAnswerSchema = z.object({
  status: z.enum(["Accepted", "Rejected", "UnknownMessageId", "UnknownVendorId"]),
  data: z
    .unknown()
    .refine((data) => isWithin(data, MOST_DEPTH), `nested at most ${MOST_DEPTH} deep`)
    .optional(),
});
