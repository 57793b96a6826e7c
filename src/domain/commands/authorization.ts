import type { EpochMs } from "../units.js";

export interface LocalListEntry {
  readonly idToken: string;
  /** null: it is taken off the list. */
  readonly standing: "Accepted" | "Blocked" | "Expired" | "Invalid" | null;
  /** Kind of the token, which only 2.x names; left out: that of the central system. */
  readonly type?: string | null;
  /** Tokens of a group may end each other's sessions. */
  readonly groupId?: string | null;
  readonly expiresMs?: EpochMs | null;
}

/** Whom a station lets charge. */
export type AuthorizationCommand =
  | { readonly kind: "clear-cache" }
  /** The list of id tokens by which a station decides without us: all of it, or what is added and taken off. */
  | {
      readonly kind: "send-local-list";
      readonly version: number;
      readonly isWhole: boolean;
      readonly entries: readonly LocalListEntry[];
      /** It is what the known id tokens make it, and is kept so. */
      readonly isKept?: boolean;
    }
  | { readonly kind: "local-list-version" }
  /** Holds an EVSE, or any, for an id token. */
  | {
      readonly kind: "reserve";
      readonly reservationId: number;
      readonly evseId: number | null;
      readonly idToken: string;
      readonly expiresMs: EpochMs;
    }
  | { readonly kind: "cancel-reservation"; readonly reservationId: number };
