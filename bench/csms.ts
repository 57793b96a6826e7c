import type { Bench, BenchRow } from "./bench.js";
import { median, ratioRow } from "./bench.js";
import { idleMemory } from "./csms/idle-memory.js";
import { type Pair, openPair } from "./csms/pair.js";
import { reconnect } from "./csms/reconnect.js";

type Version = "1.6" | "2.0.1" | "2.1";

interface Scale {
  readonly stations: number;
  readonly perStation: number;
  readonly rounds: number;
  /** Rounds before those that count: the more code a side has, the later it is compiled. */
  readonly warmUps: number;
}

/** One kind of work on one side, µs of the server's processor time per call; how many calls there were is told by `work`. */
interface Measured {
  readonly side: Pair["own"] | Pair["bare"];
  /** What belongs to no call. */
  readonly before?: () => Promise<unknown>;
  readonly work: () => Promise<number>;
  /** What is no part of the work, and is done before the next. */
  readonly after?: () => Promise<unknown>;
}

const cpuPerCall = async ({ side, before, work, after }: Measured): Promise<number> => {
  await before?.();
  const began = await side.cost();
  const calls = await work();
  const ended = await side.cost();
  await after?.();
  return ((ended.cpuMs - began.cpuMs) * 1_000) / calls;
};

/** Runs pieces of work in turn, after rounds that warm all of them up. */
const alternating = async (
  { warmUps, rounds }: Scale,
  works: readonly Measured[],
): Promise<readonly number[][]> => {
  const us: number[][] = works.map(() => []);
  for (let round = 0; round < warmUps + rounds; round += 1)
    for (const [at, work] of works.entries()) {
      const took = await cpuPerCall(work);
      if (round >= warmUps) us[at]?.push(took);
    }
  return us;
};

/**
 * From the station: validated, answered, in the fleet's state and the telemetry's batch; and the same with the
 * batch written to disk, which the bare server does not do. To the station: written, validated, sent, its answer
 * validated and read.
 */
const messages = async (version: Version, scale: Scale): Promise<BenchRow[]> => {
  const pair = await openPair(version, scale.stations);
  const meter = async ({ stations }: Pair["own"] | Pair["bare"]): Promise<number> => {
    const { answered, failed } = await stations.ask("load", { kind: "meter", perStation: scale.perStation });
    if (failed > 0) throw new Error(`${failed} MeterValues were refused`);
    return answered;
  };
  const told = async ({ callAll }: Pair["own"] | Pair["bare"]): Promise<number> => {
    await callAll(scale.perStation);
    return scale.perStation * scale.stations;
  };
  const { own, bare } = pair;
  const written = (): Promise<unknown> => own.server.ask("written");
  const meterAndWrite = async (): Promise<number> => {
    const calls = await meter(own);
    await written();
    return calls;
  };
  try {
    const [batched = [], kept = [], bareMeter = []] = await alternating(scale, [
      {
        side: own,
        before: () => own.server.ask("holdTelemetry"),
        work: () => meter(own),
        after: written,
      },
      { side: own, work: meterAndWrite },
      { side: bare, work: () => meter(bare) },
    ]);
    const [ownCall = [], bareCall = []] = await alternating(scale, [
      { side: own, work: () => told(own) },
      { side: bare, work: () => told(bare) },
    ]);
    return [
      ratioRow(`MeterValues ${version} into state and batch: CPU per call, µs`, batched, bareMeter),
      ratioRow(`MeterValues ${version}, the batch on disk: CPU per call, µs`, kept, bareMeter),
      ratioRow(`SetChargingProfile ${version}: CPU per call, µs`, ownCall, bareCall),
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
    ? { stations: 100, perStation: 20, rounds: 5, warmUps: 6 }
    : { stations: 1_000, perStation: 10, rounds: 5, warmUps: 2 };
  const many = quick ? 500 : 10_000;
  const rows: BenchRow[] = [];
  // What versions do otherwise is small beside what they share: one of them says quickly how it stands.
  const versions: readonly Version[] = quick ? ["2.0.1"] : ["1.6", "2.0.1", "2.1"];
  for (const version of versions) {
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
