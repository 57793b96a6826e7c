import { createHash } from "node:crypto";
import { VirtualClock } from "../ports/clock.js";
import { createMemoryDocuments } from "../ports/documents-memory.js";
import { createMemoryLedger } from "../ports/ledger-memory.js";
import { createMemoryTelemetry } from "../ports/telemetry-memory.js";
import {
  createWireFleet,
  createWorldRun,
  runLockStep,
  type Scenario,
  sharingApp,
  simEventId,
} from "../../sims/index.js";
import { gridOperator, httpDriver, httpMeter, tokensFor } from "./http-clients.js";
import { createLog } from "./logging.js";
import { startServer, type RunningServer } from "./server.js";
import { type Ran, type RunParts, simulationSettings } from "./simulate.js";

/** The virtual stations' discharging profiles end after this long offline, in both modes. */
const MAX_OFFLINE_S = 300;

/** The password of a virtual station in a simulation: any stable one will do. */
const simPassword = (stationId: string): string =>
  createHash("sha256").update(`simulation ${stationId}`).digest("hex").slice(0, 32);

/** The same scenario over real websockets and HTTP on loopback, in lock step with the virtual clock. */
export const runWire = async (parts: RunParts): Promise<Ran> => {
  const { scenario } = parts;
  const clock = new VirtualClock(scenario.startMs);
  const server = await startSimulationServer(parts, clock);
  try {
    server.control.onCycle(parts.onCycle);
    const world = await createWireWorld(scenario, clock, server);
    world.start();
    await runLockStep({
      clock,
      untilMs: scenario.endMs,
      idle: () => world.idle() && (server.idle() || server.central.stalled((id) => world.owesAnswer(id))),
      busy: () => [...world.busy(), ...(server.idle() ? [] : ["central system"])],
    });
    await world.stop();
    return { world, control: server.control };
  } finally {
    await server.close();
  }
};

const startSimulationServer = ({ scenario, signals, planner, policy }: RunParts, clock: VirtualClock) => {
  let events = 0;
  return startServer({
    clock,
    sites: [scenario.site],
    ...signals,
    store: {
      ledger: createMemoryLedger(),
      telemetry: createMemoryTelemetry(),
      documents: createMemoryDocuments(),
    },
    policy: planner,
    settings: simulationSettings(policy),
    ocpp: { pingIntervalMs: null, maxOfflineDurationS: MAX_OFFLINE_S },
    idTokens: null,
    secret: "a simulation keeps no secrets, but needs one of 32 bytes",
    stationPasswords: new Map(scenario.stations.map(({ stationId }) => [stationId, simPassword(stationId)])),
    clients: [],
    listen: { host: "127.0.0.1", port: 0 },
    openPage: null,
    log: createLog("silent"),
    newId: () => simEventId(events++),
    random: () => 0.5,
  });
};

const createWireWorld = async (scenario: Scenario, clock: VirtualClock, server: RunningServer) => {
  const { fleet } = createWireFleet({
    clock,
    stations: scenario.stations,
    endpoint: server.stationUrl.replace(/\/$/, ""),
    password: simPassword,
    connectedAtServer: () => ({
      has: (stationId) => server.central.connectionOf(stationId) !== null,
      changes: server.central.changes(),
    }),
  });
  const tokens = await tokensFor(server);
  const operator = gridOperator(server.url, tokens.gridOperator);
  const world = createWorldRun({
    scenario,
    clock,
    stations: fleet,
    meter: httpMeter(server.url, tokens.meter),
    driver: httpDriver(server.url, tokens.driver),
    sharing: sharingApp(server.control.sharing, scenario.site.id),
    onEvent: (event) => operator.post(event),
  });
  return world;
};
