/**
 * What a station keeps of a customer: told (part by part, after its answer), erased, or both. 2.x only. One of
 * token and identifier says whose.
 */
export interface CustomerCommand {
  readonly kind: "customer-information";
  readonly report: boolean;
  readonly clear: boolean;
  readonly idToken: string | null;
  /** As the station knows the customer by. */
  readonly customerIdentifier: string | null;
}
