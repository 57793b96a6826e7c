import type { AddressInfo } from "node:net";
import { pileHost } from "./hosts.js";
import { listenFault } from "./listen-fault.js";
import type { ServerParts } from "./server-parts.js";

/** Begins to listen; what the computer refuses is told by the key that says where. */
export const listen = async (
  { host, port }: ServerParts["listen"],
  key: "server" | "server.tls",
  start: () => Promise<unknown>,
): Promise<void> => {
  try {
    await start();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    throw listenFault(code, { host, port, key }) ?? error;
  }
};

/** What is typed into piles: over TLS where there is such a listener. */
export const pileUrlOf = (
  { host, port }: ServerParts["listen"],
  tls: { readonly host: string } | undefined,
  tlsPort: number | null,
): string =>
  tls === undefined || tlsPort === null
    ? `ws://${pileHost(host)}:${port}/ocpp/`
    : `wss://${pileHost(tls.host)}:${tlsPort}/ocpp/`;

/** Sockets of a host have a port; only a pipe has a name instead. */
export const portOf = (address: AddressInfo | string | null): number =>
  address === null || typeof address === "string" ? 0 : address.port;
