/** What an operator asks about running transactions and the profiles that steer them. */
export type TransactionsCommand =
  /** 2.x only. Whether one goes on, and whether messages of it wait at the station; null: whether any wait. */
  | { readonly kind: "get-transaction-status"; readonly transactionId: string | null }
  /** 2.x only. Profiles that a station holds, whoever set them; they come part by part. EVSE null: all, 0: its own. */
  | { readonly kind: "report-charging-profiles"; readonly evseId: number | null }
  /** Takes a profile away that somebody else left at a station, by its id there. */
  | { readonly kind: "clear-charging-profile"; readonly profileId: number };

/** How a transaction stands at its station. */
export interface TransactionStatus {
  /** null: of no transaction in particular. */
  readonly isOngoing: boolean | null;
  /** Whether messages wait that we were not told. */
  readonly hasMessages: boolean;
}
