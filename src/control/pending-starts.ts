import type { CommandOutcome, StationCommand } from "../domain/command.js";
import { MINUTE_MS } from "../domain/units.js";
import type { ControlParts } from "./contract.js";
import type { FleetKeeper } from "./fleet-keeper.js";

/** Without a cable an accepted start never comes: nobody waits longer than this for it. */
const AWAITED_MS = 2 * MINUTE_MS;

/** Notes that a remote start was accepted, and says when it has not come in time. */
export const awaitStart = (
  { clock, log, keeper }: Pick<ControlParts, "clock" | "log"> & { readonly keeper: FleetKeeper },
  { stationId, command, outcome }: { stationId: string; command: StationCommand; outcome: CommandOutcome },
): void => {
  if (command.kind !== "remote-start" || outcome.status !== "accepted") return;
  const { evseId } = command;
  const place = { stationId, evseId };
  const sinceMs = clock.now();
  const awaited = () => keeper.station(stationId)?.evses.get(evseId)?.startAwaitedSinceMs ?? null;
  if (keeper.station(stationId)?.evses.get(evseId)?.session != null) return;
  keeper.apply({ kind: "start-awaited", ...place, atMs: sinceMs, sinceMs });
  clock.after(AWAITED_MS, () => {
    if (awaited() !== sinceMs) return;
    log.warn({ stationId, evseId }, "an accepted remote start has not come: is a car plugged in?");
    keeper.apply({ kind: "start-awaited", ...place, atMs: clock.now(), sinceMs: null });
  });
};
