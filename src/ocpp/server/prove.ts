import type { IncomingMessage } from "node:http";
import {
  allowedProfiles,
  type ProfileState,
  type SecurityProfile,
  UNKNOWN_PROFILE,
} from "../../domain/security.js";
import type { StationProof, StationRegistry } from "../../ports/station-registry.js";
import { type NameOf, readBasic } from "./identity.js";
import { type Way, wayOf } from "./way.js";

/** What came of looking at how a station proves who it is. */
export interface Judgement {
  /** Whose proof it is. */
  readonly identity: string;
  /** With what it is let in; null: it is not. */
  readonly proof: StationProof | null;
  /** Everything that it did prove, whether or not it is allowed to come that way. */
  readonly proven: readonly SecurityProfile[];
  readonly state: ProfileState;
  readonly way: Way;
  readonly basic: { readonly user: string; readonly password: Buffer } | null;
}

interface ProvingParts {
  readonly registry: StationRegistry;
  readonly isOpen: (address: string) => boolean;
  /** The user name is the identity, and is written as oddly. */
  readonly nameOf: NameOf;
}

/**
 * Judges a station by the name that it fits, unless one of the very name that it tells is registered: that is
 * another, however alike their names are. Both are proven in every case, so that time tells nothing.
 */
export async function proveNamed(
  { identity, told }: { readonly identity: string; readonly told: string },
  request: IncomingMessage,
  parts: ProvingParts,
): Promise<Judgement> {
  const [judged, judgedAsTold, isItself] = await Promise.all([
    prove(identity, request, parts),
    prove(told, request, parts),
    parts.registry.hasPassword?.(told) ?? false,
  ]);
  return isItself ? judgedAsTold : judged;
}

/**
 * Judges by which security profiles a station proved its identity, and whether one of them is its own. The
 * registry is asked in every case and for everything at once, so that an unknown identity, a missing or wrong
 * password and another profile take the same time.
 */
async function prove(
  identity: string,
  request: IncomingMessage,
  { registry, isOpen, nameOf }: ProvingParts,
): Promise<Judgement> {
  const way = wayOf(request.socket);
  const told = readBasic(request.headers.authorization);
  const basic =
    told === null ? null : { ...told, user: told.user === identity ? identity : nameOf(told.user) };
  const password = basic?.user === identity ? basic.password : null;
  const [byPassword, byCertificate, state] = await Promise.all([
    registry.authenticate(identity, password),
    way.certificate === null ? false : registry.ownsCertificate?.(identity, way.certificate),
    registry.profileOf?.(identity) ?? UNKNOWN_PROFILE,
  ]);
  const proven: SecurityProfile[] = [
    ...(byCertificate === true ? [3 as const] : []),
    ...(byPassword ? [way.isSecure ? (2 as const) : (1 as const)] : []),
    ...(!way.isSecure && isOpen(way.address) ? [0 as const] : []),
  ];
  const allowed = allowedProfiles(state);
  const profile = proven.find((one) => allowed.includes(one));
  const proof =
    profile === undefined
      ? null
      : {
          profile,
          password: byPassword ? password : null,
          certificate: profile === 3 ? way.certificate : null,
        };
  return { identity, proof, proven, state, way, basic };
}
