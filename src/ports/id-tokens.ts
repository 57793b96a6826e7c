import { type IdToken, tokenKey } from "../domain/id-token.js";

/** The id tokens that are known: those of the configuration, and those that were added at run time. */
export interface IdTokens {
  /** null: it is not known. */
  readonly find: (idToken: string) => IdToken | null;
  /** Whether tokens that are not known may charge, too. */
  readonly othersMayCharge: boolean;
  readonly list: () => readonly KnownToken[];
}

/** `fixed`: it stands in the configuration, and is taken away there. */
interface KnownToken {
  readonly token: IdToken;
  readonly fixed: boolean;
}

/** The same where they can be added to. */
export interface ManagedIdTokens extends IdTokens {
  /** Adds a token, or changes the one there is; resolves after the commit. */
  readonly put: (token: IdToken) => Promise<void>;
  /** False where none was added under this name. */
  readonly remove: (idToken: string) => Promise<boolean>;
  /** Calls back when a token was added, changed or taken away. */
  readonly onChange: (listener: () => void) => void;
}

/** Of a configuration alone; null: all may charge. */
export const fixedIdTokens = (tokens: readonly IdToken[] | null): IdTokens => {
  const known = new Map((tokens ?? []).map((token) => [tokenKey(token.idToken), token]));
  return {
    find: (idToken) => known.get(tokenKey(idToken)) ?? null,
    othersMayCharge: tokens === null,
    list: () => [...known.values()].map((token) => ({ token, fixed: true })),
  };
};
