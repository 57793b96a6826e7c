/** Where a session's schedule is written as the station's maximum, no maximum is told beside it. */
import { expect, it } from "vitest";
import { PROFILE_PLACES, resolveQuirks } from "../../src/domain/quirks.js";
import { capabilitiesOf, createStation } from "../../src/ocpp/server/station.js";

it.each(PROFILE_PLACES)("%s", (sessionPlace) => {
  const station = createStation("p1");
  station.abilities = {
    ...station.abilities,
    capabilities: { ...station.abilities.capabilities, stationMaximum: true },
  };
  const known = { advertised: {}, "learnt-model": {}, "learnt-station": { sessionPlace }, file: {} };
  const maker = { vendor: null, model: null, firmware: null };
  const told = capabilitiesOf(station, { stationId: "p1", maker, ...resolveQuirks(known) }, true);
  expect(told.stationMaximum).toBe(sessionPlace !== "ChargePointMaxProfile-station");
});
