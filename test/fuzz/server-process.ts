/**
 * A central system in a process of its own, to be attacked: it tells its port, and what it looks like inside
 * whenever it is asked. Its first argument is the plant, for tests of the detector.
 */
import { createServer } from "node:http";
import { createFleetKeeper } from "../../src/control/fleet-keeper.js";
import { createCentralSystem } from "../../src/ocpp/index.js";
import { WallClock } from "../../src/ports/clock.js";
import type { FleetGateway } from "../../src/ports/fleet-gateway.js";
import { createMemoryLedger } from "../../src/ports/ledger-memory.js";
import { PASSWORD } from "../ocpp/harness.js";
import { planted, plantNamed } from "./plants.js";

const faults: string[] = [];
process.on("unhandledRejection", (reason) => void faults.push(`unhandled rejection: ${String(reason)}`));

const ledger = createMemoryLedger();
const keeper = createFleetKeeper(
  ledger,
  () => undefined,
  (error) => void faults.push(`the ledger failed: ${String(error)}`),
);
const plain: FleetGateway = {
  report: (event) => keeper.apply(event),
  record: (event) => keeper.record(event),
  keepAside: (message, { why }) => ledger.keepAside(message, why),
  freed: (vacancy) => keeper.freed(vacancy),
  openSessions: (stationId) =>
    [...(keeper.station(stationId)?.evses.values() ?? [])].flatMap(({ session }) => session ?? []),
  presentCorrection: () => null,
  authorize: async () => ({ status: "Accepted", groupId: null, expiresMs: null, language: null }),
};
const server = createServer();
const central = createCentralSystem({
  clock: new WallClock(),
  gateway: planted(plantNamed(process.argv[2]), { gateway: plain, server }),
  registry: { authenticate: (_, password) => Promise.resolve(password?.toString() === PASSWORD) },
  log: {
    info: () => undefined,
    warn: () => undefined,
    error: (fields, message) => void faults.push(`${message} ${JSON.stringify(fields)}`),
  },
  settings: { pingIntervalMs: null, messageLogBytes: 1_000_000 },
  evseElectrics: () => ({ voltageV: 230, phases: 3 }),
});
central.attach(server);

const counted = (): string[] =>
  central
    .connections()
    .flatMap(({ counters }) =>
      "fault" in counters ? [`a fault of ours at ${JSON.stringify(counters)}`] : [],
    );

process.on("message", (wanted: { readonly collect: boolean }) => {
  void (async () => {
    if (wanted.collect) globalThis.gc?.();
    const sessions = await ledger.sessionsBetween(0, Number.MAX_SAFE_INTEGER);
    const witness = sessions.find(({ stationId }) => stationId === "WITNESS");
    const running = keeper.station("WITNESS")?.evses.get(1)?.session ?? null;
    process.send?.({
      faults: [...faults, ...counted()],
      heapBytes: process.memoryUsage().heapUsed,
      witnessWh: Math.round((witness?.importedKwh ?? 0) * 1_000),
      isWitnessRunning: running !== null && running.id === witness?.id,
    });
  })();
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.({ port: typeof address === "object" && address !== null ? address.port : 0 });
});
