import { type BenchRow, median } from "../bench.js";
import { settled, startOwn, startStations } from "./pair.js";
import { PASSWORD } from "./sites.js";

/** Every station loses its connection and comes back at once with its password; refused ones as they are told to. */
export const reconnect = async (count: number, times: number): Promise<BenchRow[]> => {
  const server = startOwn(count);
  const stations = startStations();
  const url = await server.ask("listen");
  await stations.ask("connect", { url, count, version: "2.0.1", password: PASSWORD, atOnce: 50 });
  await settled(server);
  const before = await server.ask("cost", { collect: true });
  const [seconds, retries]: [number[], number[]] = [[], []];
  let [missing, refused] = [0, 0];
  for (let time = 0; time < times; time += 1) {
    const back = await stations.ask("reconnect");
    seconds.push(back.ms / 1_000);
    retries.push(back.retries);
    refused += back.refused;
    missing = Math.max(missing, count - back.connected);
    await settled(server);
  }
  const after = await server.ask("cost", { collect: true });
  await stations.end();
  await server.ask("close");
  await server.end();
  return [
    { what: `${count} stations reconnect at once: s until all are back`, own: median(seconds) },
    { what: "stations not back, the most of a time", own: missing },
    { what: "stations refused for good", own: refused },
    { what: "tries that were told to come back later, of a time", own: median(retries) },
    {
      what: "heap and buffers after it, of those before",
      own: after.heapBytes / before.heapBytes,
    },
  ];
};
