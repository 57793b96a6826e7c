import { nearest } from "../../domain/nearest.js";
import type { EpochMs } from "../../domain/units.js";
import type { StationRegistry } from "../../ports/station-registry.js";

/** Why a connection is refused, as the caller is told. */
export interface Refusal {
  readonly status: 400 | 401 | 404 | 429 | 500 | 503;
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

export interface Credentials {
  readonly identity: string;
  readonly basic: { readonly user: string } | null;
}

/** Identities differ by the case of their letters too. */
const whereTo = (identity: string, configured: ReadonlySet<string>): string => {
  const near = nearest(identity, [...configured]);
  return near === null ? "is the URL in the station right?" : `did you mean ${near}? If not,`;
};

/** What is wrong with a station's credentials, for its owner. Whoever asked is told nothing of it. */
export async function causeOf(
  { identity, basic }: Credentials,
  registry: StationRegistry,
  configured: ReadonlySet<string>,
): Promise<Cause> {
  const hasPassword = (await registry.hasPassword?.(identity)) ?? true;
  if (!hasPassword)
    return configured.has(identity)
      ? {
          cause: "the station stands in the site file and has no password yet",
          hint: `\`youxu station add ${identity}\` gives it one`,
        }
      : {
          cause: "no station of this identity is known",
          hint: `${whereTo(identity, configured)} \`youxu station add ${identity} --new\` makes it known`,
        };
  if (basic === null)
    return { cause: "no password was sent", hint: "type user and password into the station" };
  if (basic.user !== identity)
    return { cause: "the user is not the identity at the end of the URL", hint: `the user is ${identity}` };
  return {
    cause: "the password is wrong",
    hint: `type it in anew; a lost one is replaced by \`youxu station remove ${identity}\`, then \`add\``,
  };
}
