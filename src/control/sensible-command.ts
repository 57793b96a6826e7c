import type { StationCommand } from "../domain/command.js";
import { YouxuError } from "../domain/errors.js";
import type { Verdict } from "../domain/id-token.js";
import type { StationConfig } from "../domain/site.js";

/** Kinds that name an EVSE, or a connector, that the station must have. */
const AT_AN_EVSE: ReadonlySet<StationCommand["kind"]> = new Set<StationCommand["kind"]>([
  "remote-start",
  "get-composite",
  "change-availability",
  "unlock",
  "reserve",
  "reset",
]);

const evseOf = (command: StationCommand): number | null =>
  "evseId" in command && typeof command.evseId === "number" ? command.evseId : null;

/** Throws `not-found.evse` where the site file knows the station's EVSEs, and it is none of them. */
export const mustHaveEvse = (station: StationConfig | undefined, command: StationCommand): void => {
  if (station === undefined || !AT_AN_EVSE.has(command.kind)) return;
  const evseId = evseOf(command);
  if (evseId === null || station.evses.some((evse) => evse.evseId === evseId)) return;
  const known = station.evses.map((evse) => evse.evseId).join(", ");
  throw new YouxuError("not-found.evse", `${station.id} has no EVSE ${evseId}, but ${known}`, "body.evseId");
};

const WHY: Readonly<Record<Exclude<Verdict["status"], "Accepted">, string>> = {
  Blocked: "is blocked",
  Expired: "may charge no more: its time is over",
  Invalid: "is not known, or may not charge at this site",
  ConcurrentTx: "has as many sessions as it may",
};

/** Throws `id-token.refused` where a station would be told not to charge for the token that is to begin. */
export const mustBeAllowedToCharge = (idToken: string, { status }: Verdict): void => {
  if (status === "Accepted") return;
  throw new YouxuError("id-token.refused", `${idToken} ${WHY[status]}`, "body.idToken");
};
