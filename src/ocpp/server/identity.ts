/** 1–48 characters; no colon, which ends the user name of Basic authentication. */
const IDENTITY = /^[A-Za-z0-9._-]{1,48}$/;

export type ReadIdentity =
  | {
      readonly identity: string;
      /** The same as the station writes it; itself where that could be no identity. */
      readonly told: string;
    }
  | { readonly status: 400 | 404; readonly why: string };

/** The name under which a station is known that gives this one of itself. */
export type NameOf = (told: string) => string;

/** Letters in any case; whatever is no letter, digit, dot or underscore, as often as it stands there, as a hyphen. */
const folded = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9._]+/g, "-");

/**
 * Names as site files write them, of stations that write their own in another case or with blanks, slashes and the
 * like: a name that is known as it is told is itself, one that would fit two is nobody's.
 */
export function createNames(known: ReadonlySet<string>): NameOf {
  const names = new Map<string, string | null>();
  for (const name of known) names.set(folded(name), names.has(folded(name)) ? null : name);
  return (told) => (known.has(told) ? told : (names.get(folded(told)) ?? told));
}

/**
 * The identity in an upgrade request's target, `/ocpp/<identity>`, by the name under which the station is known; a
 * trailing slash is tolerated.
 */
export function readIdentity(target: string, path: string, nameOf: NameOf = (told) => told): ReadIdentity {
  const [pathname = ""] = target.split("?", 1);
  if (!pathname.startsWith(path)) return { status: 404, why: `stations connect to ${path}<identity>` };
  const raw = pathname.slice(path.length).replace(/\/+$/, "");
  if (raw === "") return { status: 404, why: "the identity is missing" };
  const decoded = decode(raw);
  const identity = decoded === null ? null : nameOf(decoded);
  if (identity === null) return { status: 400, why: "a percent escape is malformed" };
  if (!IDENTITY.test(identity))
    return { status: 400, why: "an identity is 1-48 characters of A-Z a-z 0-9 - _ ." };
  return { identity, told: decoded !== null && IDENTITY.test(decoded) ? decoded : identity };
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** User and password of a Basic header; the password as the bytes that came. */
export function readBasic(header: string | undefined): { user: string; password: Buffer } | null {
  const match = /^Basic +([A-Za-z0-9+/=_-]{1,1024})$/i.exec(header ?? "");
  if (!match?.[1]) return null;
  const bytes = Buffer.from(match[1], "base64");
  const colon = bytes.indexOf(0x3a);
  if (colon < 0) return null;
  return { user: bytes.subarray(0, colon).toString("utf8"), password: bytes.subarray(colon + 1) };
}
