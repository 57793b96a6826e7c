import { type Bench, type BenchRow, median } from "./bench.js";
import { settled, startBare, startOwn, startStations } from "./csms/pair.js";
import type { Responded } from "./csms/own-server.js";
import { PASSWORD } from "./csms/sites.js";

/**
 * From an event posted over HTTP to the last profile confirmed, many sites of forty stations on one process;
 * beside it a bare server that sends a ready-made profile to as many stations at once.
 */
export const fanout: Bench = async ({ quick, say }) => {
  const count = quick ? 400 : 10_000;
  const rounds = quick ? 1 : 3;
  const own = startOwn(count, "steer");
  const stations = startStations();
  say(`${count} stations connect and begin to charge`);
  const place = { count, version: "2.0.1" as const, atOnce: 50 };
  await stations.ask("connect", { ...place, url: await own.ask("listen"), password: PASSWORD });
  await stations.ask("load", { kind: "boot", perStation: 1 });
  await stations.ask("load", { kind: "begin", perStation: 1 });
  await settled(own);
  const runs: Responded[] = [];
  // The first loads the solver and counts for nothing.
  for (let round = 0; round <= rounds; round += 1) {
    say(round === 0 ? "an event before" : `event ${round} of ${rounds}`);
    const run = await own.ask("respond", { shareOfLimit: 0.3 - 0.05 * round });
    if (round > 0) runs.push(run);
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
  const of = (part: keyof Responded): number => median(runs.map((run) => run[part]));
  /** Processor time of a profile, without that of the plan and of its cutting into schedules. */
  const ownUs = median(runs.map((run) => ((run.cpuMs - run.planMs - run.dispatchMs) * 1_000) / run.profiles));
  const bareUs = (median(cpuMs.slice(1)) * 1_000) / count;
  const row: BenchRow = {
    stations: count,
    runs: rounds,
    profiles: of("profiles"),
    rejected: of("rejected"),
    totalMs: of("totalMs"),
    cpuMs: of("cpuMs"),
    planMs: of("planMs"),
    dispatchMs: of("dispatchMs"),
    longestTransportMs: of("longestTransportMs"),
    bareFanoutMs: median(alone.slice(1)),
    transportUsPerProfile: ownUs,
    bareUsPerProfile: bareUs,
    transportRatio: ownUs / bareUs,
  };
  return [row];
};

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
