import { z } from "zod";
import { YouxuError } from "../domain/errors.js";
import type { Documents } from "../ports/documents.js";
import { CREDENTIALS } from "./credentials.js";
import { hmacOf, sameHmac } from "./secrets.js";

const COLLECTION = CREDENTIALS.stations;
/** New passwords of which it is not known whether the station took them. More are not begun. */
const MOST_AWAITED = 4;

const stored = z.object({
  identity: z.string(),
  hmac: z.string(),
  /** Passwords that the station was sent, and may or may not have taken. */
  awaited: z.array(z.string()).default([]),
});
type Stored = z.infer<typeof stored>;

/** The stored passwords of stations, each beside those that are to replace it. */
export interface StationPasswords {
  /** HMACs of all that are valid now; none: the station has no stored password. */
  validFor(identity: string): Promise<readonly string[]>;
  identities(): Promise<readonly string[]>;
  put(identity: string, password: string): Promise<void>;
  remove(identity: string): Promise<boolean>;
  /** From now on this password is valid too. Throws `station.rotating` when too many are awaited already. */
  await(identity: string, password: string): Promise<void>;
  /** The station does not have it: refused, or never sent. */
  drop(identity: string, password: string): Promise<void>;
  /** It connected with this password: where that was an awaited one, all others are over. */
  used(identity: string, password: Buffer): Promise<void>;
}

const allStored = async (documents: Pick<Documents, "list">): Promise<readonly Stored[]> =>
  z.array(stored).parse(await documents.list(COLLECTION));

/** Stations that may hold a password which one store knows and the other does not. */
export const unknownElsewhere = async (
  known: Pick<Documents, "list">,
  elsewhere: Pick<Documents, "list">,
): Promise<readonly string[]> => {
  const valid = new Map(
    (await allStored(elsewhere)).map(({ identity, hmac, awaited }) => [identity, [hmac, ...awaited]]),
  );
  return (await allStored(known))
    .filter(({ identity, hmac, awaited }) =>
      [hmac, ...awaited].some((one) => valid.get(identity)?.includes(one) !== true),
    )
    .map(({ identity }) => identity);
};

export const createStationPasswords = (documents: Documents, pepper: string | Buffer): StationPasswords => {
  const read = async (identity: string): Promise<Stored | null> =>
    stored.safeParse(await documents.get(COLLECTION, identity)).data ?? null;
  const write = (station: Stored): Promise<void> => documents.put(COLLECTION, station.identity, station);
  return {
    validFor: async (identity) => {
      const station = await read(identity);
      return station === null ? [] : [station.hmac, ...station.awaited];
    },
    identities: async () => (await allStored(documents)).map(({ identity }) => identity),
    put: (identity, password) => write({ identity, hmac: hmacOf(pepper, password), awaited: [] }),
    remove: (identity) => documents.remove(COLLECTION, identity),
    await: async (identity, password) => {
      const station = await read(identity);
      if (station === null)
        throw new YouxuError("station.password-elsewhere", `${identity} has none here`, "id");
      if (station.awaited.length >= MOST_AWAITED)
        throw new YouxuError(
          "station.rotating",
          `${identity} was sent ${MOST_AWAITED} new passwords and connected with none of them`,
          "id",
        );
      await write({ ...station, awaited: [...station.awaited, hmacOf(pepper, password)] });
    },
    drop: async (identity, password) => {
      const station = await read(identity);
      if (station === null) return;
      const hmac = hmacOf(pepper, password);
      await write({ ...station, awaited: station.awaited.filter((one) => !sameHmac(one, hmac)) });
    },
    used: async (identity, password) => {
      const station = await read(identity);
      if (station === null || station.awaited.length === 0) return;
      const given = spellings(password).map((spelling) => hmacOf(pepper, spelling));
      const taken = station.awaited.find((hmac) => given.some((one) => sameHmac(one, hmac)));
      if (taken !== undefined) await write({ identity, hmac: taken, awaited: [] });
    },
  };
};

/**
 * An OCPP 1.6 AuthorizationKey is 16 to 20 octets, configured as hexadecimal digits. Stations send
 * the digits, in either case, or the octets they stand for; all are one password.
 */
export const spellings = (password: string | Buffer): readonly Buffer[] => {
  const given = Buffer.isBuffer(password) ? password : Buffer.from(password, "utf8");
  const text = given.toString("latin1");
  const digits = /^[0-9A-Fa-f]{32,40}$/.test(text) ? text : given.toString("hex");
  return [given, Buffer.from(digits.toLowerCase()), Buffer.from(digits.toUpperCase())];
};
