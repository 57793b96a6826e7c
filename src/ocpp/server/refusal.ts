import { nearest } from "../../domain/nearest.js";
import { ownProfile, type ProfileState, type SecurityProfile } from "../../domain/security.js";
import type { EpochMs } from "../../domain/units.js";
import type { StationRegistry } from "../../ports/station-registry.js";
import type { Judgement } from "./prove.js";

/** Why a connection is refused, as the caller is told. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 404 | 429 | 500 | 503;
  readonly why: string;
  /** Until when nothing more is heard of; where it is known. */
  readonly untilMs?: EpochMs;
  /** After how many seconds to come again; where that is reckoned. */
  readonly retryAfterS?: number;
  /** What the log says beyond that; found only after the answer, so that its time tells nothing. */
  readonly cause?: () => Promise<Cause>;
}

interface Cause {
  readonly cause: string;
  readonly hint: string;
}

interface KnownStations {
  readonly registry: StationRegistry;
  readonly configured: ReadonlySet<string>;
}

/** Another case of its letters is no other identity; a letter more or less is. */
const whereTo = (identity: string, configured: ReadonlySet<string>): string => {
  const near = nearest(identity, [...configured]);
  return near === null ? "is the URL in the station right?" : `did you mean ${near}? If not,`;
};

/** What is wrong with how a station came, for its owner. Whoever asked is told nothing of it. */
export async function causeOf(identity: string, judged: Judgement, known: KnownStations): Promise<Cause> {
  const { proven, state } = judged;
  const own = ownProfile(state);
  const [highest] = proven.filter((profile) => profile > 0);
  if (highest !== undefined) return otherProfile(identity, highest, state);
  if (own === 0) return notOpen(judged);
  if (own === 3) return withoutCertificate(identity, judged);
  const hasPassword = (await known.registry.hasPassword?.(identity)) ?? true;
  return hasPassword ? wrongPassword(identity, judged) : withoutPassword(identity, known.configured);
}

function otherProfile(identity: string, came: SecurityProfile, state: ProfileState): Cause {
  const own = ownProfile(state);
  const cause = `it came with security profile ${came}, its own is ${own}`;
  return came > (own ?? 0)
    ? { cause, hint: `\`youxu station raise ${identity} ${came}\` lets it rise` }
    : {
        cause: `${cause}: a profile never falls`,
        hint: `set the station to profile ${own}; one that was replaced begins anew after \`youxu station remove ${identity}\` and \`add\``,
      };
}

const notOpen = ({ way }: Judgement): Cause => ({
  cause: way.isSecure
    ? "its own security profile is 0, and it came over TLS without a password that is known"
    : `its own security profile is 0, and ${way.address} is in none of ocpp.openNetworks`,
  hint: "give it a password and profile 1 or more, or state its network",
});

function withoutCertificate(identity: string, { way }: Judgement): Cause {
  const hint = "docs/security.md tells how a station gets its certificate";
  if (!way.isSecure) return { cause: "its own security profile is 3, and it came without TLS", hint };
  if (way.certificateFault !== null)
    return { cause: `its client certificate does not count: ${way.certificateFault}`, hint };
  if (way.certificate === null) return { cause: "no client certificate was shown", hint };
  const { commonName, serialNumber } = way.certificate;
  return {
    cause: `the client certificate ${serialNumber} of "${commonName}" is revoked or not this station's`,
    hint: `its common name is to be ${identity}, or the serialNumber that the site file states`,
  };
}

const withoutPassword = (identity: string, configured: ReadonlySet<string>): Cause =>
  configured.has(identity)
    ? {
        cause: "the station stands in the site file and has no password yet",
        hint: `\`youxu station add ${identity}\` gives it one`,
      }
    : {
        cause: "no station of this identity is known",
        hint: `${whereTo(identity, configured)} \`youxu station add ${identity} --new\` makes it known`,
      };

function wrongPassword(identity: string, { basic }: Judgement): Cause {
  if (basic === null)
    return { cause: "no password was sent", hint: "type user and password into the station" };
  if (basic.user !== identity)
    return { cause: "the user is not the identity at the end of the URL", hint: `the user is ${identity}` };
  return {
    cause: "the password is wrong",
    hint: `type it in anew; a lost one is replaced by \`youxu station remove ${identity}\`, then \`add\``,
  };
}
