import type { Reason } from "../../src/domain/reason.js";
import type { Site } from "../../src/domain/site.js";
import { HOUR_MS, MINUTE_MS, SLOT_MS } from "../../src/domain/units.js";
import type { EventView, SessionView, SiteLive, SitePoint, StationRow } from "../../src/domain/views.js";

/** A made-up community on a November evening: plain data for tests and for looking at the page. */
export const NOW_MS = Date.UTC(2026, 10, 23, 11, 20); // 19:20 in Asia/Shanghai
const START_MS = Date.UTC(2026, 10, 23, 9, 0);
const MIDNIGHT_MS = Date.UTC(2026, 10, 22, 16, 0);
const LIMIT_KW = 250;
export const EVENT_ID = "evt-evening-peak";
const STATIONS = 40;

/** Share of the way up a bell around `hour`, hours wide. */
const bell = (hour: number, around: number, wide: number): number =>
  Math.exp(-(((hour - around) / wide) ** 2));

const localHour = (atMs: number): number => ((((atMs - MIDNIGHT_MS) / HOUR_MS) % 24) + 24) % 24;
const baseKw = (hour: number): number => 70 + 75 * bell(hour, 19.5, 2.6) + 25 * bell(hour, 7.5, 1.5);
const pvKw = (hour: number): number => 60 * bell(hour, 12.3, 2.2);
const priceAt = (hour: number): number => {
  if (hour >= 16 && hour < 22) return 0.8735;
  return hour < 7 || hour >= 23 ? 0.3012 : 0.5652;
};
const uncontrolledEvKw = (hour: number): number => 210 * bell(hour, 19.2, 1.7);
const plannedEvKw = (hour: number): number => {
  if (hour >= 19 && hour < 20.5) return -32 + 10 * Math.sin(hour * 6);
  if (hour >= 16 && hour < 23) return 28 + 9 * Math.sin(hour * 5);
  return hour < 5.5 || hour >= 23 ? 118 - 9 * (hour < 6 ? hour : 0) : 6;
};

const point = (startMs: number): SitePoint => {
  const hour = localHour(startMs);
  const [evKw, base, pv] = [plannedEvKw(hour), baseKw(hour), pvKw(hour)];
  const inEvent = hour >= 19 && hour < 20.5;
  return {
    startMs,
    endMs: startMs + SLOT_MS,
    importKw: base + evKw - pv,
    evKw,
    baseKw: base,
    pvKw: pv,
    limitKw: inEvent ? 150 : LIMIT_KW,
    uncontrolledKw: base + uncontrolledEvKw(hour) - pv,
    buyPricePerKwh: priceAt(hour),
    sellPricePerKwh: 0.4,
  };
};

const points = (fromMs: number, toMs: number): SitePoint[] => {
  const list: SitePoint[] = [];
  for (let atMs = fromMs; atMs < toMs; atMs += SLOT_MS) list.push(point(atMs));
  return list;
};

const REASONS: readonly Reason[] = [
  { key: "waiting-for-cheaper-slot", untilMs: MIDNIGHT_MS + 23 * HOUR_MS, savingPerKwh: 0.5723 },
  { key: "demand-response-event", eventId: EVENT_ID, shadowPricePerKwh: 0.61 },
  { key: "selling", pricePerKwh: 0.92, wearPerKwh: 0.18 },
  { key: "charging", pricePerKwh: 0.8735 },
  { key: "node-full", nodeId: "transformer-2", shadowPricePerKwh: 0.043 },
  { key: "driver-chose-fast" },
  { key: "target-reached" },
  { key: "held-for-failsafe", nodeId: "transformer-2", shadowPricePerKwh: 0.021 },
  { key: "below-reserve-charging-first", reserveKwh: 12 },
  { key: "minimum-current", minChargeKw: 4.14 },
  { key: "rule", rule: "equal-share" },
];
const POWER_KW = [0, 0, -6.6, 6.9, 0, 7, 0, 0, 6.9, 4.14, 3.2];

const version = (index: number): "1.6" | "2.0.1" | "2.1" => {
  if (index < 16) return "1.6";
  return index < 28 ? "2.0.1" : "2.1";
};

/** Of every ninth car each. */
const SHORTFALLS: Pick<SessionView, "shortfallKwh" | "shortfallCause">[] = [
  { shortfallKwh: 477.9, shortfallCause: { key: "stay-too-short", maxChargeKw: 22.08 } },
  { shortfallKwh: 3.42, shortfallCause: { key: "battery-too-small", capacityKwh: 60 } },
  { shortfallKwh: 1, shortfallCause: { key: "limits", nodeId: "transformer-2", eventId: null } },
  { shortfallKwh: 12.04, shortfallCause: { key: "limits", nodeId: "transformer-2", eventId: "event-1" } },
  { shortfallKwh: 2.5, shortfallCause: { key: "not-planned" } },
];

const sessionAt = (index: number, stationId: string): SessionView => {
  const need = 14 + ((index * 7) % 23);
  const delivered =
    REASONS[index % REASONS.length]?.key === "target-reached" ? need : (need * (index % 5)) / 6;
  return {
    id: `${stationId}.1.s`,
    stationId,
    evseId: 1,
    transactionId: String(1000 + index),
    startedMs: START_MS + index * 3 * MINUTE_MS,
    endedMs: null,
    endReason: null,
    authorized: true,
    departureMs: index % 9 === 4 ? null : MIDNIGHT_MS + (30.5 + (index % 7) * 0.5) * HOUR_MS,
    energyNeedKwh: need,
    deliveredKwh: delivered,
    exportedKwh: index % 11 === 2 ? 3.4 : 0,
    estimate: null,
    energyToGoKwh: need - delivered,
    ...(SHORTFALLS[index % 9] ?? { shortfallKwh: 0, shortfallCause: null }),
    mostChargeKw: 7,
    socPercent: index >= 16 ? 25 + ((index * 13) % 60) : null,
    battery: index >= 28 ? { capacityKwh: 60, targetSocPercent: 100 } : null,
    preference: {
      profileType: index % 11 === 5 ? "FAST" : "CHEAP",
      departureMs: null,
      energyNeedKwh: need,
      dischargeAllowed: index >= 28,
      reserveKwh: null,
      maxDischargeKwh: null,
    },
    preferenceSource: "driver",
    chargeNow: index % 11 === 5,
  };
};

const idleRow = (stationId: string, index: number): StationRow => ({
  stationId,
  evseId: 1,
  version: version(index),
  connected: true,
  status: "Available",
  powerKw: 0,
  powerAtMs: NOW_MS - 20_000,
  powerStale: false,
  plannedKw: null,
  maxDischargeKw: index >= 28 ? 7 : 0,
  following: true,
  session: null,
  reason: { key: "not-plugged-in" },
});

const rowAt = (index: number): StationRow => {
  const stationId = `CP${String(index + 1).padStart(2, "0")}`;
  const idle = idleRow(stationId, index);
  if (index % 13 === 12) return idle;
  if (index === 17) return { ...idle, status: "Faulted", powerKw: null };
  const busy = {
    ...idle,
    status: "Occupied" as const,
    powerKw: POWER_KW[index % POWER_KW.length] ?? 0,
    plannedKw: POWER_KW[index % POWER_KW.length] ?? 0,
    session: sessionAt(index, stationId),
    reason: REASONS[index % REASONS.length] ?? { key: "not-plugged-in" },
  };
  if (index === 8) return { ...busy, connected: false, powerKw: null, reason: { key: "station-offline" } };
  if (index === 21)
    return { ...busy, following: false, powerKw: 6.9, reason: { key: "station-not-following" } };
  return busy;
};

export const EVENTS: readonly EventView[] = [
  {
    id: EVENT_ID,
    programId: "prg-peak",
    name: "Evening peak",
    startMs: MIDNIGHT_MS + 19 * HOUR_MS,
    endMs: MIDNIGHT_MS + 20.5 * HOUR_MS,
    state: "in-force",
    sites: [{ siteId: "jinan", state: "in-force", overruledBy: null, ignored: [] }],
    payloadTypes: ["IMPORT_CAPACITY_LIMIT"],
    nodeIds: ["transformer-2"],
  },
  {
    id: "evt-night",
    programId: "prg-peak",
    name: null,
    startMs: MIDNIGHT_MS + 31 * HOUR_MS,
    endMs: MIDNIGHT_MS + 32 * HOUR_MS,
    state: "upcoming",
    sites: [
      {
        siteId: "jinan",
        state: "upcoming",
        overruledBy: null,
        ignored: [{ payloadType: "GHG", code: "signal.payload-ignored", message: "GHG has no effect here" }],
      },
    ],
    payloadTypes: ["SIMPLE", "GHG"],
    nodeIds: null,
  },
];

const proof = { objective: 412.318, bound: 412.29, gap: 0.000068, maxViolation: 2.4e-10 };

export const communityRows = (): StationRow[] => Array.from({ length: STATIONS }, (_, index) => rowAt(index));

export const communitySite = (): Site => ({
  id: "jinan",
  name: "Lakeside Garden 湖畔花园",
  timeZone: "Asia/Shanghai",
  currency: "CNY",
  nodes: [
    {
      id: "transformer-2",
      parentId: null,
      importLimitKw: LIMIT_KW,
      exportLimitKw: 100,
      failsafe: "graced",
      graceS: 120,
      flatteningPerKw2h: 0,
    },
  ],
  rootNodeId: "transformer-2",
  meteringPoints: [
    {
      id: "meter",
      nodeId: "transformer-2",
      tariffId: "cn-sd",
      sellPriceId: null,
      demandCharge: null,
      carbon: null,
    },
  ],
  stations: communityRows().map((row) => ({
    id: row.stationId,
    siteId: "jinan",
    nodeId: "transformer-2",
    evses: [
      {
        evseId: 1,
        phases: 1,
        voltageV: 220,
        minA: 6,
        maxA: 32,
        maxDischargeKw: row.version === "2.1" ? 6.6 : 0,
      },
    ],
  })),
  defaults: { departureTime: "07:30", energyNeedKwh: 20 },
  baseProfileKw: Array.from({ length: 96 }, (_, quarter) => baseKw(quarter / 4)),
  pvProfileKw: Array.from({ length: 96 }, (_, quarter) => pvKw(quarter / 4)),
  baseMarginShare: 0.1,
  measurementStaleMs: 5 * MINUTE_MS,
  wearPerKwh: 0.18,
  objective: "cheapest",
  weights: {},
});

export const communityLive = (): SiteLive => {
  const { id: siteId, name, timeZone, currency } = communitySite();
  const quarterMs = Math.floor(NOW_MS / SLOT_MS) * SLOT_MS;
  const [current = point(quarterMs)] = points(quarterMs, quarterMs + SLOT_MS);
  return {
    siteId,
    name,
    timeZone,
    currency,
    nowMs: NOW_MS,
    measured: { importKw: 118.4, atMs: NOW_MS - 9_000, stale: false },
    evKw: -28.6,
    limitKw: 150,
    overLimitSinceMs: null,
    past: [...points(START_MS - 2 * HOUR_MS, quarterMs), { ...current, endMs: NOW_MS }],
    planned: [{ ...current, startMs: NOW_MS }, ...points(quarterMs + SLOT_MS, quarterMs + 24 * HOUR_MS)],
    savings: {
      currency,
      sinceMs: START_MS,
      actualCost: 96.41,
      uncontrolledCost: 171.87,
      saved: 75.46,
      deliveredKwh: 187.3,
      dischargedKwh: 21.7,
      days: [{ startMs: MIDNIGHT_MS, saved: 75.46, deliveredKwh: 187.3 }],
    },
    plan: {
      status: "optimal",
      solver: "highs",
      plannedMs: NOW_MS - 42_000,
      solveMs: 61.3,
      certificate: { relaxation: { ...proof, gap: 0 }, sent: proof },
      notes: ["2 stations are planned as fixed load"],
    },
    events: EVENTS,
    rows: communityRows(),
  };
};
