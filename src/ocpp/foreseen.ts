import type { WantedSetting } from "../domain/commands/settings.js";
import type { OcppVersion } from "../domain/fleet.js";
import { keptSetting } from "./common/secret-settings.js";
import { NAMES, readVariableName } from "./v2x/variable-name.js";

/** Why a setting would not even be sent to a station of a version; null: it would be. */
export const whyNotSent = (version: OcppVersion, { name }: WantedSetting): string | null => {
  const kept = keptSetting(name);
  if (kept !== null && "outcome" in kept && "detail" in kept.outcome)
    return `${kept.outcome.status}: ${kept.outcome.detail}`;
  return version === "1.6" || readVariableName(name) !== null ? null : `error: "${name}": ${NAMES}`;
};
