import type { Documents } from "../ports/documents.js";

/** Collections of what only the installation's secret can check. */
export const CREDENTIALS = {
  stations: "station-credentials",
  tokens: "api-tokens",
  clients: "oauth-clients",
} as const;

/** How many credentials of each kind are stored. */
export const countCredentials = async (
  documents: Pick<Documents, "list">,
): Promise<Record<keyof typeof CREDENTIALS, number>> => ({
  stations: (await documents.list(CREDENTIALS.stations)).length,
  tokens: (await documents.list(CREDENTIALS.tokens)).length,
  clients: (await documents.list(CREDENTIALS.clients)).length,
});
