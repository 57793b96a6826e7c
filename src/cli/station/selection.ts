import { YouxuError } from "../../app.js";
import { numberOption } from "../output.js";

/** What stands in place of an identity where several stations are asked. */
export const SEVERAL = "CP1,CP2 · site:HOME · vendor:MAKER · model:MODEL · version:2.1 · :all";

/** Several stations, as a task takes them. */
interface Several {
  readonly selection: {
    readonly stationIds: string[] | null;
    readonly siteId: string | null;
    readonly vendor: string | null;
    readonly model: string | null;
    readonly version: "1.6" | "2.0.1" | "2.1" | null;
  };
  readonly atOnce: number;
  readonly waitForOfflineS: number;
}

const MOST_WAIT_MIN = 10_080;
const atOnce = numberOption("at-once:", { least: 1, most: 100, whole: true });
const waitMin = numberOption("wait:", { least: 0, most: MOST_WAIT_MIN, whole: true });

/** No identity has a colon or a comma. */
const isSelection = (text: string): boolean => /[:,]/.test(text);

const versionOf = (text: string): Several["selection"]["version"] => {
  if (text === "1.6" || text === "2.0.1" || text === "2.1") return text;
  throw new YouxuError("usage.invalid", `"${text}": 1.6, 2.0.1 or 2.1`, "version:");
};

/** The whole text names what it does: a selection of nothing in particular must be said. */
const termOf = (text: string): [name: string, value: string] => {
  const at = text.indexOf(":");
  return at === -1 ? ["", text] : [text.slice(0, at), text.slice(at + 1)];
};

const TERMS = ["", "site", "vendor", "model", "version", "at-once", "wait"];

/** One station or several, where both are taken alike. */
export const selectionOf = (text: string): Several["selection"] =>
  severalOf(text)?.selection ?? {
    stationIds: [text],
    siteId: null,
    vendor: null,
    model: null,
    version: null,
  };

/** Several stations instead of one; null: it is one. */
export const severalOf = (text: string): Several | null => {
  if (!isSelection(text)) return null;
  const parts = text.split(",").map((part) => part.trim());
  const terms = parts.filter((part) => part !== ":all").map(termOf);
  const fault = terms.find(([name, value]) => !TERMS.includes(name) || value === "");
  if (fault !== undefined)
    throw new YouxuError(
      "usage.invalid",
      `"${fault.join(":")}": ${SEVERAL}, and wait:MINUTES, at-once:N`,
      text,
    );
  const named = (wanted: string): string | null => terms.find(([name]) => name === wanted)?.[1] ?? null;
  const [version, wait, most] = [named("version"), named("wait"), named("at-once")];
  const ids = terms.flatMap(([name, value]) => (name === "" ? [value] : []));
  const selection = {
    stationIds: ids.length === 0 ? null : ids,
    siteId: named("site"),
    vendor: named("vendor"),
    model: named("model"),
    version: version === null ? null : versionOf(version),
  };
  if (!parts.includes(":all") && Object.values(selection).every((value) => value === null))
    throw new YouxuError("usage.invalid", "which stations? :all for all of them", text);
  return {
    selection,
    atOnce: most === null ? 8 : atOnce(most),
    waitForOfflineS: wait === null ? 0 : waitMin(wait) * 60,
  };
};
