import type { CommandOutcome } from "../domain/command.js";
import type { ProfileState, SecurityProfile } from "../domain/security.js";
import { stationSecuritySchema } from "../server/routes/station-security.js";
import { commandOutcomeSchema } from "../server/schemas/command.js";
import { type Access, ask, stationPath } from "./operator-client.js";

const post = async (access: Access, path: string, body: object | null): Promise<CommandOutcome> => {
  const init = { method: "POST", ...(body === null ? {} : { body: JSON.stringify(body) }) };
  return commandOutcomeSchema.parse(await (await ask(access, path, init)).json());
};

/** Has a running server give a connected station a new password. */
export const rotateStation = (access: Access, stationId: string): Promise<CommandOutcome> =>
  post(access, `${stationPath(stationId)}/security/password`, null);

/** Has a running server let a station rise to a higher security profile; null: none any more. */
export const raiseStation = (
  access: Access,
  stationId: string,
  wish: {
    readonly profile: SecurityProfile | null;
    readonly tell: boolean;
    readonly url: string | null;
    readonly networkInterface: string | null;
  },
): Promise<CommandOutcome> => post(access, `${stationPath(stationId)}/security/profile`, wish);

export const stationSecurity = async (access: Access, stationId: string): Promise<ProfileState> =>
  stationSecuritySchema.parse(await (await ask(access, `${stationPath(stationId)}/security`)).json());
