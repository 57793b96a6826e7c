import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { z } from "zod";
import { instanceOf } from "../../accounts/secrets.js";
import type { Config } from "../../config/index.js";
import { YouxuError } from "../../domain/errors.js";
import { isLoopback, ownHost } from "../hosts.js";
import { listenFault, type ListenPlace, loopbackPlace } from "../listen-fault.js";
import { faultsOf, type Finding, warning, well } from "./finding.js";

type Server = Config["server"];

/** Whether the piles can reach the address at all. */
export const host = ({ host: address, tls }: Server): Finding =>
  isLoopback(address) && (tls === null || isLoopback(tls.host))
    ? warning(
        "host",
        `${address} is heard by this computer only: no pile of your network can connect`,
        "set server.host to 0.0.0.0, or to this computer's address in the network of the piles",
      )
    : well("host", tls === null ? address : `${address}; with TLS ${tls.host}:${tls.port}`);

type Ports = Pick<Config, "server" | "store" | "metrics">;

/** Whether the ports are free, or the server of this very installation has them already. */
export const ports = async (config: Ports): Promise<Finding[]> => {
  const { server, metrics } = config;
  const main = await port(config);
  const isServed = main.some(({ state, detail }) => state === "ok" && detail.endsWith(SERVED));
  const others: ListenPlace[] = [
    ...(server.tls === null
      ? []
      : [{ host: server.tls.host, port: server.tls.port, key: "server.tls" as const }]),
    ...(metrics.loopbackPort === null ? [] : [loopbackPlace(metrics.loopbackPort)]),
  ];
  // A server that runs has them; which others would, cannot be seen beside it.
  if (isServed) return main;
  return [...main, ...(await Promise.all(others.map(otherPort))).flat()];
};

const SERVED = "youxu serves this configuration now";

const otherPort = async (place: ListenPlace): Promise<Finding[]> => {
  const code = await tryToListen(place);
  const address = `${place.host}:${place.port}`;
  if (code === null) return [well("port", `${address} is free`)];
  return faultsOf("port", listenFault(code, place) ?? new Error(`${address}: ${code}`));
};

const port = async ({ server, store }: Pick<Config, "server" | "store">): Promise<Finding[]> => {
  const address = `${server.host}:${server.port}`;
  const code = await tryToListen(server);
  if (code === null) return [well("port", `${address} is free`)];
  if (code === "EADDRINUSE") {
    const answer = await instanceAt(server);
    if (answer !== null && answer === ownInstance(store)) return [well("port", `${address}: ${SERVED}`)];
    if (answer !== null)
      return faultsOf(
        "port",
        new YouxuError("address.in-use", `another youxu serves at ${address}`, "server.port"),
      );
  }
  return faultsOf(
    "port",
    listenFault(code, { ...server, key: "server" }) ?? new Error(`${address}: ${code}`),
  );
};

const ownInstance = ({ secretFile }: Config["store"]): string | null =>
  existsSync(secretFile) ? instanceOf(readFileSync(secretFile, "utf8").trim()) : null;

/** null when it works, else the system's code. */
const tryToListen = ({
  host: address,
  port: number,
}: Pick<Server, "host" | "port">): Promise<string | null> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    probe.listen(number, address, () => probe.close(() => resolve(null)));
  });

const ANSWER_WITHIN_MS = 2_000;
const liveAnswer = z.object({ status: z.literal("ok"), instance: z.string() });

/** The name of the installation whose server answers at the address; null: no youxu does. */
const instanceAt = async ({ host: address, port: number }: Server): Promise<string | null> => {
  try {
    const answer = await fetch(`http://${ownHost(address)}:${number}/health/live`, {
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    return answer.ok ? liveAnswer.parse(await answer.json()).instance : null;
  } catch {
    return null;
  }
};
