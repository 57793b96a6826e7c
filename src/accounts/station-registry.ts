import { randomBytes } from "node:crypto";
import { z } from "zod";
import { YouxuError } from "../domain/errors.js";
import type { Documents } from "../ports/documents.js";
import type { StationRegistry } from "../ports/station-registry.js";
import { CREDENTIALS } from "./credentials.js";
import { hmacOf, sameHmac } from "./secrets.js";

/** A station of the configuration: its password, or the HMAC of it as `stationPasswordHmac` gives it. */
export type ConfiguredStation =
  | { readonly id: string; readonly password: string; readonly passwordHmac?: undefined }
  | { readonly id: string; readonly passwordHmac: string; readonly password?: undefined };

export interface ManagedStationRegistry extends StationRegistry {
  /** Lets a station connect; the password is shown once. */
  add(identity: string): Promise<{ readonly identity: string; readonly password: string }>;
  /** False when there is no such station, or it stands in the configuration. */
  remove(identity: string): Promise<boolean>;
  identities(): Promise<readonly string[]>;
}

const COLLECTION = CREDENTIALS.stations;
const IDENTITY = /^[A-Za-z0-9_.-]{1,48}$/;
const PASSWORD_BYTES = 16;

const stored = z.object({ identity: z.string(), hmac: z.string() });

/** What the configuration may hold instead of a password. */
export const stationPasswordHmac = (pepper: string | Buffer, password: string): string =>
  hmacOf(pepper, password);

/** 32 hexadecimal digits: a valid AuthorizationKey for OCPP 1.6 and a valid password for 2.x. */
export const randomStationPassword = (): string => randomBytes(PASSWORD_BYTES).toString("hex");

export const createStationRegistry = ({
  documents,
  pepper,
  configured,
}: {
  documents: Documents;
  pepper: string | Buffer;
  configured: readonly ConfiguredStation[];
}): ManagedStationRegistry => {
  const fixed = new Map(
    configured.map((station) => [station.id, station.passwordHmac ?? hmacOf(pepper, station.password)]),
  );
  const hmacFor = async (identity: string): Promise<string | null> => {
    const added = stored.safeParse(await documents.get(COLLECTION, identity)).data?.hmac ?? null;
    return fixed.get(identity) ?? added;
  };
  return {
    authenticate: async (identity, password) => {
      const expected = await hmacFor(identity);
      const candidates = spellings(password ?? "").map((spelling) => hmacOf(pepper, spelling));
      // Every spelling is compared, also for an unknown identity, so that time tells nothing.
      const matches = candidates.map((hmac) => sameHmac(hmac, expected ?? NO_HMAC));
      return expected !== null && password !== null && matches.includes(true);
    },
    hasPassword: async (identity) => (await hmacFor(identity)) !== null,
    add: async (identity) => {
      if (!IDENTITY.test(identity))
        throw new YouxuError("station.identity", `not a station identity: ${JSON.stringify(identity)}`, "id");
      if ((await hmacFor(identity)) !== null)
        throw new YouxuError("station.exists", `there is a station ${identity}`, "id");
      const password = randomStationPassword();
      await documents.put(COLLECTION, identity, { identity, hmac: hmacOf(pepper, password) });
      return { identity, password };
    },
    remove: (identity) => documents.remove(COLLECTION, identity),
    identities: async () => {
      const added = z.array(stored).parse(await documents.list(COLLECTION));
      return [...fixed.keys(), ...added.map((station) => station.identity)];
    },
  };
};

const NO_HMAC = "x".repeat(hmacOf("", "").length);

/**
 * An OCPP 1.6 AuthorizationKey is 16 to 20 octets, configured as hexadecimal digits. Stations send
 * the digits, in either case, or the octets they stand for; all are one password.
 */
const spellings = (password: string | Buffer): readonly Buffer[] => {
  const given = Buffer.isBuffer(password) ? password : Buffer.from(password, "utf8");
  const text = given.toString("latin1");
  const digits = /^[0-9A-Fa-f]{32,40}$/.test(text) ? text : given.toString("hex");
  return [given, Buffer.from(digits.toLowerCase()), Buffer.from(digits.toUpperCase())];
};
