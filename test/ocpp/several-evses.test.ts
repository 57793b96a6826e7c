/** What holds for EVSE 0 holds for all EVSEs: of several, each is told by itself. */
import { expect, it } from "vitest";
import { DEFAULT_QUIRKS, PROFILE_PLACES, type QuirkValues, resolveQuirks } from "../../src/domain/quirks.js";
import type { Schedule } from "../../src/domain/schedule.js";
import { placed } from "../../src/ocpp/common/placed.js";
import { profileOptions } from "../../src/ocpp/server/ladder.js";
import { createStation } from "../../src/ocpp/server/station.js";

const UNKNOWN = { vendor: null, model: null, firmware: null };
const scheduleOf = (purpose: "session" | "default", evseId: number): Schedule => ({
  purpose,
  stationId: "twin",
  evseId,
  transactionId: purpose === "session" ? `of-${evseId}` : null,
  unit: "A",
  phases: null,
  startMs: 0,
  endMs: 900_000,
  periods: [{ startMs: 0, mode: "charge-limit", value: 16, powerKw: 3.68 }],
});

/** To which EVSE of the wire a schedule for `evseId` goes. */
const toldTo = (
  schedule: Schedule,
  { known, alone }: { readonly known: QuirkValues; readonly alone: boolean },
) => {
  const sources = { advertised: {}, "learnt-model": {}, "learnt-station": known, file: {} };
  const quirks = { stationId: "twin", maker: UNKNOWN, ...resolveQuirks(sources) };
  const context = { quirks, maxOfflineDurationS: 300, alone, clockAheadMs: 0 };
  return placed(schedule, profileOptions(createStation("twin"), schedule, context));
};

it.each(PROFILE_PLACES)("%s reaches the EVSE that is meant, and EVSE 0 where it is the only one", (place) => {
  const known = {
    sessionPlace: place,
    defaultPlace: place === "TxProfile" ? DEFAULT_QUIRKS.defaultPlace : place,
  };
  for (const purpose of ["session", "default"] as const) {
    const told = [1, 2].map((evseId) => toldTo(scheduleOf(purpose, evseId), { known, alone: false }));
    expect(told.map(({ evseId }) => evseId)).toEqual([1, 2]);
    expect(told.map((one) => one.purpose)).not.toContain("maximum");
    const only = toldTo(scheduleOf(purpose, 1), { known, alone: true });
    expect(only.evseId).toBe(place.endsWith("-station") ? 0 : 1);
  }
});
