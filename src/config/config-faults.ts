import { securityFaults } from "./security-faults.js";
import { type Entry, entries, type Fault, groupIds, text } from "./site-faults.js";
import { transferHookFaults } from "./transfer-hook-faults.js";

/** What the files beside the configuration hold, as far as they could be read. */
export interface Known {
  readonly tariffs: readonly { readonly id: string; readonly currency: string | null }[];
  /** Whether every tariff file could be read; if not, a name may stand in the one that could not. */
  readonly complete: boolean;
}

interface Placed {
  readonly value: string;
  readonly path: (string | number)[];
}

const repeated = (what: string, items: readonly Placed[]): Fault[] => {
  const seen = new Set<string>();
  return items.flatMap(({ value, path }): Fault[] => {
    const again = seen.has(value);
    seen.add(value);
    return again
      ? [{ path, message: `${what} "${value}" is there twice; every ${what} has its own id` }]
      : [];
  });
};

const placedIds = (list: unknown, above: (string | number)[]): Placed[] =>
  entries(list).flatMap((entry, index) => {
    const value = text(entry["id"]);
    return value === null ? [] : [{ value, path: [...above, index, "id"] }];
  });

const stationIds = (site: Entry, index: number): Placed[] => [
  ...placedIds(site["stations"], ["sites", index, "stations"]),
  ...entries(site["stationGroups"]).flatMap((group, position) =>
    groupIds(group).map((value) => ({ value, path: ["sites", index, "stationGroups", position, "prefix"] })),
  ),
];

/** The first of each id: repeats within one site are told by the site's own check. */
const firstOfEach = (items: readonly Placed[]): Placed[] => [
  ...new Map(items.toReversed().map((item) => [item.value, item] as const)).values(),
];

/** One fault per place: a group clashes as a whole. */
const firstPerPath = (faults: readonly Fault[]): Fault[] => [
  ...new Map(faults.toReversed().map((fault) => [fault.path.join(" "), fault] as const)).values(),
];

/** Ids that must differ over all sites, since stations and events name them without their site. */
const siteWideFaults = (sites: readonly Entry[]): Fault[] => {
  const nodes = sites.flatMap((site, index) =>
    firstOfEach(placedIds(site["nodes"], ["sites", index, "nodes"])),
  );
  const stations = sites.flatMap((site, index) => firstOfEach(stationIds(site, index)));
  const devices = sites.flatMap((site, index) =>
    firstOfEach(placedIds(site["devices"], ["sites", index, "devices"])),
  );
  return [
    ...repeated("site", placedIds(sites, ["sites"])),
    ...repeated("node", nodes),
    ...repeated("device", devices),
    ...firstPerPath(repeated("station", stations)),
  ];
};

const tariffFault = (reference: Placed, site: Entry, { tariffs, complete }: Known): Fault[] => {
  const found = tariffs.find(({ id }) => id === reference.value);
  const ids = tariffs.map(({ id }) => id);
  if (found === undefined && !complete) return [];
  if (found === undefined)
    return [
      {
        path: reference.path,
        message: `no tariff is called "${reference.value}"; there are ${ids.join(", ") || "none"}`,
      },
    ];
  const currency = text(site["currency"]) ?? "CNY";
  return found.currency === null || found.currency === currency
    ? []
    : [{ path: reference.path, message: `tariff in ${found.currency}, site in ${currency}` }];
};

const priceFault = (reference: Placed, site: Entry, prices: readonly Entry[]): Fault[] => {
  const found = prices.find(({ id }) => id === reference.value);
  const ids = prices.flatMap(({ id }) => text(id) ?? []);
  if (found === undefined)
    return [
      {
        path: reference.path,
        message: `no price table is called "${reference.value}"; there are ${ids.join(", ") || "none"}`,
      },
    ];
  const [given, currency] = [text(found["currency"]), text(site["currency"]) ?? "CNY"];
  return given === null || given === currency
    ? []
    : [{ path: reference.path, message: `prices in ${given}, site in ${currency}` }];
};

/** Tariffs with one id, in place or in files. */
const tariffRepeats = (config: Entry, { tariffs }: Known): Fault[] => {
  const inline = placedIds(config["tariffs"], ["tariffs"]);
  const inFiles = tariffs.slice(inline.length).map(({ id }) => ({ value: id, path: ["tariffFiles"] }));
  return repeated("tariff", [...inline, ...inFiles]);
};

const references = (site: Entry, index: number, keys: { own: string; ofPoint: string }): Placed[] => {
  const own = text(site[keys.own]);
  const points = entries(site["meteringPoints"]).flatMap((point, position) => {
    const value = text(point[keys.ofPoint]);
    return value === null
      ? []
      : [{ value, path: ["sites", index, "meteringPoints", position, keys.ofPoint] }];
  });
  return own === null ? points : [{ value: own, path: ["sites", index, keys.own] }, ...points];
};

/** What contradicts itself between sites, tariffs and price tables; reads faulty input too. */
export const configFaults = (raw: unknown, known: Known): Fault[] => {
  const [config = {}] = entries([raw]);
  const sites = entries(config["sites"]);
  const prices = entries(config["prices"]);
  return [
    ...siteWideFaults(sites),
    ...repeated("price table", placedIds(config["prices"], ["prices"])),
    ...tariffRepeats(config, known),
    ...securityFaults(config),
    ...transferHookFaults(
      config,
      sites.flatMap((site, index) => stationIds(site, index).map(({ value }) => value)),
    ),
    ...sites.flatMap((site, index) => [
      ...references(site, index, { own: "tariff", ofPoint: "tariff" }).flatMap((reference) =>
        tariffFault(reference, site, known),
      ),
      ...references(site, index, { own: "sellPrice", ofPoint: "sellPrice" }).flatMap((reference) =>
        priceFault(reference, site, prices),
      ),
      // A table of carbon has no currency.
      ...references(site, index, { own: "carbonSeries", ofPoint: "carbonSeries" }).flatMap((reference) =>
        priceFault(
          reference,
          {},
          prices.map((table) => ({ ...table, currency: undefined })),
        ),
      ),
    ]),
  ];
};
