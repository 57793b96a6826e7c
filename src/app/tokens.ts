import { isRole, ROLE_NAMES } from "../accounts/scopes.js";
import { YouxuError } from "../domain/errors.js";
import { openInstallation } from "./installation.js";

export interface IssuedToken {
  readonly name: string;
  readonly role: string;
  readonly token: string;
}

/** A bearer token for operators, grid operators, meters and pages; shown once. */
export const addToken = async (configPath: string, name: string, role: string): Promise<IssuedToken> => {
  if (!isRole(role))
    throw new YouxuError("request.invalid", `no role "${role}"; there are ${ROLE_NAMES.join(", ")}`, "role");
  const installation = await openInstallation(configPath);
  try {
    const { token } = await installation.accounts.issueToken({ name, role });
    return { name, role, token };
  } finally {
    await installation.close();
  }
};
