import { z } from "zod";
import type { EpochMs } from "./units.js";

/** Longest in 2.1; 36 in 2.0.1, 20 in 1.6. */
const LONGEST = 255;
const tokenText = z.string().trim().min(1).max(LONGEST);

/** A card, a fob, an app's name: what a driver shows to charge. */
export const idTokenSchema = z
  .object({
    idToken: tokenText.describe("As a station reads it; case does not matter. At most 20 characters for 1.6"),
    type: z
      .string()
      .min(1)
      .max(20)
      .nullable()
      .describe("ISO14443, eMAID, Central …, which 2.x must then name alike; null: any"),
    standing: z.enum(["Accepted", "Blocked"]).describe("Blocked: it is known, and may not charge"),
    groupId: tokenText
      .nullable()
      .describe("Group whose tokens may end each other's sessions (1.6: parent id tag); null: none"),
    expiresMs: z.number().nullable().describe("From when on it may charge no more; epoch ms; null: never"),
    language: z
      .string()
      .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,4})?$/, "a language such as zh or zh-CN")
      .nullable()
      .describe("That its driver reads, such as zh-CN; null: not known"),
    mostAtOnce: z
      .int()
      .min(1)
      .max(1_000)
      .nullable()
      .describe("So many of its sessions may run at the same time; null: any number"),
    siteIds: z.array(z.string()).nullable().describe("Sites at which it may charge; null: all"),
  })
  .meta({ id: "IdToken", description: "What a driver shows to charge" });
export type IdToken = z.infer<typeof idTokenSchema>;

/** Whether an id token may charge, in the standard's words. */
export type Authorization = "Accepted" | "Blocked" | "Expired" | "Invalid" | "ConcurrentTx";

/** The same with what a station is told of it. */
export interface Verdict {
  readonly status: Authorization;
  readonly groupId: string | null;
  readonly expiresMs: EpochMs | null;
  readonly language: string | null;
  /** Whether the token itself is known; left out: it is not, and charges, if at all, because all may. */
  readonly isKnown?: boolean;
}

/** Tokens are the same whatever their case (OCPP: CiString, identifierString). */
export const tokenKey = (idToken: string): string => idToken.trim().toLowerCase();

/** Whether two tokens are the same; none is the same as another. */
export const isSameToken = (one: string | null | undefined, other: string | null | undefined): boolean =>
  one != null && other != null && tokenKey(one) === tokenKey(other);

/** A token of which nothing is known but that it may charge. */
export const plainToken = (idToken: string): IdToken => ({
  idToken,
  type: null,
  standing: "Accepted",
  groupId: null,
  expiresMs: null,
  language: null,
  mostAtOnce: null,
  siteIds: null,
});
