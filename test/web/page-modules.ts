import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Reason } from "../../src/domain/plan.js";
import type { SiteLive, SitePoint } from "../../src/domain/views.js";
import { findPackage } from "../../src/server/package-root.js";

/** Folder of the page's files. */
export const PAGE = join(findPackage().root, "src", "web", "public");

type Dictionary = Readonly<Record<string, string>>;
interface Scale {
  readonly x: (atMs: number) => number;
  readonly y: (kw: number) => number;
}
interface Modules {
  "i18n.js": {
    readonly DICTIONARIES: Readonly<Record<"zh-CN" | "en", Dictionary>>;
    readonly setLanguage: (language: string) => void;
    readonly preferredLanguage: (wanted: readonly string[]) => string;
    readonly t: (key: string, values?: Record<string, string | number>) => string;
  };
  "reasons.js": {
    readonly reasonSentence: (
      reason: Reason,
      site: Pick<SiteLive, "nowMs" | "timeZone" | "currency" | "events">,
    ) => string;
  };
  "format.js": {
    readonly kw: (value: number) => string;
    readonly signedKw: (value: number) => string;
    readonly money: (amount: number, currency: string) => string;
    readonly percent: (share: number) => string;
    readonly scientific: (value: number) => string;
    readonly duration: (spanMs: number) => string;
    readonly when: (atMs: number, site: { nowMs: number; timeZone: string }) => string;
  };
  "live.js": {
    readonly parseEvents: (text: string) => { events: { id: string | null; data: string }[]; rest: string };
  };
  "chart-data.js": {
    readonly windowOf: (
      live: SiteLive,
      range: "near" | "all",
    ) => { fromMs: number; toMs: number; past: SitePoint[]; planned: SitePoint[] };
    readonly stackOf: (
      point: SitePoint,
    ) => Record<"base" | "charging" | "discharging" | "pv", [number, number]>;
    readonly extentOf: (points: readonly SitePoint[]) => { low: number; high: number };
    readonly ticks: (low: number, high: number, most: number) => { step: number; list: number[] };
    readonly linePath: (
      items: readonly SitePoint[],
      value: (item: SitePoint) => number | null,
      scale: Scale,
    ) => string;
    readonly priceBands: (
      points: readonly SitePoint[],
    ) => { startMs: number; endMs: number; pricePerKwh: number }[];
  };
  "chart-axis.js": {
    readonly hourTicks: (
      window: { fromMs: number; toMs: number },
      timeZone: string,
      widthPx: number,
    ) => { atMs: number; text: string; day: boolean }[];
    readonly textWidth: (text: string) => number;
    readonly withoutCollisions: <Label extends { x: number; text: string }>(
      labels: readonly Label[],
    ) => Label[];
  };
}

/** A module of the page, which is plain JavaScript; the types here are what the tests rely on. */
export const pageModule = async <Name extends keyof Modules>(name: Name): Promise<Modules[Name]> =>
  import(pathToFileURL(join(PAGE, name)).href);
