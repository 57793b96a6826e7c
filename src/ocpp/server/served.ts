import type { FleetGateway } from "../../ports/fleet-gateway.js";
import type { Refusal } from "./refusal.js";

interface Serving {
  /** Identities that site files name; left out: whoever proves itself is served. */
  readonly configured?: ReadonlySet<string>;
  readonly gateway: Pick<FleetGateway, "openSessions">;
}

/**
 * Whether a station belongs to a site that this server steers. One that belongs to none comes in only while a
 * transaction of it runs, so that its end is not lost: nothing bounds what it draws, and nobody plans it.
 */
export const isServed = (identity: string, { configured, gateway }: Serving): boolean =>
  isOfSite(identity, configured) || gateway.openSessions(identity).length > 0;

export const isOfSite = (identity: string, configured: ReadonlySet<string> | undefined): boolean =>
  configured === undefined || configured.has(identity);

/** Told only to a station that proved who it is. */
export const unservedRefusal = (identity: string): Refusal => ({
  status: 403,
  why: "this station is in no site that is served",
  cause: async () => ({
    cause: "its password is right, but it stands in no site of the running server",
    hint: `restart \`youxu serve\` if ${identity} was added to the site file since; where it is gone for good, \`youxu station remove ${identity}\` takes its password away`,
  }),
});
