import { isToldAside } from "../domain/discharge.js";
import { ratedKw } from "../domain/draw.js";
import type { FleetEvent, StationState } from "../domain/fleet.js";
import type { Site } from "../domain/site.js";
import type { ControlParts } from "./contract.js";

/**
 * A power that was told beside the profile outlives the session there: the next car would be discharged by it. It is
 * taken back when the session is over; the profiles alone bound the next car until it is told.
 */
export const releaseDischarge = (
  { link, log }: Pick<ControlParts, "link" | "log">,
  site: Site,
  { event, before }: { readonly event: FleetEvent; readonly before: StationState },
): void => {
  if (event.kind !== "session-closed") return;
  const { stationId, evseId } = event;
  const way = before.evses.get(evseId)?.held?.dischargeBy;
  const config = site.stations
    .find(({ id }) => id === stationId)
    ?.evses.find((evse) => evse.evseId === evseId);
  if (way === undefined || !isToldAside(way) || config === undefined) return;
  const told = { kind: "tell-power", way, evseId, transactionId: null, powerKw: ratedKw(config) } as const;
  void link.send(stationId, told).then((outcome) => {
    if (outcome.status !== "accepted")
      log.warn({ stationId, evseId, outcome }, "a discharge was not taken back");
  });
};
