import { z } from "zod";
import {
  afterConnecting,
  type ProfileState,
  type SecurityProfile,
  SECURITY_PROFILES,
} from "../domain/security.js";
import type { Documents } from "../ports/documents.js";

const COLLECTION = "station-security";

const profile = z.literal([...SECURITY_PROFILES]).nullable();
const stored = z.object({ identity: z.string(), reached: profile, rising: profile });

/** Which security profile each station has reached, over restarts. */
export interface StationProfiles {
  stateOf(identity: string): Promise<ProfileState>;
  /** It connected with an allowed profile. */
  connected(identity: string, profile: SecurityProfile): Promise<void>;
  /** From now on it may connect with this one too; null: no longer. */
  await(identity: string, rising: SecurityProfile | null): Promise<void>;
  /** Stations that connected by a certificate. */
  byCertificate(): Promise<readonly string[]>;
  /** The station begins anew. */
  forget(identity: string): Promise<void>;
}

export const createStationProfiles = (
  documents: Documents,
  statedOf: (identity: string) => SecurityProfile | null,
): StationProfiles => {
  const stateOf = async (identity: string): Promise<ProfileState> => {
    const found = stored.safeParse(await documents.get(COLLECTION, identity)).data;
    return { stated: statedOf(identity), reached: found?.reached ?? null, rising: found?.rising ?? null };
  };
  const keep = (identity: string, { reached, rising }: ProfileState): Promise<void> =>
    documents.put(COLLECTION, identity, { identity, reached, rising });
  return {
    stateOf,
    connected: async (identity, came) => {
      const state = await stateOf(identity);
      const next = afterConnecting(state, came);
      if (next.reached !== state.reached || next.rising !== state.rising) await keep(identity, next);
    },
    await: async (identity, rising) => keep(identity, { ...(await stateOf(identity)), rising }),
    byCertificate: async () =>
      z
        .array(stored)
        .parse(await documents.list(COLLECTION))
        .flatMap(({ identity, reached }) => (reached === 3 ? [identity] : [])),
    forget: async (identity) => void (await documents.remove(COLLECTION, identity)),
  };
};
