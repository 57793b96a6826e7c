import { isRole, ROLE_NAMES } from "../accounts/scopes.js";
import { nearest } from "../domain/nearest.js";
import { YouxuError } from "../domain/errors.js";
import { type Installation, openInstallation, openToList } from "./installation.js";

export interface IssuedToken {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly token: string;
}

const within = async <T>(
  configPath: string,
  work: (installation: Installation) => Promise<T>,
  open: (path: string) => Promise<Installation> = openInstallation,
): Promise<T> => {
  const installation = await open(configPath);
  try {
    return await work(installation);
  } finally {
    await installation.close();
  }
};

/** A bearer token for operators, grid operators, meters and pages, shown once; a name has one at a time. */
export const addToken = async (configPath: string, name: string, role: string): Promise<IssuedToken> => {
  if (!isRole(role)) {
    const near = nearest(role, ROLE_NAMES);
    const advice = near === null ? `there are ${ROLE_NAMES.join(", ")}` : `did you mean ${near}?`;
    throw new YouxuError("usage.invalid", `no role is called "${role}"; ${advice}`, "--role");
  }
  return within(configPath, async ({ config, accounts }) => {
    const names = [...config.api.tokens, ...(await accounts.listTokens())].map((each) => each.name);
    if (names.includes(name))
      throw new YouxuError("token.exists", `there is a token of the name "${name}" already`, configPath);
    const { id, token } = await accounts.issueToken({ name, role });
    return { id, name, role, token };
  });
};

export interface ListedToken {
  /** null: it stands in the site file, and is taken away there. */
  readonly id: string | null;
  readonly name: string;
  readonly role: string | null;
  readonly scopes: readonly string[];
  readonly createdMs: number | null;
}

/** Tokens without their secrets: those of the site file, then those that were issued. */
export const listTokens = (configPath: string): Promise<ListedToken[]> =>
  within(configPath, async ({ config, accounts }) => [
    ...config.api.tokens.map(({ name, scopes }) => ({ id: null, name, role: null, scopes, createdMs: null })),
    ...(await accounts.listTokens()).map(({ id, name, role, scopes, createdMs }) => ({
      id,
      name,
      role,
      scopes,
      createdMs,
    })),
  ]);

/** Takes back tokens by id, or all of a name; returns their ids. */
export const removeToken = (configPath: string, idOrName: string): Promise<readonly string[]> =>
  within(
    configPath,
    async ({ accounts }) => {
      const known = await accounts.listTokens();
      const meant = known.filter(({ id, name }) => id === idOrName || name === idOrName);
      if (meant.length === 0) {
        const near = nearest(
          idOrName,
          known.map(({ name }) => name),
        );
        const advice = near === null ? "" : `; did you mean ${near}?`;
        throw new YouxuError("not-found.token", `no token was issued as "${idOrName}"${advice}`, configPath);
      }
      for (const { id } of meant) await accounts.revokeToken(id);
      return meant.map(({ id }) => id);
    },
    openToList,
  );
