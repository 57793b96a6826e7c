/** What a token may do at our own API. */
export const API_SCOPES = ["read", "operate", "measure", "admin"] as const;

/** What a token may do at the OpenADR 3.1 VTN; the names are the standard's. */
export const OPENADR_SCOPES = [
  "read_all",
  "read_targets",
  "read_ven_objects",
  "write_programs",
  "write_events",
  "write_reports",
  "write_subscriptions",
  "write_vens",
] as const;
