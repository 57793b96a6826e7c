import { SECOND_MS, sum } from "../src/domain/units.js";
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
  // Say --cpu-prof to see where its time goes.
  const extraArgs = (process.env["SOAK_NODE_ARGS"] ?? "").split(" ").filter((arg) => arg !== "");
  const party = startParty<SoakSkills>(new URL("./soak/run.js", import.meta.url), {
    nodeArgs: ["--expose-gc", "--max-old-space-size=8192", "--max-semi-space-size=32", ...extraArgs],
  });
  try {
    const result = await party.ask("soak", size);
    for (const line of oddities(result)) say(line);
    return [rowOf(size, result)];
  } finally {
    await party.end();
  }
};

const rowOf = (size: SoakSize, { hours, sites, stations, ...result }: SoakResult): BenchRow => {
  const settled = hours.slice(hours.length > 2 * WARM_HOURS ? WARM_HOURS : 0);
  const cpuS = sum(hours.map((hour) => hour.cpuS));
  return {
    ...size,
    wallS: sum(hours.map(({ wallS }) => wallS)),
    cpuS,
    cpuSPerStationDay: cpuS / size.stations / (size.hours / 24),
    plans: sum(hours.map(({ plans }) => plans)),
    schedules: sum(hours.map(({ schedules }) => schedules)),
    transactions: sum(stations.map(({ begun }) => begun)),
    lost: sum(stations.map(({ begun, kept }) => Math.max(0, begun - kept))),
    twice: sum(stations.map(({ begun, kept }) => Math.max(0, kept - begun))),
    trueKwh: sum(stations.map(({ trueKwh }) => trueKwh)),
    backKwh: sum(stations.map(({ backKwh }) => backKwh)),
    wrongKwh: sum(stations.map(({ wrongKwh }) => wrongKwh ?? 0)),
    dropped: result.dropped,
    quarantined: result.quarantined,
    schemaViolations: result.violations.length,
    failures: result.failures.length,
    ...limitsOf(sites),
    heapMiB: settled.at(-1)?.heapMiB ?? NaN,
    heapMiBPerHour: slope(settled.map(({ heapMiB }) => heapMiB)),
    rssMiB: settled.at(-1)?.rssMiB ?? NaN,
    rssMiBPerHour: slope(settled.map(({ rssMiB }) => rssMiB)),
    handles: settled.at(-1)?.handles ?? NaN,
    handlesPerHour: slope(settled.map(({ handles }) => handles)),
  };
};

const limitsOf = (sites: SoakResult["sites"]): BenchRow => ({
  sitesAboveLimit: sites.filter(({ breachS }) => breachS > 0).length,
  aboveLimitS: sum(sites.map(({ breachS }) => breachS)),
  longestS: Math.max(...sites.map(({ longestS }) => longestS)),
  mostKw: Math.max(...sites.map(({ mostKw }) => mostKw)),
  unexcusedS: sum(sites.map(({ unexcusedS }) => unexcusedS)),
  mostUnexcusedKw: Math.max(...sites.map(({ mostUnexcusedKw }) => mostUnexcusedKw)),
});

/** What a person wants to look at. */
const oddities = ({ sites, stations, violations, failures }: SoakResult): string[] => [
  ...violations.slice(0, 10),
  ...failures.slice(0, 10),
  ...sites.flatMap(({ siteId, stretches }) =>
    stretches.map((stretch) => JSON.stringify({ siteId, ...readable(stretch) })),
  ),
  ...stations
    .filter(({ begun, kept, wrongKwh }) => begun !== kept || (wrongKwh ?? 0) > 0)
    .slice(0, 40)
    .map((station) => JSON.stringify(station)),
];

const readable = ({ fromMs, toMs, ...stretch }: SoakResult["sites"][number]["stretches"][number]) => ({
  from: new Date(fromMs).toISOString(),
  lastsS: (toMs - fromMs) / SECOND_MS,
  ...stretch,
  deceits: stretch.deceits.map(({ sinceMs, ...deceit }) => ({
    ...deceit,
    beganS: (sinceMs - fromMs) / SECOND_MS,
  })),
});
