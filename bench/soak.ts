import { sum } from "../src/domain/units.js";
import type { Bench, BenchRow } from "./bench.js";
import { startParty } from "./csms/party.js";
import type { SoakResult, SoakSkills } from "./soak/run.js";
import type { SoakSize } from "./soak/size.js";
import { slope } from "./soak/slope.js";

const QUICK: SoakSize = { stations: 40, hours: 3, seed: 1 };
const WHOLE: SoakSize = { stations: 2_000, hours: 24, seed: 1 };

/** Of another size than usual: SOAK_STATIONS, SOAK_HOURS, SOAK_SEED. */
const stated = (usual: SoakSize): SoakSize => ({
  stations: Number(process.env["SOAK_STATIONS"] ?? usual.stations),
  hours: Number(process.env["SOAK_HOURS"] ?? usual.hours),
  seed: Number(process.env["SOAK_SEED"] ?? usual.seed),
});

/** Hours in which everything begins: sites, first plans, tables of what is learnt. */
const WARM_HOURS = 3;

/**
 * Hours of many stations with every fault of the field drawn at random, held against what really happened:
 * the limits by the stations' true power, the ledger by their own meters, the memory after each hour.
 */
export const soak: Bench = async ({ quick, say }) => {
  const size = stated(quick ? QUICK : WHOLE);
  say(`${size.stations} stations for ${size.hours} simulated hours, seed ${size.seed}`);
  const party = startParty<SoakSkills>(new URL("./soak/run.js", import.meta.url), {
    nodeArgs: ["--expose-gc", "--max-old-space-size=8192"],
  });
  try {
    const result = await party.ask("soak", size);
    for (const line of oddities(result)) say(line);
    return [rowOf(size, result)];
  } finally {
    await party.end();
  }
};

const unexcused = ({ breachS, excusedS }: SoakResult["sites"][number]): number =>
  Math.max(0, breachS - excusedS);

const rowOf = (size: SoakSize, { hours, sites, stations, ...result }: SoakResult): BenchRow => {
  const heaps = hours.slice(hours.length > 2 * WARM_HOURS ? WARM_HOURS : 0).map(({ heapMiB }) => heapMiB);
  return {
    ...size,
    wallS: sum(hours.map(({ wallS }) => wallS)),
    plans: sum(hours.map(({ plans }) => plans)),
    schedules: sum(hours.map(({ schedules }) => schedules)),
    transactions: sum(stations.map(({ begun }) => begun)),
    lost: sum(stations.map(({ begun, kept }) => Math.max(0, begun - kept))),
    twice: sum(stations.map(({ begun, kept }) => Math.max(0, kept - begun))),
    trueKwh: sum(stations.map(({ trueKwh }) => trueKwh)),
    wrongKwh: sum(stations.map(({ wrongKwh }) => wrongKwh ?? 0)),
    dropped: result.dropped,
    quarantined: result.quarantined,
    schemaViolations: result.violations.length,
    sitesAboveLimit: sites.filter(({ breachS }) => breachS > 0).length,
    aboveLimitS: sum(sites.map(({ breachS }) => breachS)),
    longestS: Math.max(...sites.map(({ longestS }) => longestS)),
    mostKw: Math.max(...sites.map(({ mostKw }) => mostKw)),
    unexcusedS: sum(sites.map(unexcused)),
    heapMiB: heaps.at(-1) ?? NaN,
    heapMiBPerHour: slope(heaps),
  };
};

/** What a person wants to look at. */
const oddities = ({ sites, stations, violations }: SoakResult): string[] => [
  ...violations.slice(0, 10),
  ...sites.filter((site) => unexcused(site) > 0).map((site) => JSON.stringify(site)),
  ...stations
    .filter(({ begun, kept, wrongKwh }) => begun !== kept || (wrongKwh ?? 0) > 0)
    .slice(0, 40)
    .map((station) => JSON.stringify(station)),
];
