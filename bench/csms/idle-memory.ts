import type { BenchRow } from "../bench.js";
import type { Cost } from "./cost.js";
import { settled, startBare, startOwn, startStations } from "./pair.js";
import type { Party } from "./party.js";
import { PASSWORD } from "./sites.js";

interface Measured {
  readonly heapKiB: number;
  readonly rssKiB: number;
}

type Measurable = Party<{
  cost: (argument: { collect: boolean }) => Promise<Cost>;
  listen: () => Promise<string> | string;
}>;

/** What a connection that says nothing more than its boot takes of a server's memory. */
const perConnection = async (
  server: Measurable,
  { count, password, atRest }: { count: number; password: string | null; atRest: () => Promise<void> },
): Promise<Measured> => {
  const stations = startStations();
  const url = await server.ask("listen");
  const before = await server.ask("cost", { collect: true });
  const { connected } = await stations.ask("connect", {
    url,
    count,
    version: "2.0.1",
    password,
    atOnce: 50,
  });
  if (connected !== count) throw new Error(`${connected} of ${count} stations are connected`);
  await stations.ask("load", { kind: "boot", perStation: 1 });
  await atRest();
  const after = await server.ask("cost", { collect: true });
  await stations.end();
  return {
    heapKiB: (after.heapBytes - before.heapBytes) / count / 1_024,
    rssKiB: (after.rssBytes - before.rssBytes) / count / 1_024,
  };
};

export const idleMemory = async (count: number): Promise<BenchRow[]> => {
  const bareServer = startBare("2.0.1");
  const bare = await perConnection(bareServer, { count, password: null, atRest: async () => undefined });
  await bareServer.ask("close");
  await bareServer.end();
  const ownServer = startOwn(count);
  const own = await perConnection(ownServer, {
    count,
    password: PASSWORD,
    atRest: () => settled(ownServer),
  });
  const logKiB = (await ownServer.ask("logBytes")) / count / 1_024;
  await ownServer.ask("close");
  await ownServer.end();
  return [
    {
      what: `memory per idle connection of ${count}, KiB of heap and buffers`,
      own: own.heapKiB,
      bare: bare.heapKiB,
      more: own.heapKiB - bare.heapKiB,
    },
    {
      what: `memory per idle connection of ${count}, KiB of the process`,
      own: own.rssKiB,
      bare: bare.rssKiB,
      more: own.rssKiB - bare.rssKiB,
    },
    { what: "of it the log of the newest messages, bounded over all stations, KiB", own: logKiB },
  ];
};
