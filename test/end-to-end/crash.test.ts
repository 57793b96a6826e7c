import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { OcppVersion } from "../../src/domain/fleet.js";
import type { Session } from "../../src/domain/session.js";
import { HOUR_MS } from "../../src/domain/units.js";
import { PacedClock } from "../../src/ports/clock.js";
import { openStore } from "../../src/store/open-store.js";
import { createWireFleet } from "../../sims/index.js";
import type { SimFleet } from "../../sims/station/fleet.js";
import type { Visit } from "../../sims/world/visit.js";
import { batteryOf, carOf, visitOf } from "../fixtures/visits.js";
import { faultsIn, type Metered } from "./meters.js";
import {
  finished,
  freePort,
  isUp,
  PASSED_FILE,
  pause,
  run,
  temporaryFolder,
  writeConfig,
  youxu,
} from "./served.js";

const STATIONS = 12;
const PASSWORD = "0123456789abcdef0123456789abcdef";
/** The stations' clock: their hour takes as long as all the restarts do. */
const SPEED = 72;
/** Wall time that all of it may take. */
const MOST_MS = 600_000;
/** A server that is busy on a busy machine is waited for by the wall, as long as by a real station. */
const ANSWER_WITHIN_MS = 30_000 * SPEED;
const VERSIONS: readonly OcppVersion[] = ["1.6", "2.0.1", "2.1"];
// 346 kW, so that a stay of a second has watt-hours to lose.
const EVSE = { evseId: 1, phases: 3 as const, voltageV: 230, minA: 6, maxA: 500, maxDischargeKw: 0 };
const ids = Array.from({ length: STATIONS }, (_, index) => `pile-${index + 1}`);

const siteFile = (port: number): string => `
server: { host: 127.0.0.1, port: ${port} }
sites:
  - id: busy
    timeZone: Asia/Shanghai
    currency: CNY
    nodes: [{ id: grid, importLimitKw: 5000 }]
    tariff: flat
    stations:
${ids.map((id) => `      - { id: ${id}, password: ${PASSWORD}, evses: [{ phases: 3, voltageV: 230, minA: 6, maxA: 500 }] }`).join("\n")}
    defaults: { departureTime: "07:30", energyNeedKwh: 60 }
tariffs:
  - id: flat
    currency: CNY
    timeZone: Asia/Shanghai
    source: { document: test, date: "2026" }
    seasons:
      - name: all
        months: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
        days:
          - dayTypes: [workday, weekend, holiday]
            periods: [{ from: "00:00", to: "24:00", kind: flat, pricePerKwh: 0.5 }]
`;

const visit = (stationId: string, count: number, nowMs: number): Visit =>
  visitOf({
    id: `${stationId}/${count}`,
    stationId,
    idToken: `card-${stationId}`,
    arriveMs: nowMs,
    departMs: nowMs + HOUR_MS,
    energyNeedKwh: 60,
    car: carOf({
      phases: 3,
      maxChargeKw: 346,
      battery: batteryOf({ capacityKwh: 100, energyKwh: 10 }),
    }),
  });

const folder = temporaryFolder();
const metered: Metered[] = [];
let sessions: readonly Session[] = [];
let quarantined = 0;
let dropped = 0;
let restarts = 0;
/** Points at which a server died. */
const reached = new Set<string>();
let busyMs = 0;

/** Cars come and go at random until told to stop; the meters are read as the stations show them. */
const busyHour = (fleet: SimFleet, clock: PacedClock) => {
  const opened = new Map<string, number>();
  const counts = new Map<string, number>();
  const register = (id: string): number => {
    fleet.settle();
    return Math.round(fleet.stations.get(id)?.model().importedWh ?? 0);
  };
  const plug = (id: string): void => {
    const count = (counts.get(id) ?? 0) + 1;
    counts.set(id, count);
    opened.set(id, register(id));
    fleet.stations.get(id)?.plug(visit(id, count, clock.now()));
  };
  const unplug = (id: string): void => {
    const station = fleet.stations.get(id);
    const before = opened.get(id);
    if (station === undefined || before === undefined || station.model().transaction === null) return;
    station.unplug();
    opened.delete(id);
    metered.push({ stationId: id, energyWh: register(id) - before });
  };
  let turn = 0;
  const timer = setInterval(() => {
    const id = ids[(turn++ * 7) % ids.length] ?? "pile-1";
    if (opened.has(id)) unplug(id);
    else plug(id);
    for (const station of fleet.stations.values()) station.sample("periodic");
  }, 120);
  return {
    stop: () => clearInterval(timer),
    /** Every car leaves that charges; true when none is left. */
    leave: (): boolean => {
      for (const id of opened.keys()) unplug(id);
      return opened.size === 0;
    },
  };
};

/** What an operator asks now of one station, now of another, so that every server writes it. */
const ASKED = {
  "1.6": [{ kind: "read-settings" }, { kind: "get-composite", evseId: 1 }],
  "2.x": [
    { kind: "read-settings", names: ["SampledDataCtrlr.TxUpdatedInterval"] },
    { kind: "report-settings", inventory: "configuration" },
    { kind: "get-composite", evseId: 1 },
  ],
} as const;

/** Asks whatever server is there; one that dies meanwhile, or is not up, does not answer. */
const operatorAsks = (port: number, token: string): (() => void) => {
  let turn = 0;
  const timer = setInterval(() => {
    const index = turn++ % STATIONS;
    const asked = ASKED[VERSIONS[index % VERSIONS.length] === "1.6" ? "1.6" : "2.x"];
    const url = `http://127.0.0.1:${port}/api/v1/stations/${ids[index]}/commands`;
    void fetch(url, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(asked[Math.floor(turn / STATIONS) % asked.length]),
    }).then(
      (answer) => answer.arrayBuffer().catch(() => undefined),
      () => undefined,
    );
  }, 150);
  return () => clearInterval(timer);
};

/** The server now running, so that a failed test leaves none behind. */
let running: ChildProcess | null = null;

/** Where a process may die: around what makes a message durable, and at each kind that every server writes here. */
const POINTS: readonly string[] = [
  // Each station boots once in its life: in the first of the server's, or after a boot that was not answered.
  "before-answer.BootNotification",
  "before-call.GetConfiguration",
  "before-call.GetVariables",
  "before-commit",
  "after-commit",
  "before-answer.StartTransaction",
  "after-answer.StartTransaction",
  "before-answer.TransactionEvent",
  "after-answer.TransactionEvent",
  "before-answer.StopTransaction",
  "after-answer.StopTransaction",
  "before-call.SetChargingProfile",
  "after-call.SetChargingProfile",
  "before-answer.MeterValues",
  "before-answer.StatusNotification",
  "before-answer.Authorize",
  "before-answer.NotifyEVChargingNeeds",
  "before-call.TriggerMessage",
  "before-call.GetBaseReport",
  "before-answer.NotifyReport",
  "before-call.GetCompositeSchedule",
];
/** Written in some lives only: a profile is cleared where its id is no longer ours, or a correction is to end early. */
const SELDOM: ReadonlySet<string> = new Set(["call.ClearChargingProfile"]);
const KILLS = POINTS.length;
const kindOf = (point: string): string => point.replace(/^(before|after)-/, "");
/** A server that did not come to its point within this is killed where it is. */
const MOST_WAIT_MS = 120_000;

const killAgainAndAgain = async (port: number): Promise<ChildProcess> => {
  const start = async (failpoint: string | null): Promise<ChildProcess> => {
    const child = youxu(["serve", "--quiet"], folder.path, failpoint);
    running = child;
    child.stdout?.resume();
    child.stderr?.resume();
    return child;
  };
  for (let kill = 0; kill < KILLS; kill++) {
    const point = POINTS[kill] ?? "";
    const server = await start(`${point}:${1 + ((kill * 37) % (/commit|Meter|Event/.test(point) ? 40 : 3))}`);
    const gone = finished(server);
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      server.kill("SIGKILL");
    }, MOST_WAIT_MS);
    await gone;
    clearTimeout(timer);
    if (server.signalCode === "SIGKILL") restarts += 1;
    if (!isLate) reached.add(point);
  }
  const server = await start(null);
  await isUp(port);
  return server;
};

beforeAll(async () => {
  const port = await freePort();
  writeConfig(folder.path, siteFile(port));
  const token = (await run(["token", "add", "operator"], folder.path)).stdout.trim();
  // So far back that the stations' clock stays behind the server's, however long all this takes.
  const startMs = Date.now() - MOST_MS * SPEED;
  const clock = new PacedClock({ startMs, speed: SPEED });
  const { fleet } = createWireFleet({
    clock,
    stations: ids.map((stationId, index) => ({
      stationId,
      version: VERSIONS[index % VERSIONS.length] ?? "1.6",
      evse: EVSE,
      atMs: clock.now(),
    })),
    endpoint: `ws://127.0.0.1:${port}/ocpp`,
    password: () => PASSWORD,
    answerWithinMs: ANSWER_WITHIN_MS,
  });
  fleet.start();
  const hour = busyHour(fleet, clock);
  const stopAsking = operatorAsks(port, token);
  const server = await killAgainAndAgain(port);
  stopAsking();
  while (clock.now() < startMs + HOUR_MS) await pause(100);
  hour.stop();
  busyMs = clock.now() - startMs;
  const delivered = (): boolean =>
    [...fleet.stations.values()].every((station) => station.backlog().waiting === 0 && station.connected());
  for (let tries = 0; tries < 1_200 && !(hour.leave() && delivered()); tries++) await pause(100);
  expect(delivered()).toBe(true);
  dropped = [...fleet.stations.values()].reduce((total, station) => total + station.backlog().dropped, 0);
  await fleet.stop();
  const gone = finished(server);
  server.kill("SIGTERM");
  await gone;
  const store = await openStore({ path: join(folder.path, "youxu.db") });
  sessions = await store.ledger.sessionsBetween(0, Number.MAX_SAFE_INTEGER);
  quarantined = (await store.ledger.quarantined()).length;
  await store.close();
}, MOST_MS);

afterAll(() => {
  running?.kill("SIGKILL");
  folder.remove();
});

describe("a server killed again and again during a busy hour", () => {
  it("was killed around commits and each kind of message that it writes, and came back, while cars came and went", () => {
    expect([...reached].toSorted()).toEqual(POINTS.toSorted());
    const passed = readFileSync(join(folder.path, PASSED_FILE), "utf8").split("\n").filter(Boolean);
    const died = new Set(POINTS.map(kindOf));
    expect(passed.map(kindOf).filter((kind) => !died.has(kind) && !SELDOM.has(kind))).toEqual([]);
    expect([restarts, metered.length > 2 * KILLS, busyMs >= HOUR_MS]).toEqual([KILLS, true, true]);
  });

  it("lost no transaction and doubled none, and bills each as its station metered it, to the watt-hour", () => {
    expect(faultsIn(sessions, metered)).toEqual([]);
    expect([quarantined, dropped]).toEqual([0, 0]);
    expect(metered.reduce((total, { energyWh }) => total + energyWh, 0)).toBeGreaterThan(1_000);
  });

  it("and a stay that was lost, doubled or a watt-hour off would have been seen", () => {
    const last = sessions.at(-1) ?? expect.fail("nothing was charged");
    const others = sessions.slice(0, -1);
    const off = { ...last, importedKwh: last.importedKwh + 0.001 };
    for (const planted of [others, [...sessions, last], [...others, off]])
      expect(faultsIn(planted, metered)).toHaveLength(1);
  });
});
