import type { FleetEvent } from "../domain/fleet.js";
import type { Session } from "../domain/session.js";
import type { ControlParts } from "./contract.js";
import type { FleetKeeper } from "./fleet-keeper.js";
import { capabilitiesOf } from "./capabilities.js";

type PriorityEvent = Extract<FleetEvent, { kind: "priority" }>;

/** Who hears that a driver pressed "charge now" at a station, or took it back. */
export interface PriorityEar {
  hearPriority(event: PriorityEvent): Promise<void>;
}

/**
 * Tells a station that knows priority charging of a "charge now" said elsewhere, so that its own display and
 * button agree. The plan gives the car its power either way; a station that refuses is left as it is.
 */
export const askForPriority = async (
  { link, clock, log }: Pick<ControlParts, "link" | "clock" | "log">,
  keeper: FleetKeeper,
  { stationId, evseId, transactionId }: Session,
  on: boolean,
): Promise<void> => {
  const takes = capabilitiesOf(keeper.state, stationId).priorityCharging === true;
  const isOn = keeper.station(stationId)?.evses.get(evseId)?.priority.active === true;
  if (!takes || isOn === on) return;
  const outcome = await link.send(stationId, { kind: "use-priority", transactionId, on });
  if (outcome.status === "accepted")
    keeper.apply({ kind: "priority", stationId, evseId, atMs: clock.now(), transactionId, active: on });
  else log.warn({ stationId, evseId, on, outcome }, "priority charging not taken");
};
