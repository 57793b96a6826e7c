import { ratedKw } from "../domain/draw.js";
import { sum } from "../domain/units.js";
import type { ConfigFile } from "./config-schema.js";
import type { SiteFile } from "./site-schema.js";
import { toSite } from "./to-site.js";

/** What can be, but is mostly a mistake of units: where it stands, and what it would mean. */
export interface ConfigWarning {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** A limit this many times all that stands behind it limits nothing. */
const MOST_OF_DEMAND = 100;
/** A price this many times the usual is one per MWh, or in cents. */
const MOST_OF_PRICE = 20;

/**
 * What households usually pay per kWh, by the currency, to one figure: only to tell prices per kWh from
 * those per MWh or in hundredths. Other currencies are not judged.
 */
const USUAL_PRICE: ReadonlyMap<string, number> = new Map([
  ["CNY", 0.6],
  ["EUR", 0.3],
  ["USD", 0.2],
  ["GBP", 0.3],
  ["CHF", 0.3],
  ["AUD", 0.3],
  ["CAD", 0.2],
  ["HKD", 1],
  ["SEK", 2],
  ["NOK", 2],
  ["DKK", 3],
  ["INR", 7],
  ["JPY", 30],
  ["KRW", 200],
]);

/** What in a valid configuration is most likely not meant. */
export const configWarnings = ({ sites, tariffs, plugAndCharge }: ConfigFile): ConfigWarning[] => [
  ...sites.flatMap((site, index) =>
    siteWarnings(site).map(({ path, message }) => ({ path: ["sites", index, ...path], message })),
  ),
  ...tariffs.flatMap((tariff, index) =>
    priceWarnings(tariff).map(({ path, message }) => ({ path: ["tariffs", index, ...path], message })),
  ),
  ...poolWarnings(plugAndCharge?.contractPool),
];

/** Contracts of cars, and what proves who asks for them, go to these addresses. */
const poolWarnings = (pool: NonNullable<ConfigFile["plugAndCharge"]>["contractPool"]): ConfigWarning[] => {
  const path = ["plugAndCharge", "contractPool"];
  const addresses = [
    { path: [...path, "url"], url: pool?.url },
    { path: [...path, "oauth", "tokenUrl"], url: pool?.oauth?.tokenUrl },
  ];
  return addresses.flatMap(({ path: at, url }) =>
    url === undefined || !goesInTheClear(url)
      ? []
      : [{ path: at, message: "everybody on the way reads our token or secret: is it https?" }],
  );
};

/** Over plain HTTP, and not to this computer itself. */
const goesInTheClear = (url: string): boolean => {
  const { protocol, hostname } = new URL(url);
  return protocol === "http:" && !/^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
};

const siteWarnings = (site: SiteFile): ConfigWarning[] => {
  const { nodes, stations, rootNodeId, baseProfileKw } = toSite(site);
  const parents = new Map(nodes.map(({ id, parentId }) => [id, parentId]));
  const isBelow = (id: string | null, above: string): boolean =>
    id !== null && (id === above || isBelow(parents.get(id) ?? null, above));
  return site.nodes.flatMap(({ id, importLimitKw }, index): ConfigWarning[] => {
    if (importLimitKw === null) return [];
    const path = ["nodes", index, "importLimitKw"];
    const piles = stations.filter(({ nodeId }) => isBelow(nodeId, id));
    const pilesKw = sum(piles.flatMap(({ evses }) => evses.map(ratedKw)));
    const baseKw = id === rootNodeId ? baseProfileKw : [];
    const mostKw = pilesKw + Math.max(0, ...baseKw);
    const idle =
      mostKw > 0 && importLimitKw > MOST_OF_DEMAND * mostKw
        ? [{ path, message: `${importLimitKw} kW for loads of ${mostKw.toFixed(1)} kW: is it in W?` }]
        : [];
    return [...idle, ...overloadOf(baseKw, importLimitKw).map((message) => ({ path, message }))];
  });
};

/** Hours in which base load alone is above a limit. */
const overloadOf = (baseKw: readonly number[], limitKw: number): string[] => {
  const over = baseKw.flatMap((kw, quarter) => (kw > limitKw ? [quarter] : []));
  const first = over[0];
  if (first === undefined) return [];
  const most = Math.max(...baseKw);
  return [
    `the base load alone (baseProfileKw, up to ${most} kW) is above ${limitKw} kW in ${over.length / 4} h ` +
      `of the day, first at ${clockOf(first)}: no car can charge then`,
  ];
};

const clockOf = (quarter: number): string =>
  `${String(Math.floor(quarter / 4)).padStart(2, "0")}:${String((quarter % 4) * 15).padStart(2, "0")}`;

const priceWarnings = ({ currency, seasons }: ConfigFile["tariffs"][number]): ConfigWarning[] => {
  const most = MOST_OF_PRICE * (USUAL_PRICE.get(currency) ?? Infinity);
  return seasons.flatMap(({ days }, season) =>
    days.flatMap(({ periods }, day) =>
      periods.flatMap(({ pricePerKwh }, period) =>
        pricePerKwh <= most
          ? []
          : [
              {
                path: ["seasons", season, "days", day, "periods", period, "pricePerKwh"],
                message: `${pricePerKwh} ${currency} per kWh: is it per MWh, or in hundredths?`,
              },
            ],
      ),
    ),
  );
};
