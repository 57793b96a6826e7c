import type { EpochMs } from "../units.js";

/** A message for a station's display. */
export interface DisplayMessage {
  /** Ours; a later one of the same id takes its place. */
  readonly messageId: number;
  readonly priority: "always-front" | "in-front" | "normal-cycle";
  /** Shown while the station does this; null: whatever it does. The last two are of 2.1. */
  readonly state: "charging" | "faulted" | "idle" | "unavailable" | "suspended" | "discharging" | null;
  readonly fromMs: EpochMs | null;
  readonly untilMs: EpochMs | null;
  /** Gone with the transaction; null: of none. */
  readonly transactionId: string | null;
  /** `qrcode` is of 2.1. */
  readonly format: "ascii" | "html" | "uri" | "utf8" | "qrcode";
  readonly language: string | null;
  readonly content: string;
  /** Component of the display where there are several; null: the main one. */
  readonly display: string | null;
}

/** What a station shows to drivers; 2.x only. */
export type DisplayCommand =
  | { readonly kind: "set-display-message"; readonly message: DisplayMessage }
  /** Those of these ids, all where none is named; they come part by part. */
  | { readonly kind: "report-display-messages"; readonly messageIds: readonly number[] }
  | { readonly kind: "clear-display-message"; readonly messageId: number };
