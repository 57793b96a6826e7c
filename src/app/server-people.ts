import { createAccounts } from "../accounts/accounts.js";
import { createStationRegistry } from "../accounts/station-registry.js";
import { createGuesses } from "../domain/guesses.js";
import { createVtn } from "../openadr/vtn/vtn.js";
import { WallClock } from "../ports/clock.js";
import type { ServerParts } from "./server-parts.js";
import { verifierOf } from "./stated-tokens.js";
import { statedSecurity } from "./station-security.js";

/** Whom a server knows: holders of tokens, stations, and grid operators with their events. */
export const composePeople = async (parts: ServerParts) => {
  const { documents } = parts.store;
  const accounts = createAccounts({
    documents,
    secret: parts.secret,
    clock: new WallClock(),
    clients: parts.clients,
  });
  const { verify } = verifierOf(accounts, parts.tokens ?? []);
  const registry = createStationRegistry({
    documents,
    pepper: parts.secret,
    configured: [...parts.stationPasswords].map(([id, password]) => ({ id, password })),
    stated: statedSecurity(parts.sites),
    isRevoked: async (certificate) => (await parts.localCa?.book.isRevoked(certificate)) ?? false,
  });
  const guesses = createGuesses();
  const nodeIds = new Set(parts.sites.flatMap(({ nodes }) => nodes.map(({ id }) => id)));
  const vtn = await createVtn({
    documents,
    clock: parts.clock,
    accounts: { verify, grant: (request) => accounts.grant(request) },
    guesses,
    knownNodes: () => nodeIds,
    random: parts.random ?? Math.random,
    ...(parts.newId === undefined ? {} : { newId: parts.newId }),
    log: parts.log,
  });
  return { accounts, verify, registry, guesses, vtn };
};

export type People = Awaited<ReturnType<typeof composePeople>>;
