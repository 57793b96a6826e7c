import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer, type RunningServer } from "../../src/app/server.js";
import { gridOperator, httpDriver, tokensFor } from "../../src/app/http-clients.js";
import { createLog } from "../../src/app/logging.js";
import { SECOND_MS } from "../../src/domain/units.js";
import { VirtualClock } from "../../src/ports/clock.js";
import { fixedPriceTables } from "../../src/ports/price-tables.js";
import { openStore, type Store } from "../../src/store/open-store.js";
import { createWireFleet, createWorldRun, type Scenario, type WorldRun } from "../../sims/index.js";
import type { SimFleet } from "../../sims/station/fleet.js";
import { createErrands, type Errands } from "../../sims/run/errands.js";
import type { DriverApp } from "../../sims/index.js";
import { PASSWORD } from "../csms/sites.js";
import { createExcessBook, type ExcessBook } from "./excess.js";
import { mixedPolicy } from "./policy.js";
import { probeOlder } from "./probes.js";
import { cityEvents, soakTariff } from "./signals.js";
import { FOLLOW_S, GATHER_S, PROMISED_S, SITE_METER_S, type SoakSize, START_MS } from "./size.js";

/** From when on an event that begins at once is to be kept: a pass, and the stations' answers. */
const CONTROL_CYCLE_MS = 10 * SECOND_MS;
/** The disk's own pace is measured elsewhere. */
const IN_MEMORY = "/dev/shm";

/** A site in the world, beside its scenario. */
interface SoakSite {
  readonly scenario: Scenario;
  readonly fleet: SimFleet;
  readonly world: WorldRun;
  readonly violations: () => readonly string[];
  readonly excess: ExcessBook;
}

/** The whole program on a virtual clock with a durable store, and sites whose stations call it over real websockets. */
export interface SoakWorld {
  readonly clock: VirtualClock;
  readonly server: RunningServer;
  readonly store: Store;
  readonly sites: readonly SoakSite[];
  readonly idle: () => boolean;
  readonly busy: () => readonly string[];
  /** What failed at the drivers' apps or in posting. */
  readonly failures: () => readonly string[];
  readonly close: () => Promise<void>;
}

export const openSoak = async (scenarios: readonly Scenario[], size: SoakSize): Promise<SoakWorld> => {
  const folder = mkdtempSync(join(existsSync(IN_MEMORY) ? IN_MEMORY : tmpdir(), "youxu-soak-"));
  const clock = new VirtualClock(START_MS);
  const store = await openStore({ path: join(folder, "youxu.db") });
  const server = await serverOf(scenarios, clock, store);
  const tokens = await tokensFor(server);
  const driver = httpDriver(server.url, tokens.driver);
  const sites = scenarios.map((scenario) => siteOf(scenario, { clock, server, driver }));
  measure(sites, clock, server);
  probeOlder(sites, clock, server.control);
  const posts = postEvents(sites, { clock, size, operator: gridOperator(server.url, tokens.gridOperator) });
  const owes = owesAnswer(sites);
  let busiest = sites[0];
  const isQuiet = (): boolean => {
    if (posts.running().length > 0) return false;
    // Who was busy a turn ago mostly still is: all are asked only when that one has come to rest.
    if (busiest?.world.idle() === false) return false;
    busiest = sites.find(({ world }) => !world.idle()) ?? busiest;
    if (busiest?.world.idle() === false) return false;
    return server.idle() || server.central.stalled(owes);
  };
  return {
    clock,
    server,
    store,
    sites,
    idle: isQuiet,
    busy: () => [...sites.flatMap(({ world }) => world.busy()), ...(server.idle() ? [] : ["server"])],
    failures: () => [...posts.failures(), ...sites.flatMap(({ world }) => world.failures())],
    close: async () => {
      for (const { world } of sites) await world.stop();
      await server.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

const owesAnswer = (sites: readonly SoakSite[]): ((stationId: string) => boolean) => {
  const siteOfStation = new Map(
    sites.flatMap((site) => [...site.fleet.stations.keys()].map((id) => [id, site] as const)),
  );
  return (stationId) => siteOfStation.get(stationId)?.world.owesAnswer(stationId) === true;
};

const serverOf = async (scenarios: readonly Scenario[], clock: VirtualClock, store: Store) =>
  startServer({
    clock,
    sites: scenarios.map(({ site }) => site),
    tariffs: [soakTariff()],
    prices: fixedPriceTables([]),
    store,
    policy: await mixedPolicy(scenarios.map(({ site }) => site)),
    settings: {
      gatherMs: GATHER_S * SECOND_MS,
      horizonSlots: 33,
      followWithinMs: FOLLOW_S * SECOND_MS,
      answerWithinMs: 3 * SECOND_MS,
      steer: true,
    },
    ocpp: { pingIntervalMs: null, maxOfflineDurationS: 300 },
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

interface Around {
  readonly clock: VirtualClock;
  readonly server: RunningServer;
  readonly driver: DriverApp;
}

const siteOf = (scenario: Scenario, { clock, server, driver }: Around): SoakSite => {
  const wire = createWireFleet({
    clock,
    stations: scenario.stations,
    endpoint: server.stationUrl.replace(/\/$/, ""),
    password: () => PASSWORD,
    connectedAtServer: () => ({
      has: (id) => server.central.connectionOf(id) !== null,
      changes: server.central.changes(),
    }),
  });
  const excess = createExcessBook(wire.fleet, PROMISED_S * SECOND_MS);
  const world = createWorldRun({
    scenario,
    clock,
    stations: wire.fleet,
    // The site's own meter tells at its period alone.
    meter: async () => undefined,
    driver,
    witness: excess.witness,
  });
  return { scenario, fleet: wire.fleet, world, excess, violations: () => wire.violations() };
};

interface Posting {
  readonly clock: VirtualClock;
  readonly size: SoakSize;
  readonly operator: ReturnType<typeof gridOperator>;
}

/** Each event goes out once, for all sites; every site's books know what is expected of it. */
const postEvents = (sites: readonly SoakSite[], { clock, size, operator }: Posting): Errands => {
  const posts = createErrands();
  const limitKw = Math.min(...sites.flatMap(({ scenario }) => rootLimitKw(scenario)));
  for (const event of cityEvents(size, limitKw))
    clock.after(event.postMs - clock.now(), () => {
      posts.run("event", operator.post(event));
      if (event.type !== "IMPORT_CAPACITY_LIMIT") return;
      const fromMs = Math.max(event.startMs, clock.now() + CONTROL_CYCLE_MS);
      for (const { world } of sites)
        world.expectLimit({ nodeIds: null, limitKw: event.value, fromMs, toMs: event.endMs });
    });
  return posts;
};

const rootLimitKw = ({ site }: Scenario): number[] =>
  site.nodes.flatMap(({ id, importLimitKw }) =>
    id === site.rootNodeId && importLimitKw !== null ? [importLimitKw] : [],
  );

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
