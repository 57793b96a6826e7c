import { DEFAULT_CENTRAL_SETTINGS } from "../src/ocpp/settings.js";
import { type Bench, type BenchRow, median, ratioRow } from "./bench.js";
import { identityOf } from "./csms/identity.js";
import { settled, startBare, startOwn, startStations } from "./csms/pair.js";
import type { Responded } from "./csms/own-server.js";
import { PASSWORD } from "./csms/sites.js";

/**
 * From an event posted over HTTP to the last profile confirmed, many sites of forty stations on one process,
 * with its parts: the event is taken, sites plan, profiles are sent, their stations confirm them. Then what is
 * transport of it alone, beside a bare server.
 */
export const fanout: Bench = async ({ quick, say }) => {
  const count = quick ? 400 : Number(process.env["FANOUT_STATIONS"] ?? 10_000);
  const rounds = quick ? 1 : 3;
  const own = startOwn(count, "steer");
  const stations = startStations();
  say(`${count} stations connect and begin to charge`);
  const place = { count, version: "2.0.1" as const, atOnce: 50 };
  await stations.ask("connect", { ...place, url: await own.ask("listen"), password: PASSWORD });
  await stations.ask("load", { kind: "boot", perStation: 1 });
  await stations.ask("load", { kind: "begin", perStation: 1 });
  await settled(own);
  const runs: Run[] = [];
  // The first loads the solver and counts for nothing.
  for (let round = 0; round <= rounds; round += 1) {
    say(round === 0 ? "an event before" : `event ${round} of ${rounds}`);
    await stations.ask("profileTimes");
    const responded = await own.ask("respond", { shareOfLimit: 0.3 - 0.05 * round });
    const { firstMs, lastMs } = await stations.ask("profileTimes");
    const since = (ms: number | null): number => (ms ?? Number.NaN) - responded.beganMs;
    if (round > 0) runs.push({ ...responded, firstProfileMs: since(firstMs), lastProfileMs: since(lastMs) });
    await settled(own);
  }
  const transport = await compareTransport(own, { count, place, rounds: quick ? 3 : 5, say });
  await stations.end();
  await own.ask("close");
  await own.end();
  const of = (part: keyof Run): number => median(runs.map((run) => run[part]));
  /** With the plans: the wall's time of each is known, not the processor's. */
  const ownUs = median(runs.map((run) => (run.cpuMs * 1_000) / run.profiles));
  return [
    { what: `stations, ${runs.length} events in a row`, own: count, bare: count },
    { what: "profiles of an event", own: of("profiles"), bare: count },
    { what: "profiles not taken", own: of("rejected"), bare: 0 },
    { what: "take: event posted → post answered, ms", own: of("postedMs") },
    { what: "plan: event posted → first site planned, after 2 s of gathering, ms", own: of("firstPlanMs") },
    { what: "plan: event posted → last site planned, ms", own: of("lastPlanMs") },
    { what: "plan: all sites together, ms", own: of("planMs") },
    { what: "send: cutting plans into schedules, all sites together, ms", own: of("dispatchMs") },
    { what: "send: event posted → first profile confirmed, ms", own: of("firstProfileMs") },
    { what: "confirm: event posted → last profile confirmed, ms", own: of("lastProfileMs") },
    { what: "confirm: event posted → all answers taken, ms", own: of("totalMs") },
    { what: "confirm: the longest of a site, other sites' plans between, ms", own: of("longestTransportMs") },
    { what: "processor time of an event, ms", own: of("cpuMs") },
    { what: "processor time of a profile, plans and all, µs", own: ownUs },
    ...transport,
  ];
};

/** Most calls unanswered at a time, as the central system has it. */
const WINDOW = DEFAULT_CENTRAL_SETTINGS.maxCallsInFlight;
/** Rounds before those that count: the more code a side has, the later it is compiled. */
const WARM_UPS = 2;

interface Comparison {
  readonly count: number;
  readonly place: { readonly count: number; readonly version: "2.0.1"; readonly atOnce: number };
  readonly rounds: number;
  readonly say: (text: string) => void;
}

/**
 * The same ready-made profiles to all stations, without a plan: by all that a plan's schedules go through, and by a
 * server that only writes them and reads the answers; in turn, as many unanswered at a time.
 */
const compareTransport = async (
  own: ReturnType<typeof startOwn>,
  { count, place, rounds, say }: Comparison,
): Promise<BenchRow[]> => {
  const [bare, others] = [startBare("2.0.1"), startStations()];
  await others.ask("connect", { ...place, url: await bare.ask("listen"), password: null });
  const sides = {
    own: {
      cost: () => own.ask("cost", { collect: false }),
      send: (round: number) => own.ask("fanOut", { round }),
    },
    bare: {
      cost: () => bare.ask("cost", { collect: false }),
      send: async () => {
        const payload = await own.ask("lastProfile", { stationId: identityOf(0) });
        return bare.ask("callAll", { action: "SetChargingProfile", payload, rounds: 1, atOnce: WINDOW });
      },
    },
  };
  const wallMs: Sides = { own: [], bare: [] };
  const cpuUs: Sides = { own: [], bare: [] };
  for (let round = 0; round < WARM_UPS + rounds; round += 1) {
    say(
      round < WARM_UPS
        ? "ready-made profiles before"
        : `ready-made profiles ${round - WARM_UPS + 1} of ${rounds}`,
    );
    for (const name of ["own", "bare"] as const) {
      const before = await sides[name].cost();
      const tookMs = await sides[name].send(round);
      const after = await sides[name].cost();
      if (round < WARM_UPS) continue;
      wallMs[name].push(tookMs);
      cpuUs[name].push(((after.cpuMs - before.cpuMs) * 1_000) / count);
    }
  }
  await others.end();
  await bare.ask("close");
  await bare.end();
  return [
    ratioRow("transport alone, ready-made profiles: first sent → last answered, ms", wallMs.own, wallMs.bare),
    ratioRow("transport alone, ready-made profiles: CPU per profile, µs", cpuUs.own, cpuUs.bare),
  ];
};

interface Sides {
  readonly own: number[];
  readonly bare: number[];
}

interface Run extends Responded {
  readonly firstProfileMs: number;
  readonly lastProfileMs: number;
}
