import { createServer } from "node:net";
import type { Config } from "../../config/index.js";
import { YouxuError } from "../../domain/errors.js";
import { isLoopback } from "../stations.js";
import { faultsOf, type Finding, warning, well } from "./finding.js";

type Server = Config["server"];

/** Whether the piles can reach the address at all. */
export const host = ({ host: address }: Server): Finding =>
  isLoopback(address)
    ? warning(
        "host",
        `${address} is heard by this computer only: no pile of your network can connect`,
        "set server.host to 0.0.0.0, or to this computer's address in the network of the piles",
      )
    : well("host", address);

/** Whether the port is free, or a server of ours has it already. */
export const port = async (server: Server): Promise<Finding[]> => {
  const address = `${server.host}:${server.port}`;
  const code = await tryToListen(server);
  if (code === null) return [well("port", `${address} is free`)];
  if (code === "EADDRINUSE" && (await answers(server)))
    return [well("port", `youxu serves at ${address} now`)];
  const place = code === "EADDRINUSE" || code === "EACCES" ? "server.port" : "server.host";
  return faultsOf("port", new YouxuError("address.in-use", `${address}: ${code}`, place));
};

/** null when it works, else the system's code. */
const tryToListen = ({ host: address, port: number }: Server): Promise<string | null> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    probe.listen(number, address, () => probe.close(() => resolve(null)));
  });

const ANSWER_WITHIN_MS = 2_000;

const answers = async ({ host: address, port: number }: Server): Promise<boolean> => {
  const own = address === "0.0.0.0" || address === "::" ? "127.0.0.1" : address;
  const name = own.includes(":") ? `[${own}]` : own;
  try {
    const answer = await fetch(`http://${name}:${number}/health/live`, {
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    return answer.ok && (await answer.text()).includes('"status"');
  } catch {
    return false;
  }
};
