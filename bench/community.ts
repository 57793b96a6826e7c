import { fixedPriceTables } from "../src/ports/price-tables.js";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "../src/app/server.js";
import { gridOperator, tokensFor } from "../src/app/http-clients.js";
import { createLog } from "../src/app/logging.js";
import { policyByName } from "../src/app/policies.js";
import { OPTIMIZER } from "../src/app/policy-names.js";
import type { CycleRecord } from "../src/control/contract.js";
import type { OcppVersion } from "../src/domain/fleet.js";
import { HOUR_MS } from "../src/domain/units.js";
import { WallClock } from "../src/ports/clock.js";
import { openStore } from "../src/store/open-store.js";
import { PASSWORD, RATED_KW, siteOf } from "./csms/sites.js";
import { createWireFleet } from "../sims/index.js";
import type { Visit } from "../sims/world/visit.js";
import { batteryOf, carOf, visitOf } from "../test/fixtures/visits.js";
import { flatTariff } from "../test/signals/tables.js";

const VERSIONS: readonly OcppVersion[] = ["1.6", "2.0.1", "2.1"];
const GATHER_MS = 2_000;

export interface Response {
  readonly totalMs: number;
  readonly gatherMs: number;
  readonly planMs: number;
  readonly dispatchMs: number;
  readonly transportMs: number;
  readonly profiles: number;
}

export interface Community {
  /** Posts an event that bends the plan, and measures until the last profile is confirmed. */
  respond(run: number): Promise<Response>;
  close(): Promise<void>;
}

/** A server on the wall clock with so many stations over loopback websockets, a car charging at each. */
export const openCommunity = async (stations: number): Promise<Community> => {
  const ids = Array.from({ length: stations }, (_, index) => `b-${String(index + 1).padStart(4, "0")}`);
  const site = siteOf("bench", ids);
  const folder = await mkdtemp(join(tmpdir(), "youxu-bench-"));
  const store = await openStore({ path: join(folder, "youxu.db") });
  const clock = new WallClock();
  const server = await startServer({
    clock,
    sites: [site],
    tariffs: [flatTariff("UTC", 0.5)],
    prices: fixedPriceTables([]),
    store,
    policy: await policyByName(OPTIMIZER, 30_000),
    settings: {
      gatherMs: GATHER_MS,
      horizonSlots: 97,
      followWithinMs: 60_000,
      answerWithinMs: 3_000,
      steer: true,
    },
    ocpp: {},
    idTokens: null,
    secret: PASSWORD,
    stationPasswords: new Map(site.stations.map(({ id }) => [id, PASSWORD])),
    clients: [],
    listen: { host: "127.0.0.1", port: 0 },
    openPage: null,
    log: createLog("silent"),
  });
  const { fleet } = createWireFleet({
    clock,
    stations: site.stations.map(({ id, evses }, index) => ({
      stationId: id,
      version: VERSIONS[index % VERSIONS.length] ?? "1.6",
      evse: evses[0]!,
      atMs: clock.now(),
    })),
    endpoint: server.stationUrl.replace(/\/$/, ""),
    password: () => PASSWORD,
  });
  const cycles: CycleRecord[] = [];
  let onCycle: (record: CycleRecord) => void = (record) => cycles.push(record);
  server.control.onCycle((record) => onCycle(record));
  fleet.start();
  for (const [index, station] of [...fleet.stations.values()].entries())
    station.plug(carAt(station.id, index, clock.now()));
  await steady(
    () => fleet.idle() && server.idle() && server.control.stations().every(({ session }) => session !== null),
  );
  const operator = gridOperator(server.url, (await tokensFor(server)).gridOperator);

  const respond = async (run: number): Promise<Response> => {
    await steady(() => fleet.idle() && server.idle());
    const value = Math.round(stations * RATED_KW * (run % 2 === 0 ? 0.3 : 0.2));
    const answered = new Promise<CycleRecord>((resolve) => {
      onCycle = (record) => (record.causes.includes("event") ? resolve(record) : undefined);
    });
    const postedMs = performance.now();
    const nowMs = clock.now();
    await operator.post({
      postMs: nowMs,
      type: "IMPORT_CAPACITY_LIMIT",
      value,
      nodeIds: [site.rootNodeId],
      startMs: nowMs,
      startsNow: true,
      endMs: nowMs + HOUR_MS,
    });
    const { wall, commands } = await answered;
    const totalMs = performance.now() - postedMs;
    const { planMs, dispatchMs, transportMs } = wall;
    return {
      totalMs,
      gatherMs: totalMs - planMs - dispatchMs - transportMs,
      planMs,
      dispatchMs,
      transportMs,
      profiles: commands,
    };
  };

  return {
    respond,
    close: async () => {
      await fleet.stop();
      await server.close();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/** Waits until a state holds and the gathering delay has passed with it; gives up after a minute. */
const steady = async (holds: () => boolean): Promise<void> => {
  let sinceMs = performance.now();
  const untilMs = sinceMs + 60_000;
  while (performance.now() - sinceMs < GATHER_MS + 500) {
    if (!holds()) sinceMs = performance.now();
    if (performance.now() > untilMs) throw new Error("the community did not come to rest within a minute");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

/** Cars with unlike needs, so that the plan has something to choose. */
const carAt = (stationId: string, index: number, nowMs: number): Visit => {
  const energyNeedKwh = 20 + (index % 7) * 5;
  return visitOf({
    id: `v-${stationId}`,
    stationId,
    arriveMs: nowMs,
    departMs: nowMs + 10 * HOUR_MS,
    energyNeedKwh,
    preference: {
      profileType: "REGULAR",
      departureMs: nowMs + (6 + (index % 5)) * HOUR_MS,
      energyNeedKwh,
      dischargeAllowed: false,
      reserveKwh: null,
      maxDischargeKwh: null,
    },
    car: carOf({ battery: batteryOf({ capacityKwh: 80 }) }),
  });
};
