/** 1–48 characters; no colon, which ends the user name of Basic authentication. */
const IDENTITY = /^[A-Za-z0-9._-]{1,48}$/;

export type ReadIdentity =
  | { readonly identity: string }
  | { readonly status: 400 | 404; readonly why: string };

/** The identity in an upgrade request's target, `/ocpp/<identity>`; a trailing slash is tolerated. */
export function readIdentity(target: string, path: string): ReadIdentity {
  const [pathname = ""] = target.split("?", 1);
  if (!pathname.startsWith(path)) return { status: 404, why: `stations connect to ${path}<identity>` };
  const raw = pathname.slice(path.length).replace(/\/+$/, "");
  if (raw === "") return { status: 404, why: "the identity is missing" };
  const identity = decode(raw);
  if (identity === null) return { status: 400, why: "a percent escape is malformed" };
  if (!IDENTITY.test(identity))
    return { status: 400, why: "an identity is 1-48 characters of A-Z a-z 0-9 - _ ." };
  return { identity };
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
