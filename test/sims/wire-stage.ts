import type { OcppVersion } from "../../src/domain/fleet.js";
import type { EvseConfig } from "../../src/domain/site.js";
import { VirtualClock } from "../../src/ports/clock.js";
import { runLockStep } from "../../sims/run/lockstep.js";
import type { SimFleet } from "../../sims/station/fleet.js";
import { createWireFleet } from "../../sims/station/wire/fleet.js";
import type { Visit } from "../../sims/world/visit.js";
import { startTinyServer, type TinyServer } from "./tiny-server.js";
import { BIDIRECTIONAL, carOf, EVSE, NOON, visitOf } from "../fixtures/visits.js";

export const MINUTE = 60_000;

export const KINDS: readonly { id: string; version: OcppVersion; evse: EvseConfig }[] = [
  { id: "old-16", version: "1.6", evse: EVSE },
  { id: "mid-201", version: "2.0.1", evse: EVSE },
  { id: "new-21", version: "2.1", evse: EVSE },
  { id: "v2g-21", version: "2.1", evse: BIDIRECTIONAL },
];
export const STATIONS = KINDS.map(({ id, version, evse }) => ({ stationId: id, version, evse, atMs: NOON }));

export const visitAt = (id: string): Visit =>
  visitOf({ stationId: id, car: carOf({ maxDischargeKw: id === "v2g-21" ? 6 : 0 }) });

let server: TinyServer | null = null;
let fleet: SimFleet | null = null;
/** After each test. */
export const stopWire = async (): Promise<void> => {
  await fleet?.stop();
  await server?.close();
};

export const settled = async (clock: VirtualClock, under: SimFleet, untilMs: number): Promise<void> =>
  runLockStep({ clock, untilMs, idle: () => under.idle(), busy: () => under.busy(), patienceMs: 10_000 });

/** A fleet on the wire, at a server that only keeps what it gets; `stopWire` ends both. */
export const startWire = async (
  stations = STATIONS,
  prepare: (tiny: TinyServer) => void = () => undefined,
  clock = new VirtualClock(NOON),
) => {
  const tiny = await startTinyServer();
  prepare(tiny);
  const wire = createWireFleet({
    clock,
    stations,
    endpoint: `${tiny.endpoint}/`,
    password: () => "a-long-enough-password",
    connectedAtServer: () => tiny.connected(),
  });
  server = tiny;
  fleet = wire.fleet;
  wire.fleet.start();
  await settled(clock, wire.fleet, NOON);
  return { clock, tiny, wire };
};
