/**
 * OCPP's security profiles: 0 proves nothing, 1 is a password over plain websockets, 2 a password over TLS,
 * 3 a client certificate over TLS.
 */
export const SECURITY_PROFILES = [0, 1, 2, 3] as const;
export type SecurityProfile = (typeof SECURITY_PROFILES)[number];

/** What is held of a station's security profile. */
export interface ProfileState {
  /** What its owner states in the site file; null: nothing. */
  readonly stated: SecurityProfile | null;
  /** The highest that it ever connected with; null: it never did. */
  readonly reached: SecurityProfile | null;
  /** The one that it was told to rise to; null: none. */
  readonly rising: SecurityProfile | null;
}

export const UNKNOWN_PROFILE: ProfileState = { stated: null, reached: null, rising: null };

/** The profile that is a station's own; null: that of its first connection becomes it. */
export const ownProfile = ({ stated, reached }: ProfileState): SecurityProfile | null => {
  if (stated === null || reached === null) return stated ?? reached;
  return stated > reached ? stated : reached;
};

/**
 * With which profiles a station may connect: its own, and a higher one that it was told to rise to. One of
 * which nothing is stated may rise by itself, but never to none at all. No profile below its own is ever
 * among them.
 */
export const allowedProfiles = (state: ProfileState): readonly SecurityProfile[] => {
  const own = ownProfile(state);
  if (state.stated === null) return SECURITY_PROFILES.filter((profile) => profile >= (own ?? 1));
  const { rising } = state;
  return SECURITY_PROFILES.filter(
    (profile) => profile === own || (profile === rising && profile > (own ?? 0)),
  );
};

/** After a connection with an allowed profile: what was reached stays, and what was awaited is over. */
export const afterConnecting = (state: ProfileState, profile: SecurityProfile): ProfileState => {
  const reached = state.reached === null || profile > state.reached ? profile : state.reached;
  return {
    ...state,
    reached,
    rising: state.rising !== null && reached >= state.rising ? null : state.rising,
  };
};

/** A client certificate of which the chain was verified: what tells whose it is, and which it is. */
export interface ShownCertificate {
  readonly commonName: string;
  /** Hexadecimal digits in capitals, as node writes it. */
  readonly serialNumber: string;
  /** SHA-256 of the certificate, hexadecimal pairs with colons. */
  readonly fingerprint256: string;
}
