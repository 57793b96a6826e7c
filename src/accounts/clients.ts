import { z } from "zod";
import { YouxuError } from "../domain/errors.js";
import type { Documents } from "../ports/documents.js";
import { type Grant, type Role, ROLE_NAMES, type Scope, SCOPES, scopesOf } from "./scopes.js";
import { CREDENTIALS } from "./credentials.js";
import { derivedKey, hmacOf, randomId, randomSecret, sameHmac } from "./secrets.js";

/** An OAuth 2 client from the configuration. */
export type ConfiguredClient = Grant & {
  readonly id: string;
  readonly secret: string;
  readonly name?: string;
  /** OpenADR targets that a VEN reads. */
  readonly targets?: readonly string[];
};

export interface ClientInfo {
  readonly id: string;
  readonly name: string;
  readonly role: Role | null;
  readonly scopes: readonly Scope[];
  readonly targets: readonly string[];
}

type ClientRequest = Grant & {
  readonly id?: string;
  readonly name: string;
  readonly targets?: readonly string[];
};

export interface Clients {
  /** `secret` is shown once. */
  addClient(request: ClientRequest): Promise<ClientInfo & { readonly secret: string }>;
  /** False when there is no such client, or it stands in the configuration. */
  removeClient(id: string): Promise<boolean>;
  listClients(): Promise<readonly ClientInfo[]>;
  findClient(id: string): Promise<ClientInfo | null>;
  /** The client of this id and secret; takes the same time when there is none. */
  proveClient(id: string, secret: string): Promise<ClientInfo | null>;
}

const COLLECTION = CREDENTIALS.clients;

const storedClient = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(ROLE_NAMES).nullable(),
  scopes: z.array(z.enum(SCOPES)),
  targets: z.array(z.string()),
  hmac: z.string(),
});
type StoredClient = z.infer<typeof storedClient>;

export const createClients = (
  documents: Documents,
  secret: string | Buffer,
  configured: readonly ConfiguredClient[],
): Clients => {
  const key = derivedKey(secret, "oauth-client");
  const fixed = new Map(
    configured.map((client) => [client.id, toStored(client, client.id, hmacOf(key, client.secret))]),
  );
  const find = async (id: string): Promise<StoredClient | null> => {
    const added = storedClient.safeParse(await documents.get(COLLECTION, id)).data ?? null;
    return fixed.get(id) ?? added;
  };
  const all = async () => [
    ...fixed.values(),
    ...z.array(storedClient).parse(await documents.list(COLLECTION)),
  ];
  return {
    addClient: async (request) => {
      const id = request.id ?? randomId();
      if ((await find(id)) !== null) throw new YouxuError("client.exists", `there is a client ${id}`, "id");
      const clientSecret = randomSecret();
      const client = toStored(request, id, hmacOf(key, clientSecret));
      await documents.put(COLLECTION, id, client);
      return { ...infoOf(client), secret: clientSecret };
    },
    removeClient: (id) => documents.remove(COLLECTION, id),
    listClients: async () => (await all()).map(infoOf),
    findClient: async (id) => {
      const client = await find(id);
      return client === null ? null : infoOf(client);
    },
    proveClient: async (id, given) => {
      const client = await find(id);
      const same = sameHmac(hmacOf(key, given), client?.hmac ?? hmacOf(key, ""));
      return client !== null && same ? infoOf(client) : null;
    },
  };
};

const toStored = (request: ClientRequest | ConfiguredClient, id: string, hmac: string): StoredClient => ({
  id,
  name: request.name ?? id,
  role: request.role ?? null,
  scopes: [...scopesOf(request)],
  targets: [...(request.targets ?? [])],
  hmac,
});

const infoOf = ({ id, name, role, scopes, targets }: StoredClient): ClientInfo => ({
  id,
  name,
  role,
  scopes,
  targets,
});
