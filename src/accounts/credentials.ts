import { z } from "zod";
import type { Documents } from "../ports/documents.js";

/** Collections of what only the installation's secret can check. */
export const CREDENTIALS = {
  stations: "station-credentials",
  tokens: "api-tokens",
  clients: "oauth-clients",
} as const;

/** Stations with a stored password. */
export const storedIdentities = async (documents: Pick<Documents, "list">): Promise<readonly string[]> =>
  z
    .array(z.object({ identity: z.string() }))
    .parse(await documents.list(CREDENTIALS.stations))
    .map(({ identity }) => identity);

/** How many credentials of each kind are stored. */
export const countCredentials = async (
  documents: Pick<Documents, "list">,
): Promise<Record<keyof typeof CREDENTIALS, number>> => ({
  stations: (await documents.list(CREDENTIALS.stations)).length,
  tokens: (await documents.list(CREDENTIALS.tokens)).length,
  clients: (await documents.list(CREDENTIALS.clients)).length,
});
