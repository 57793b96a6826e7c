import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Logger } from "pino";
import type { CycleRecord } from "../control/contract.js";
import { MINUTE_MS, SECOND_MS } from "../domain/units.js";
import { PacedClock } from "../ports/clock.js";
import { randomStationPassword } from "../accounts/station-registry.js";
import { randomSecret } from "../accounts/secrets.js";
import { openStore, type Store } from "../store/open-store.js";
import {
  createWireFleet,
  createWorldRun,
  loadScenario,
  type Scenario,
  type WorldRun,
} from "../../sims/index.js";
import { gridOperator, httpDriver, httpMeter, type Tokens, tokensFor } from "./http-clients.js";
import { endlessPrices } from "./endless-prices.js";
import { createLog } from "./logging.js";
import { builtInScenario } from "./package-files.js";
import { policyByName } from "./policies.js";
import { OPTIMIZER } from "./policy-names.js";
import { OPENADR_PREFIX } from "../openadr/vtn/vtn.js";
import { type RunningServer, startServer } from "./server.js";
import { scenarioSignals } from "./signal-files.js";

export interface DemoOptions {
  readonly host: string;
  readonly port: number;
  /** Times as fast as the wall. */
  readonly speed: number;
  readonly seed: number;
  readonly onCycle: (record: CycleRecord) => void;
}

export interface DemoTokens extends Tokens {
  /** Reads and operates; the page on loopback has it already. */
  readonly page: string;
}

export interface Demo {
  readonly server: RunningServer;
  readonly world: WorldRun;
  readonly scenario: Scenario;
  readonly tokens: DemoTokens;
  readonly clock: PacedClock;
  readonly log: Logger;
  /** What posts a demand-response event starting now, for a terminal. */
  readonly curl: string;
  close(): Promise<void>;
}

/** A solve later than this is answered by the rule: the demonstration's clock does not wait. */
const TIME_LIMIT_MS = 2_000;
/** Power left by the event that the terminal offers, kW: above what the households alone ever draw. */
const OFFERED_LIMIT_KW = 190;

/**
 * The server and a community of forty virtual stations around it, on a fast clock: a real database
 * file, real websockets, the product's own API for meter, drivers and grid operator. Every evening
 * brings new cars, for as long as it runs.
 */
export const startDemo = async (options: DemoOptions): Promise<Demo> => {
  const folder = await mkdtemp(join(tmpdir(), "youxu-demo-"));
  const store = await openStore({ path: join(folder, "youxu.db") });
  const closeStore = async (): Promise<void> => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const parts = await startDemoServer(options, store);
    const curl = await offeredEvent(parts);
    const world = createDemoWorld(parts, options.speed);
    // Last, so that whoever waits for the demonstration can speak before its stations do.
    world.start();
    return {
      ...parts,
      world,
      curl,
      close: async () => {
        await world.stop();
        await parts.server.close();
        await closeStore();
      },
    };
  } catch (error) {
    await closeStore();
    throw error;
  }
};

interface DemoParts {
  readonly scenario: Scenario;
  readonly clock: PacedClock;
  readonly log: Logger;
  readonly server: RunningServer;
  readonly tokens: DemoTokens;
  readonly passwords: ReadonlyMap<string, string>;
}

const startDemoServer = async (options: DemoOptions, store: Store): Promise<DemoParts> => {
  const scenario = loadScenario(builtInScenario("jinan-community"), {
    seed: options.seed,
    durationHours: Infinity,
  });
  const clock = new PacedClock({ startMs: scenario.startMs, speed: options.speed });
  const passwords = new Map(scenario.stations.map(({ stationId }) => [stationId, randomStationPassword()]));
  // Known before the server is made, which hands it to the page.
  const page = { name: "live page", token: randomSecret(), scopes: ["read", "operate"] };
  const { tariffs, prices } = scenarioSignals(scenario);
  const log = createLog("warn");
  const server = await startServer({
    clock,
    sites: [scenario.site],
    tariffs,
    prices: endlessPrices(prices, () => clock.now()),
    store,
    policy: await policyByName(OPTIMIZER, TIME_LIMIT_MS),
    settings: demoSettings(options.speed),
    ocpp: demoOcpp(options.speed),
    idTokens: null,
    secret: randomSecret(),
    stationPasswords: passwords,
    tokens: [page],
    clients: [],
    listen: { host: options.host, port: options.port },
    openPage: { token: page.token },
    log,
  });
  server.control.onCycle(options.onCycle);
  const tokens = { ...(await tokensFor(server)), page: page.token };
  return { scenario, clock, log, server, tokens, passwords };
};

/** Deadlines are stated in the product's time; on a fast clock they are stretched to stay those of the wall. */
const demoSettings = (speed: number) => ({
  gatherMs: Math.max(2 * SECOND_MS, 0.05 * SECOND_MS * speed),
  horizonSlots: 97,
  followWithinMs: Math.max(MINUTE_MS, 2 * SECOND_MS * speed),
  answerWithinMs: 3 * SECOND_MS * speed,
  steer: true,
});

/** No deadline passes sooner by the wall than in the product, so that a busy machine loses no station. */
export const demoOcpp = (speed: number) => ({
  callTimeoutMs: 10 * SECOND_MS * speed,
  bootGraceMs: 10 * SECOND_MS * speed,
  pingIntervalMs: MINUTE_MS * speed,
  handshakeTimeoutMs: 10 * SECOND_MS * speed,
  failureWindowMs: MINUTE_MS * speed,
  messagesPerSecond: Math.max(1, 50 / speed),
});

/** A busy machine answers late: a station waits for it by the wall, as the server waits for stations. */
const STATION_WAITS_MS = 30 * SECOND_MS;

const createDemoWorld = (
  { scenario, clock, server, tokens, passwords }: DemoParts,
  speed: number,
): WorldRun => {
  const { fleet } = createWireFleet({
    clock,
    stations: scenario.stations,
    endpoint: server.stationUrl.replace(/\/$/, ""),
    password: (stationId) => passwords.get(stationId) ?? "",
    answerWithinMs: STATION_WAITS_MS * speed,
  });
  const operator = gridOperator(server.url, tokens.gridOperator);
  return createWorldRun({
    scenario,
    clock,
    stations: fleet,
    meter: httpMeter(server.url, tokens.meter),
    driver: httpDriver(server.url, tokens.driver),
    onEvent: (event) => operator.post(event),
  });
};

/** The line that posts a demand-response event starting now, ready to be copied. */
const offeredEvent = async ({ server, tokens, scenario: { site } }: DemoParts): Promise<string> => {
  const programID = await gridOperator(server.url, tokens.gridOperator).program();
  const event = {
    programID,
    eventName: "evening peak",
    targets: [site.rootNodeId],
    intervalPeriod: { start: "0001-01-01", duration: "PT1H" },
    intervals: [{ id: 0, payloads: [{ type: "IMPORT_CAPACITY_LIMIT", values: [OFFERED_LIMIT_KW] }] }],
  };
  return [
    `curl -sS -X POST ${server.url}${OPENADR_PREFIX}/events \\`,
    `  -H 'Authorization: Bearer ${tokens.gridOperator}' \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '${JSON.stringify(event)}'`,
  ].join("\n");
};
