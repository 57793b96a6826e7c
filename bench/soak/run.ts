import type { Session } from "../../src/domain/session.js";
import { HOUR_MS, SECOND_MS } from "../../src/domain/units.js";
import { runLockStep } from "../../sims/index.js";
import { cost } from "../csms/cost.js";
import { serveParty } from "../csms/party.js";
import {
  judgeSite,
  judgeStation,
  type SiteVerdict,
  type StationVerdict,
  watchTransactions,
} from "./checker.js";
import { soakScenarios } from "./scenario.js";
import { type SoakSize, START_MS } from "./size.js";
import { openSoak, type SoakWorld } from "./world.js";

/** One simulated hour. */
export interface SoakHour {
  readonly heapMiB: number;
  readonly rssMiB: number;
  readonly wallS: number;
  readonly cpuS: number;
  /** Sockets, timers and files that the process holds. */
  readonly handles: number;
  readonly plans: number;
  readonly schedules: number;
}

/** What the loop has done since the beginning. */
interface Tally {
  plans: number;
  schedules: number;
}

export interface SoakResult {
  readonly hours: readonly SoakHour[];
  readonly sites: readonly SiteVerdict[];
  readonly stations: readonly StationVerdict[];
  readonly quarantined: number;
  readonly dropped: number;
  readonly violations: readonly string[];
  /** What failed at the drivers' apps or in posting. */
  readonly failures: readonly string[];
}

const MEBI = 2 ** 20;
/** Sites begin one after the other: a reconnect storm is measured elsewhere. */
const APART_MS = SECOND_MS;

const soak = async (size: SoakSize): Promise<SoakResult> => {
  const world = await openSoak(soakScenarios(size), size);
  try {
    const transactions = world.sites.map(({ fleet }) => watchTransactions(fleet));
    world.sites.forEach((site, index) => void world.clock.after(index * APART_MS, () => site.world.start()));
    const hours: SoakHour[] = [];
    const tally: Tally = { plans: 0, schedules: 0 };
    world.server.control.onCycle(({ commands }) => {
      tally.plans += 1;
      tally.schedules += commands;
    });
    for (let hour = 1; hour <= size.hours; hour += 1) {
      hours.push(await playHour(world, { untilMs: START_MS + hour * HOUR_MS, tally }));
      tell(hour, hours.at(-1));
    }
    return { hours, ...(await judge(world, transactions)) };
  } finally {
    await world.close();
  }
};

const playHour = async (
  { clock, idle, busy }: SoakWorld,
  { untilMs, tally }: { readonly untilMs: number; readonly tally: Tally },
): Promise<SoakHour> => {
  const before = { ...tally };
  const beganMs = performance.now();
  const { cpuMs: cpuBeforeMs } = await cost({ collect: false });
  await runLockStep({ clock, untilMs, idle, busy, patienceMs: 120_000 });
  const wallS = (performance.now() - beganMs) / SECOND_MS;
  const { cpuMs } = await cost({ collect: false });
  const { heapBytes, rssBytes } = await cost({ collect: true });
  return {
    heapMiB: heapBytes / MEBI,
    rssMiB: rssBytes / MEBI,
    wallS,
    cpuS: (cpuMs - cpuBeforeMs) / SECOND_MS,
    handles: process.getActiveResourcesInfo().length,
    plans: tally.plans - before.plans,
    schedules: tally.schedules - before.schedules,
  };
};

const tell = (hour: number, row: SoakHour | undefined): void => {
  if (row === undefined) return;
  const { heapMiB, rssMiB, wallS, cpuS, handles, plans, schedules } = row;
  console.error(
    `hour ${hour}: ${wallS.toFixed(1)} s, processor ${cpuS.toFixed(1)} s, ${plans} plans, ${schedules} schedules, ` +
      `heap ${heapMiB.toFixed(1)} of ${rssMiB.toFixed(0)} MiB, ${handles} handles`,
  );
};

const byStation = (sessions: readonly Session[]): ReadonlyMap<string, readonly Session[]> => {
  const found = new Map<string, Session[]>();
  for (const session of sessions)
    found.set(session.stationId, [...(found.get(session.stationId) ?? []), session]);
  return found;
};

const judge = async (
  { sites, server, store, failures }: SoakWorld,
  transactions: readonly ReturnType<typeof watchTransactions>[],
): Promise<Omit<SoakResult, "hours">> => {
  const kept = byStation(await store.ledger.sessionsBetween(0, Number.MAX_SAFE_INTEGER));
  const stations = sites.flatMap(({ scenario, fleet }, index) =>
    scenario.stations.map((spec) =>
      judgeStation(spec, {
        begun: transactions[index]?.of(spec.stationId) ?? new Set(),
        trueKwh: (fleet.stations.get(spec.stationId)?.model().importedWh ?? NaN) / 1000,
        backKwh: (fleet.stations.get(spec.stationId)?.model().exportedWh ?? NaN) / 1000,
        sessions: kept.get(spec.stationId) ?? [],
      }),
    ),
  );
  return {
    stations,
    sites: sites.map(({ scenario, world, excess }) => judgeSite(scenario, world.truth(), excess)),
    quarantined: server.control.readings().quarantined,
    dropped: sites
      .flatMap(({ fleet }) => [...fleet.stations.values()])
      .reduce((total, station) => total + station.backlog().dropped, 0),
    failures: failures(),
    violations: sites.flatMap(({ violations }) => violations()),
  };
};

const skills = { soak };
export type SoakSkills = typeof skills;

if (process.send !== undefined) serveParty(skills);
