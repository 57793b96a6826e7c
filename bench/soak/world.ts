import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { policyByName } from "../../src/app/policies.js";
import { startServer, type RunningServer } from "../../src/app/server.js";
import { isStalled } from "../../src/app/simulate-wire.js";
import { createLog } from "../../src/app/logging.js";
import { MINUTE_MS, SECOND_MS } from "../../src/domain/units.js";
import { VirtualClock } from "../../src/ports/clock.js";
import { fixedPriceTables } from "../../src/ports/price-tables.js";
import { openStore, type Store } from "../../src/store/open-store.js";
import { createWireFleet, createWorldRun, type Scenario, type WorldRun } from "../../sims/index.js";
import type { SimFleet } from "../../sims/station/fleet.js";
import { flatTariff } from "../../test/signals/tables.js";
import { PASSWORD } from "../csms/sites.js";
import { START_MS } from "./scenario.js";
import { SITE_METER_S } from "./size.js";

/** The disk's own pace is measured elsewhere. */
const IN_MEMORY = "/dev/shm";

/** A site in the world, beside its scenario. */
interface SoakSite {
  readonly scenario: Scenario;
  readonly fleet: SimFleet;
  readonly world: WorldRun;
  readonly violations: () => readonly string[];
}

/** The whole program on a virtual clock with a durable store, and sites whose stations call it over real websockets. */
export interface SoakWorld {
  readonly clock: VirtualClock;
  readonly server: RunningServer;
  readonly store: Store;
  readonly sites: readonly SoakSite[];
  readonly idle: () => boolean;
  readonly busy: () => readonly string[];
  readonly close: () => Promise<void>;
}

export const openSoak = async (scenarios: readonly Scenario[]): Promise<SoakWorld> => {
  const folder = mkdtempSync(join(existsSync(IN_MEMORY) ? IN_MEMORY : tmpdir(), "youxu-soak-"));
  const clock = new VirtualClock(START_MS);
  const store = await openStore({ path: join(folder, "youxu.db") });
  const server = await serverOf(scenarios, clock, store);
  const sites = scenarios.map((scenario) => siteOf(scenario, clock, server));
  measure(sites, clock, server);
  let busiest = sites[0];
  const isQuiet = (): boolean => {
    // Who was busy a turn ago mostly still is: all are asked only when that one has come to rest.
    if (busiest?.world.idle() === false) return false;
    busiest = sites.find(({ world }) => !world.idle()) ?? busiest;
    if (busiest?.world.idle() === false) return false;
    if (server.idle()) return true;
    const silent = owing(sites);
    return silent.size > 0 && isStalled(server, silent);
  };
  return {
    clock,
    server,
    store,
    sites,
    idle: isQuiet,
    busy: () => [...sites.flatMap(({ world }) => world.busy()), ...(server.idle() ? [] : ["server"])],
    close: async () => {
      for (const { world } of sites) await world.stop();
      await server.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

const owing = (sites: readonly SoakSite[]): ReadonlySet<string> =>
  new Set(sites.flatMap(({ world }) => [...world.owingAnswers()]));

const serverOf = async (scenarios: readonly Scenario[], clock: VirtualClock, store: Store) =>
  startServer({
    clock,
    sites: scenarios.map(({ site }) => site),
    tariffs: [flatTariff("UTC", 0.5)],
    prices: fixedPriceTables([]),
    store,
    policy: await policyByName("least-laxity", 5_000),
    settings: {
      gatherMs: 2 * SECOND_MS,
      horizonSlots: 33,
      followWithinMs: MINUTE_MS,
      answerWithinMs: 3 * SECOND_MS,
      steer: true,
    },
    ocpp: { pingIntervalMs: null },
    idTokens: null,
    secret: PASSWORD,
    stationPasswords: new Map(
      scenarios.flatMap(({ stations }) => stations.map(({ stationId }) => [stationId, PASSWORD])),
    ),
    clients: [],
    listen: { host: "127.0.0.1", port: 0 },
    openPage: null,
    log: createLog("silent"),
  });

const siteOf = (scenario: Scenario, clock: VirtualClock, server: RunningServer): SoakSite => {
  const wire = createWireFleet({
    clock,
    stations: scenario.stations,
    endpoint: server.stationUrl.replace(/\/$/, ""),
    password: () => PASSWORD,
    connectedAtServer: () => ({ has: (id) => server.central.connectionOf(id) !== null }),
  });
  const world = createWorldRun({
    scenario,
    clock,
    stations: wire.fleet,
    // The site's own meter tells at its period alone.
    meter: async () => undefined,
    driver: { setPreference: async () => undefined },
  });
  return { scenario, fleet: wire.fleet, world, violations: () => wire.violations() };
};

/** Every site is measured in turn of its period. */
const measure = (sites: readonly SoakSite[], clock: VirtualClock, server: RunningServer): void => {
  const atMs = clock.now();
  for (const { scenario, world } of sites)
    void server.control.measure({
      siteId: scenario.site.id,
      kind: "site-import",
      powerKw: world.importKw(),
      atMs,
    });
  clock.after(SITE_METER_S * SECOND_MS, () => measure(sites, clock, server));
};
