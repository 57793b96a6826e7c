import { randomBytes } from "node:crypto";
import { YouxuError } from "../domain/errors.js";
import type { SecurityProfile, ShownCertificate } from "../domain/security.js";
import type { Documents } from "../ports/documents.js";
import type { StationRegistry } from "../ports/station-registry.js";
import { createTurns } from "../ports/turns.js";
import { hmacOf, sameHmac } from "./secrets.js";
import { createStationPasswords, spellings } from "./station-passwords.js";
import { createStationProfiles } from "./station-profiles.js";

/** A station of the configuration: its password, or the HMAC of it as `stationPasswordHmac` gives it. */
export type ConfiguredStation =
  | { readonly id: string; readonly password: string; readonly passwordHmac?: undefined }
  | { readonly id: string; readonly passwordHmac: string; readonly password?: undefined };

/** What a site file states of a station's security. */
export interface StatedSecurity {
  readonly securityProfile: SecurityProfile | null;
  /** Common name of its client certificate; null: its identity. */
  readonly serialNumber: string | null;
}

export interface ManagedStationRegistry extends Required<StationRegistry> {
  /** Lets a station connect; the password is shown once. */
  add(identity: string): Promise<{ readonly identity: string; readonly password: string }>;
  /** False when there is no such station, or it stands in the configuration. */
  remove(identity: string): Promise<boolean>;
  /** A new password beside the old one, which lives until the station connected with the new. */
  beginRotation(identity: string): Promise<{ readonly password: string }>;
  /** The station refused the new password, or was never sent it. */
  cancelRotation(identity: string, password: string): Promise<void>;
  /** From now on the station may connect with this higher profile too; null: no longer. */
  awaitProfile(identity: string, profile: SecurityProfile | null): Promise<void>;
}

interface RegistryParts {
  readonly documents: Documents;
  readonly pepper: string | Buffer;
  readonly configured: readonly ConfiguredStation[];
  /** Stations of the site files; left out: nothing is stated of any. */
  readonly stated?: ReadonlyMap<string, StatedSecurity>;
  /** Whether a certificate was revoked; left out: none ever is. */
  readonly isRevoked?: (certificate: ShownCertificate) => Promise<boolean>;
}

const IDENTITY = /^[A-Za-z0-9_.-]{1,48}$/;
export const isStationIdentity = (text: string): boolean => IDENTITY.test(text);
const PASSWORD_BYTES = 16;

/** What the configuration may hold instead of a password. */
export const stationPasswordHmac = (pepper: string | Buffer, password: string): string =>
  hmacOf(pepper, password);

/** 32 hexadecimal digits: a valid AuthorizationKey for OCPP 1.6 and a valid password for 2.x. */
export const randomStationPassword = (): string => randomBytes(PASSWORD_BYTES).toString("hex");

export const createStationRegistry = (parts: RegistryParts): ManagedStationRegistry => {
  const { documents, pepper } = parts;
  const stated = parts.stated ?? new Map<string, StatedSecurity>();
  const fixed = new Map(
    parts.configured.map((station) => [station.id, station.passwordHmac ?? hmacOf(pepper, station.password)]),
  );
  const passwords = createStationPasswords(documents, pepper);
  const profiles = createStationProfiles(documents, (id) => stated.get(id)?.securityProfile ?? null);
  /** Changes of one station's documents read before they write: none may come in between. */
  const inTurn = createTurns();
  const validFor = async (identity: string): Promise<readonly string[]> => {
    const own = await passwords.validFor(identity);
    const configured = fixed.get(identity);
    return configured === undefined ? own : [configured];
  };
  const mustHaveStored = (identity: string): void => {
    if (fixed.has(identity))
      throw new YouxuError("station.password-elsewhere", `the site file states ${identity}'s password`, "id");
  };
  return {
    authenticate: async (identity, password) => {
      const valid = await validFor(identity);
      // Every spelling is compared, also for an unknown identity, so that time tells nothing.
      const given = spellings(password ?? "").map((spelling) => hmacOf(pepper, spelling));
      const matches = (valid.length === 0 ? [NO_HMAC] : valid).flatMap((hmac) =>
        given.map((one) => sameHmac(one, hmac)),
      );
      return valid.length > 0 && password !== null && matches.includes(true);
    },
    ownsCertificate: async (identity, certificate) => {
      const revoked = (await parts.isRevoked?.(certificate)) ?? false;
      const station = stated.get(identity);
      const named = station === undefined ? null : (station.serialNumber ?? identity);
      return !revoked && certificate.commonName === named;
    },
    profileOf: (identity) => profiles.stateOf(identity),
    entered: (identity, { profile, password }) =>
      inTurn(identity, async () => {
        await profiles.connected(identity, profile);
        if (password !== null) await passwords.used(identity, password);
      }),
    hasPassword: async (identity) => (await validFor(identity)).length > 0,
    add: async (identity) => {
      if (!isStationIdentity(identity))
        throw new YouxuError("station.identity", `not a station identity: ${JSON.stringify(identity)}`, "id");
      if ((await validFor(identity)).length > 0)
        throw new YouxuError("station.exists", `there is a station ${identity}`, "id");
      const password = randomStationPassword();
      await passwords.put(identity, password);
      return { identity, password };
    },
    remove: (identity) =>
      inTurn(identity, async () => {
        if (!(await passwords.remove(identity))) return false;
        await profiles.forget(identity);
        return true;
      }),
    identities: async () => [
      ...new Set([
        ...fixed.keys(),
        ...(await passwords.identities()),
        ...withoutPassword(stated),
        ...(await profiles.byCertificate()).filter((identity) => stated.has(identity)),
      ]),
    ],
    beginRotation: (identity) =>
      inTurn(identity, async () => {
        mustHaveStored(identity);
        const password = randomStationPassword();
        await passwords.await(identity, password);
        return { password };
      }),
    cancelRotation: (identity, password) => inTurn(identity, () => passwords.drop(identity, password)),
    awaitProfile: (identity, profile) => inTurn(identity, () => profiles.await(identity, profile)),
  };
};

/** Stations that the site file lets in by something else than a password. */
const withoutPassword = (stated: ReadonlyMap<string, StatedSecurity>): string[] =>
  [...stated].flatMap(([id, { securityProfile }]) =>
    securityProfile === 0 || securityProfile === 3 ? [id] : [],
  );

const NO_HMAC = "x".repeat(hmacOf("", "").length);
