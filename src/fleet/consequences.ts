import type { FleetEvent } from "../domain/fleet.js";
import type { Session } from "../domain/session.js";
import type { EpochMs } from "../domain/units.js";

interface Place {
  readonly stationId: string;
  readonly evseId: number;
}

/**
 * What sessions, as a commit has left them, mean for the fleet: those that ended or moved leave their
 * EVSE before others take it, so that no EVSE ever has two. `placeOf` tells where the fleet has a session
 * now, null where it has none.
 */
export const consequencesOf = (
  sessions: readonly Session[],
  atMs: EpochMs,
  placeOf: (sessionId: string) => Place | null,
): FleetEvent[] => {
  const leaving: FleetEvent[] = [];
  const running: FleetEvent[] = [];
  for (const session of sessions) {
    const { stationId, evseId } = session;
    const place = placeOf(session.id);
    const stays = place?.evseId === evseId;
    if (session.endedMs !== null || (place !== null && !stays))
      leaving.push({ kind: "session-closed", stationId, evseId: place?.evseId ?? evseId, atMs, session });
    if (session.endedMs === null)
      running.push({ kind: stays ? "session-changed" : "session-opened", stationId, evseId, atMs, session });
  }
  return [...leaving, ...running];
};
