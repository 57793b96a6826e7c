/** Texts within texts within texts: deeper than anything that a station is known to read. */
const MOST_DEPTH = 6;
const BASE64 = /^[A-Za-z0-9+/_-]{8,}={0,2}$/;
const CONTROL = /[^\P{Cc}\t\n\r]/u;

/** A text, and whatever a station may read in it: keys and values of JSON, escapes, text in base64. */
export const textsIn = (text: string, depth = 0): readonly string[] => {
  if (depth > MOST_DEPTH) return [text];
  const inside = [...partsOfJson(text), unescaped(text), decoded(text)].filter(
    (one) => one !== null && one !== text,
  );
  return [text, ...inside.flatMap((one) => textsIn(one ?? "", depth + 1))];
};

const partsOfJson = (text: string): string[] => {
  try {
    return stringsOf(JSON.parse(text));
  } catch {
    return [];
  }
};

const stringsOf = (value: unknown): string[] => {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => [key, ...stringsOf(one)]);
};

/** What no JSON is may have its escapes, too; and those of an address. */
const unescaped = (text: string): string =>
  text.replace(/\\u([0-9a-f]{4})|%([0-7][0-9a-f])/gi, (_all, wide?: string, narrow?: string) =>
    String.fromCharCode(Number.parseInt(wide ?? narrow ?? "20", 16)),
  );

/** null: not base64 of a text. */
const decoded = (text: string): string | null => {
  const compact = text.replace(/\s/g, "");
  if (!BASE64.test(compact)) return null;
  try {
    const bytes = atob(compact.replace(/-/g, "+").replace(/_/g, "/"));
    const found = new TextDecoder("utf-8", { fatal: true }).decode(
      Uint8Array.from(bytes, (one) => one.charCodeAt(0)),
    );
    return CONTROL.test(found) ? null : found;
  } catch {
    return null;
  }
};
