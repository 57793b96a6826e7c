import type { Bench, BenchRow } from "./bench.js";
import { median } from "./bench.js";
import { idleMemory } from "./csms/idle-memory.js";
import { type Pair, openPair } from "./csms/pair.js";
import { reconnect } from "./csms/reconnect.js";

type Version = "1.6" | "2.0.1" | "2.1";

interface Scale {
  readonly stations: number;
  readonly perStation: number;
  readonly rounds: number;
}

const ratioRow = (what: string, own: readonly number[], bare: readonly number[]): BenchRow => ({
  what,
  own: median(own),
  bare: median(bare),
  ratio: median(own.map((value, round) => value / (bare[round] ?? Number.NaN))),
});

/** Processor time of the server per call of one side, µs. */
const cpuPerCall = async (side: Pair["own"] | Pair["bare"], work: () => Promise<number>): Promise<number> => {
  const before = await side.cost();
  const calls = await work();
  const after = await side.cost();
  return ((after.cpuMs - before.cpuMs) * 1_000) / calls;
};

/** Runs a piece of work on both sides in turn, after one round that warms both up. */
const alternating = async (
  { own, bare }: Pair,
  rounds: number,
  work: (side: Pair["own"] | Pair["bare"]) => Promise<number>,
): Promise<{ own: number[]; bare: number[] }> => {
  const [ownUs, bareUs]: [number[], number[]] = [[], []];
  for (let round = 0; round <= rounds; round += 1) {
    const pair = [await cpuPerCall(own, () => work(own)), await cpuPerCall(bare, () => work(bare))] as const;
    if (round === 0) continue;
    ownUs.push(pair[0]);
    bareUs.push(pair[1]);
  }
  return { own: ownUs, bare: bareUs };
};

/**
 * From the station: validated, answered, in the fleet's state and the telemetry's batch. To the station: written,
 * validated, sent, its answer validated and read.
 */
const messages = async (version: Version, scale: Scale): Promise<BenchRow[]> => {
  const pair = await openPair(version, scale.stations);
  try {
    const inbound = await alternating(pair, scale.rounds, async ({ stations }) => {
      const { answered, failed } = await stations.ask("load", {
        kind: "meter",
        perStation: scale.perStation,
      });
      if (failed > 0) throw new Error(`${failed} MeterValues were refused`);
      return answered;
    });
    const outbound = await alternating(pair, scale.rounds, async ({ callAll }) => {
      await callAll(scale.perStation);
      return scale.perStation * scale.stations;
    });
    return [
      ratioRow(`MeterValues ${version}: CPU per call, µs`, inbound.own, inbound.bare),
      ratioRow(`SetChargingProfile ${version}: CPU per call, µs`, outbound.own, outbound.bare),
    ];
  } finally {
    await pair.close();
  }
};

/** Each answered after its durable commit, all stations at once. */
const transactions = async (scale: Scale): Promise<BenchRow[]> => {
  const pair = await openPair("2.0.1", scale.stations);
  try {
    const perSecond: { own: number[]; bare: number[] } = { own: [], bare: [] };
    const latencies: number[] = [];
    const sent = { own: 0, bare: 0 };
    for (const side of [pair.own, pair.bare])
      await side.stations.ask("load", { kind: "begin", perStation: 1 });
    const begun = await pair.own.server.ask("sessions");
    const before = { own: await pair.own.server.ask("messages"), bare: await pair.bare.server.ask("rows") };
    for (let round = 0; round < scale.rounds; round += 1)
      for (const name of ["own", "bare"] as const) {
        const loaded = await pair[name].stations.ask("load", {
          kind: "update",
          perStation: scale.perStation,
        });
        if (loaded.failed > 0) throw new Error(`${loaded.failed} transaction events were refused`);
        perSecond[name].push((loaded.answered / loaded.ms) * 1_000);
        if (name === "own") latencies.push(loaded.p99Ms);
        sent[name] += loaded.answered;
      }
    const kept = {
      own: (await pair.own.server.ask("messages")) - before.own,
      bare: (await pair.bare.server.ask("rows")) - before.bare,
    };
    return [
      ratioRow("TransactionEvents 2.0.1 committed per second", perSecond.own, perSecond.bare),
      { what: `p99 of a TransactionEvent, ${scale.stations} stations at once, ms`, own: median(latencies) },
      { what: "transactions begun that are not in the ledger", own: scale.stations - begun },
      {
        what: "TransactionEvents answered that are not in the file",
        own: sent.own - kept.own,
        bare: sent.bare - kept.bare,
      },
    ];
  } finally {
    await pair.close();
  }
};

/** What the central system costs beside a bare websocket server with the same compiled schemas. */
export const csms: Bench = async ({ quick, say }) => {
  const scale: Scale = quick
    ? { stations: 100, perStation: 20, rounds: 3 }
    : { stations: 1_000, perStation: 20, rounds: 9 };
  const many = quick ? 1_000 : 10_000;
  const rows: BenchRow[] = [];
  for (const version of ["1.6", "2.0.1", "2.1"] as const) {
    say(`OCPP ${version}: MeterValues and SetChargingProfile`);
    rows.push(...(await messages(version, scale)));
  }
  say("transaction events");
  rows.push(...(await transactions(scale)));
  say(`${many} idle connections`);
  rows.push(...(await idleMemory(many)));
  say(`${many} stations reconnect at once`);
  rows.push(...(await reconnect(many, quick ? 1 : 3)));
  return rows;
};
