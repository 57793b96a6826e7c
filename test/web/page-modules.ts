import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Reason } from "../../src/domain/reason.js";
import type { PreferenceChange } from "../../src/domain/session.js";
import type { SiteLive, SitePoint, StationRow } from "../../src/domain/views.js";
import { findPackage } from "../../src/server/package-root.js";
import type { MiniElement } from "./mini-dom.js";

/** Folder of the page's files. */
export const PAGE = join(findPackage().root, "src", "web", "public");

type Dictionary = Readonly<Record<string, string>>;
interface Scale {
  readonly x: (atMs: number) => number;
  readonly y: (kw: number) => number;
}
interface RowHosts {
  readonly head: MiniElement;
  readonly body: MiniElement;
  readonly filter: MiniElement;
  readonly empty: MiniElement;
  readonly lookOnly: MiniElement;
}
interface PowerHosts {
  readonly events: MiniElement;
  readonly readout: MiniElement;
  readonly legend: MiniElement;
  readonly chart: MiniElement;
  readonly range: MiniElement;
  readonly table: MiniElement;
}
interface WishFields {
  readonly departure: string;
  readonly amount: string;
  readonly unit: "kwh" | "soc";
  readonly discharge: boolean;
  readonly reserve: string;
}
interface Modules {
  "summary.js": { readonly renderSummary: (host: MiniElement, live: SiteLive) => void };
  "rows.js": {
    readonly createRows: (
      hosts: RowHosts,
      openWish: (row: StationRow) => void,
    ) => { render: (live: SiteLive, mayOperate: boolean) => void };
  };
  "row-state.js": {
    readonly STATES: readonly string[];
    readonly stateOf: (row: StationRow) => string;
  };
  "power.js": { readonly createPower: (hosts: PowerHosts) => { render: (live: SiteLive) => void } };
  "wish.js": {
    readonly fieldsOf: (subject: { row: StationRow; timeZone: string }) => WishFields;
    readonly changeOf: (before: WishFields, after: WishFields, timeZone: string) => PreferenceChange;
  };
  "zone-time.js": {
    readonly toWallTime: (atMs: number, timeZone: string) => string;
    readonly fromWallTime: (text: string, timeZone: string) => number;
  };
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
    readonly siteKw: (value: number) => string;
    readonly percent: (share: number) => string;
    readonly signedPercent: (share: number) => string;
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
