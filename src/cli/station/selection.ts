import { YouxuError } from "../../app.js";
import { numberOption } from "../output.js";

/** What stands in place of an identity where several stations are asked. */
export const SEVERAL = "CP1,CP2 · site:HOME · vendor:MAKER · model:MODEL · version:2.1 · :all";

type Version = "1.6" | "2.0.1" | "2.1";
/** Of several, any. */
type OneOf<Value> = Value | Value[] | null;

/** How its terms are read together. */
export const TOGETHER =
  "Of several terms of one kind any has to hold (site:A,site:B: both sites), of different kinds each (site:A,version:2.1: of A those of 2.1)";

/** Several stations, as a task takes them. */
interface Several {
  readonly selection: {
    readonly stationIds: string[] | null;
    readonly siteId: OneOf<string>;
    readonly vendor: OneOf<string>;
    readonly model: OneOf<string>;
    readonly version: OneOf<Version>;
  };
  readonly atOnce: number;
  readonly waitForOfflineS: number;
}

const MOST_WAIT_MIN = 10_080;
const atOnce = numberOption("at-once:", { least: 1, most: 100, whole: true });
const waitMin = numberOption("wait:", { least: 0, most: MOST_WAIT_MIN, whole: true });

/** No identity has a colon or a comma. */
const isSelection = (text: string): boolean => /[:,]/.test(text);

const versionOf = (text: string): Version => {
  if (text === "1.6" || text === "2.0.1" || text === "2.1") return text;
  throw new YouxuError("usage.invalid", `"${text}": 1.6, 2.0.1 or 2.1`, "version:");
};

/** The whole text names what it does: a selection of nothing in particular must be said. */
const termOf = (text: string): [name: string, value: string] => {
  const at = text.indexOf(":");
  return at === -1 ? ["", text] : [text.slice(0, at), text.slice(at + 1)];
};

const TERMS = ["", "site", "vendor", "model", "version", "at-once", "wait"];

const oneOf = <Value>(values: Value[]): OneOf<Value> => {
  const [first, ...others] = values;
  if (first === undefined) return null;
  return others.length === 0 ? first : values;
};

const onlyOne = (name: string, values: readonly string[]): string | null => {
  if (values.length > 1) throw new YouxuError("usage.invalid", "stated more than once", `${name}:`);
  return values[0] ?? null;
};

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
  const all = (wanted: string): string[] =>
    terms.flatMap(([name, value]) => (name === wanted ? [value] : []));
  const [wait, most] = [onlyOne("wait", all("wait")), onlyOne("at-once", all("at-once"))];
  const ids = all("");
  const selection = {
    stationIds: ids.length === 0 ? null : ids,
    siteId: oneOf(all("site")),
    vendor: oneOf(all("vendor")),
    model: oneOf(all("model")),
    version: oneOf(all("version").map(versionOf)),
  };
  if (!parts.includes(":all") && Object.values(selection).every((value) => value === null))
    throw new YouxuError("usage.invalid", "which stations? :all for all of them", text);
  return {
    selection,
    atOnce: most === null ? 8 : atOnce(most),
    waitForOfflineS: wait === null ? 0 : waitMin(wait) * 60,
  };
};
