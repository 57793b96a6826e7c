/** An address at which no other machine reaches this one. */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || host.startsWith("127.");

/** Every address of this computer: one to listen on, not to call. */
const isEvery = (host: string): boolean => host === "0.0.0.0" || host === "::";

const inUrl = (host: string): string => (host.includes(":") ? `[${host}]` : host);

/** Host of the URL by which this computer calls a server that listens at `host`. */
export const ownHost = (host: string): string =>
  isEvery(host) ? (host === "::" ? "[::1]" : "127.0.0.1") : inUrl(host);

/** Host of the URL that is typed into a pile; which address it has there, only its owner knows. */
export const pileHost = (host: string): string => (isEvery(host) ? "<this computer's address>" : inUrl(host));
