import { type Bench, median } from "./bench.js";
import { settled, startBare, startOwn, startStations } from "./csms/pair.js";
import type { Responded } from "./csms/own-server.js";
import { PASSWORD } from "./csms/sites.js";

/**
 * From an event posted over HTTP to the last profile confirmed, many sites of forty stations on one process;
 * beside it a bare server that sends a ready-made profile to as many stations at once.
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
  await stations.end();
  await own.ask("close");
  await own.end();
  const bare = startBare("2.0.1");
  const others = startStations();
  await others.ask("connect", { ...place, url: await bare.ask("listen"), password: null });
  const alone: number[] = [];
  const cpuMs: number[] = [];
  // The first round warms up, as the boots of ours do.
  for (let round = 0; round <= rounds; round += 1) {
    const before = await bare.ask("cost", { collect: false });
    alone.push(await bare.ask("callAll", { action: "SetChargingProfile", payload: BARE_PROFILE, rounds: 1 }));
    cpuMs.push((await bare.ask("cost", { collect: false })).cpuMs - before.cpuMs);
  }
  await others.end();
  await bare.ask("close");
  await bare.end();
  const of = (part: keyof Run): number => median(runs.map((run) => run[part]));
  /** With the plans: the wall's time of each is known, not the processor's. What a profile alone costs `csms` tells. */
  const ownUs = median(runs.map((run) => (run.cpuMs * 1_000) / run.profiles));
  const bareUs = (median(cpuMs.slice(1)) * 1_000) / count;
  return [
    { what: `stations, ${runs.length} events in a row`, own: count, bare: count },
    { what: "profiles of an event", own: of("profiles"), bare: count },
    { what: "profiles not taken", own: of("rejected"), bare: 0 },
    { what: "event posted → post answered, ms", own: of("postedMs") },
    { what: "event posted → first site planned, after 2 s of gathering, ms", own: of("firstPlanMs") },
    { what: "event posted → first profile confirmed, ms", own: of("firstProfileMs") },
    { what: "event posted → last site planned, ms", own: of("lastPlanMs") },
    { what: "event posted → last profile confirmed, ms", own: of("lastProfileMs") },
    { what: "event posted → all answers taken, ms", own: of("totalMs"), bare: median(alone.slice(1)) },
    { what: "all plans, ms", own: of("planMs") },
    { what: "cutting them into schedules, ms", own: of("dispatchMs") },
    { what: "longest transport of a site, ms", own: of("longestTransportMs") },
    { what: "processor time, ms", own: of("cpuMs"), bare: median(cpuMs.slice(1)) },
    {
      what: "processor time of a profile, plans and all, µs",
      own: ownUs,
      bare: bareUs,
      ratio: ownUs / bareUs,
    },
  ];
};

interface Run extends Responded {
  readonly firstProfileMs: number;
  readonly lastProfileMs: number;
}

const BARE_PROFILE = {
  evseId: 1,
  chargingProfile: {
    id: 1,
    stackLevel: 1,
    chargingProfilePurpose: "TxProfile",
    chargingProfileKind: "Absolute",
    transactionId: "t-1",
    chargingSchedule: [
      {
        id: 1,
        chargingRateUnit: "A",
        startSchedule: "2026-01-14T00:00:00.000Z",
        duration: 86_400,
        chargingSchedulePeriod: Array.from({ length: 6 }, (_, index) => ({
          startPeriod: index * 3_600,
          limit: 6 + index,
        })),
      },
    ],
  },
};
