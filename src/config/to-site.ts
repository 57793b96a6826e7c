import type {
  EvseConfig,
  GridNode,
  Site,
  SiteDemandCharge,
  SiteMeteringPoint,
  StationConfig,
} from "../domain/site.js";
import { MINUTE_MS } from "../domain/units.js";
import { groupIds } from "./site-faults.js";
import type { SiteFile } from "./site-schema.js";
import { toInverters, toMeasuredPv, toMeteredNodeIds, toStorages } from "./to-devices.js";

const QUARTERS = 96;
/** Detection of a lost station (a ping) and two rounds of sending fit well into it. */
const DEFAULT_GRACE_S = 120;

/** Values by quarter of the day from one value, 24 or 96. */
const quarterProfile = (profile: SiteFile["baseProfileKw"]): number[] => {
  const values = typeof profile === "number" ? [profile] : profile;
  return Array.from(
    { length: QUARTERS },
    (_, quarter) => values[Math.floor((quarter * values.length) / QUARTERS)] ?? 0,
  );
};

const toNode = (node: SiteFile["nodes"][number]): GridNode => {
  const mode = node.failsafe ?? (node.importLimitKw === null ? "none" : "strict");
  return {
    id: node.id,
    parentId: node.parent,
    importLimitKw: node.importLimitKw,
    exportLimitKw: node.exportLimitKw,
    phaseLimitKw: node.phaseLimitKw,
    ...(node.line === undefined ? {} : { line: node.line }),
    ...(node.minVoltagePu === undefined && node.maxVoltagePu === undefined
      ? {}
      : { voltageLimits: { minPu: node.minVoltagePu ?? null, maxPu: node.maxVoltagePu ?? null } }),
    failsafe: mode === "none" ? null : mode,
    graceS: mode === "graced" ? (node.graceSeconds ?? DEFAULT_GRACE_S) : null,
    flatteningPerKw2h: node.flatteningPerKw2h,
    ...(node.smoothChangePerKw2h === 0 ? {} : { smoothChangePerKw2h: node.smoothChangePerKw2h }),
  };
};

/** Parents before children, otherwise as written. */
const parentsFirst = (nodes: readonly GridNode[]): GridNode[] => {
  const below = (parentId: string | null): GridNode[] =>
    nodes.filter((node) => node.parentId === parentId).flatMap((node) => [node, ...below(node.id)]);
  return below(null);
};

type EvseFile = SiteFile["stations"][number]["evses"][number];

const toEvse = ({ evseId, ...rest }: EvseFile, index: number): EvseConfig => ({
  evseId: evseId ?? index + 1,
  ...rest,
});

/** What stations and groups of them have in common. */
type StationLike = SiteFile["stationGroups"][number] | SiteFile["stations"][number];

const toStations = (site: SiteFile, rootNodeId: string): StationConfig[] => {
  const station = (id: string, from: StationLike): StationConfig => ({
    id,
    siteId: site.id,
    nodeId: from.node ?? rootNodeId,
    evses: from.evses.map(toEvse),
    ...(from.securityProfile === undefined ? {} : { securityProfile: from.securityProfile }),
    ...(!("serialNumber" in from) || from.serialNumber === undefined
      ? {}
      : { serialNumber: from.serialNumber }),
  });
  return [
    ...site.stations.map((entry) => station(entry.id, entry)),
    ...site.stationGroups.flatMap((group) => groupIds(group).map((id) => station(id, group))),
  ];
};

const toDemandCharge = (charge: SiteFile["demandCharge"] | null): SiteDemandCharge | null =>
  charge == null
    ? null
    : { ...charge, countsFrom: charge.countsFrom ?? null, countsTo: charge.countsTo ?? null };

const toCarbon = ({
  carbonKgPerKwh,
  carbonSeries,
}: {
  carbonKgPerKwh?: number | undefined;
  carbonSeries?: string | undefined;
}): SiteMeteringPoint["carbon"] => {
  if (carbonSeries !== undefined) return { seriesId: carbonSeries };
  return carbonKgPerKwh === undefined ? null : { kgPerKwh: carbonKgPerKwh };
};

const toMeteringPoints = (site: SiteFile, rootNodeId: string): SiteMeteringPoint[] =>
  site.tariff === undefined
    ? site.meteringPoints.map((point) => ({
        id: point.id,
        nodeId: point.node ?? rootNodeId,
        tariffId: point.tariff,
        sellPriceId: point.sellPrice,
        demandCharge: toDemandCharge(point.demandCharge),
        carbon: toCarbon(point),
      }))
    : [
        {
          id: `${site.id}-meter`,
          nodeId: rootNodeId,
          tariffId: site.tariff,
          sellPriceId: site.sellPrice ?? null,
          demandCharge: toDemandCharge(site.demandCharge ?? null),
          carbon: toCarbon(site),
        },
      ];

/** The domain's site of a parsed site file. Nodes come parents first. */
export const toSite = (site: SiteFile): Site => {
  const nodes = parentsFirst(site.nodes.map(toNode));
  const rootNodeId = nodes[0]?.id ?? site.id;
  const storages = toStorages(site.devices, rootNodeId);
  const inverters = toInverters(site.devices);
  const meteredNodeIds = toMeteredNodeIds(site.devices);
  const measuredPv = toMeasuredPv(site.devices);
  return {
    id: site.id,
    name: site.name ?? site.id,
    timeZone: site.timeZone,
    currency: site.currency,
    nodes,
    rootNodeId,
    meteringPoints: toMeteringPoints(site, rootNodeId),
    ...(meteredNodeIds.length === 0 ? {} : { meteredNodeIds }),
    ...(measuredPv.length === 0 ? {} : { measuredPv }),
    stations: toStations(site, rootNodeId),
    ...(storages.length === 0 ? {} : { storages }),
    ...(inverters.length === 0 ? {} : { inverters }),
    defaults: site.defaults,
    baseProfileKw: quarterProfile(site.baseProfileKw),
    supplyPu: site.supplyVoltagePu,
    ...(site.basePhaseShares === undefined ? {} : { basePhaseShares: site.basePhaseShares }),
    pvProfileKw: quarterProfile(site.pvProfileKw),
    baseMarginShare: site.baseMarginShare,
    ...(site.showCostEveryMinutes === undefined
      ? {}
      : { costEveryMs: site.showCostEveryMinutes * MINUTE_MS }),
    measurementStaleMs: site.measurementStaleMinutes * MINUTE_MS,
    wearPerKwh: site.wearPerKwh ?? 0,
    objective: site.objective,
    weights: Object.fromEntries(Object.entries(site.weights).filter(([, weight]) => weight !== undefined)),
  };
};
