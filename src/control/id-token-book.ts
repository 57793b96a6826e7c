import { YouxuError } from "../domain/errors.js";
import { type IdToken, idTokenSchema, tokenKey } from "../domain/id-token.js";
import type { Documents } from "../ports/documents.js";
import type { IdTokens, ManagedIdTokens } from "../ports/id-tokens.js";
import type { Log } from "./contract.js";
import { createTurns } from "../ports/turns.js";
import { readStored } from "./read-stored.js";

const COLLECTION = "id-token";
/** All of them are held in memory, as each is asked for before a car charges. */
const MOST_TOKENS = 200_000;

interface BookParts {
  readonly documents: Documents;
  /** Those of the configuration. One that was added under the same name goes before them. */
  readonly configured: IdTokens;
  readonly log: Log;
}

/** The id tokens of the configuration and those that were added, which stand in the store. */
export const openIdTokenBook = async ({
  documents,
  configured,
  log,
}: BookParts): Promise<ManagedIdTokens> => {
  const added = new Map<string, IdToken>();
  const listeners = new Set<() => void>();
  const inTurn = createTurns();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  const known = { collection: COLLECTION, schema: idTokenSchema, what: "an id token" };
  for (const token of await readStored({ documents, log }, known)) added.set(tokenKey(token.idToken), token);
  return {
    othersMayCharge: configured.othersMayCharge,
    find: (idToken) => added.get(tokenKey(idToken)) ?? configured.find(idToken),
    list: () => [
      ...configured.list().filter(({ token }) => !added.has(tokenKey(token.idToken))),
      ...[...added.values()].map((token) => ({ token, fixed: false })),
    ],
    put: (token) => {
      const key = tokenKey(token.idToken);
      return inTurn(key, async () => {
        if (!added.has(key) && added.size >= MOST_TOKENS)
          throw new YouxuError("id-token.too-many", `there are ${MOST_TOKENS} already`, "idToken");
        await documents.put(COLLECTION, key, token);
        added.set(key, token);
        changed();
      });
    },
    remove: (idToken) => {
      const key = tokenKey(idToken);
      return inTurn(key, async () => {
        const removed = await documents.remove(COLLECTION, key);
        added.delete(key);
        if (removed) changed();
        return removed;
      });
    },
    onChange: (listener) => void listeners.add(listener),
  };
};
