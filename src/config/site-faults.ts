/** A contradiction between keys of a site: the path of the key to correct and what is wrong. */
export interface Fault {
  readonly path: (string | number)[];
  readonly message: string;
}

export type Entry = Readonly<Record<string, unknown>>;

/** Entries of a list as written; an entry of the wrong type stands as `{}` and keeps its index. */
export const entries = (value: unknown): readonly Entry[] =>
  Array.isArray(value)
    ? value.map((entry: unknown) => (typeof entry === "object" && entry !== null ? { ...entry } : {}))
    : [];

export const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
const number = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) ? value : null;

const duplicates = (list: string, ids: readonly (string | null)[], key = "id"): Fault[] =>
  ids.flatMap((id, index) =>
    id !== null && ids.indexOf(id) < index
      ? [
          {
            path: [list, index, key],
            message: `"${id}" is taken: ${list}[${ids.indexOf(id)}] has it already`,
          },
        ]
      : [],
  );

const rootFaults = (nodes: readonly Entry[]): Fault[] => {
  const roots = nodes.flatMap((node, index) => ((node["parent"] ?? null) === null ? [index] : []));
  if (nodes.length === 0) return [];
  if (roots.length === 0)
    return [{ path: ["nodes"], message: "no root: one node (the grid connection) has no parent" }];
  return roots.slice(1).map((index) => ({
    path: ["nodes", index, "parent"],
    message: `a second root beside "${String(nodes[roots[0] ?? 0]?.["id"])}": name the node above this one`,
  }));
};

/** Whether going up from a node comes back to it. */
const inLoop = (start: string, parents: ReadonlyMap<string, string | null>): boolean => {
  let above = parents.get(start) ?? null;
  for (let steps = 0; above !== null && steps <= parents.size; steps++) {
    if (above === start) return true;
    above = parents.get(above) ?? null;
  }
  return false;
};

const nodeFaults = (nodes: readonly Entry[], ids: readonly string[]): Fault[] => {
  const parents = new Map(nodes.map((node) => [text(node["id"]) ?? "", text(node["parent"])] as const));
  return nodes.flatMap((node, index): Fault[] => {
    const parent = text(node["parent"]);
    const id = text(node["id"]);
    if (parent !== null && !ids.includes(parent))
      return [unknownNode(["nodes", index, "parent"], parent, ids)];
    if (node["graceSeconds"] !== undefined && node["failsafe"] !== "graced")
      return [
        { path: ["nodes", index, "graceSeconds"], message: "only a node with failsafe: graced has it" },
      ];
    if (id !== null && inLoop(id, parents))
      return [
        { path: ["nodes", index, "parent"], message: `"${id}" is above itself: the nodes form a loop` },
      ];
    return [];
  });
};

const unknownNode = (path: (string | number)[], node: string, ids: readonly string[]): Fault => ({
  path,
  message: `no node is called "${node}"; there are ${ids.join(", ")}`,
});

const nodeReferences = (list: string, items: readonly Entry[], ids: readonly string[]): Fault[] =>
  items.flatMap((item, index) => {
    const node = text(item["node"]);
    return node !== null && !ids.includes(node) ? [unknownNode([list, index, "node"], node, ids)] : [];
  });

const rootMeterFaults = (devices: readonly Entry[], nodes: readonly Entry[]): Fault[] => {
  const root = text(nodes.find((node) => (node["parent"] ?? null) === null)?.["id"]);
  return devices.flatMap((device, index) =>
    device["measures"] === "node" && root !== null && device["node"] === root
      ? [{ path: ["devices", index, "node"], message: "the root's meter is measures: site-import" }]
      : [],
  );
};

/** What PV brings that nobody commands is seen by its node's meter alone. */
const unseenPvFaults = (devices: readonly Entry[], nodes: readonly Entry[]): Fault[] => {
  const root = text(nodes.find((node) => (node["parent"] ?? null) === null)?.["id"]);
  const metered = devices.filter((one) => one["measures"] === "node").map((one) => text(one["node"]));
  return devices.flatMap((device, index) => {
    const node = text(device["node"]);
    const isSeen = node === null || node === root || metered.includes(node);
    return device["measures"] !== "pv" || device["inverter"] !== undefined || isSeen
      ? []
      : [
          {
            path: ["devices", index, "node"],
            message: `PV that is not commanded needs a meter of "${node}" (measures: node), or an \`inverter\``,
          },
        ];
  });
};

const SHARED_WAYS = ["shared", "owner", "emergency"] as const;

const evseFaults = (list: string, items: readonly Entry[]): Fault[] =>
  items.flatMap((item, index) => {
    const evses = entries(item["evses"]);
    const numbers = evses.map((evse, position) => number(evse["evseId"]) ?? position + 1);
    return evses.flatMap((evse, position): Fault[] => {
      const at = (key: string): (string | number)[] => [list, index, "evses", position, key];
      const [minA, maxA] = [number(evse["minA"]), number(evse["maxA"])];
      const faults: Fault[] = [];
      const [way, second] = SHARED_WAYS.filter((key) => evse[key] !== undefined);
      if (second !== undefined)
        faults.push({ path: at(second), message: `an EVSE is shared in one way; it has \`${way}\` already` });
      if (minA !== null && maxA !== null && minA > maxA)
        faults.push({ path: at("minA"), message: `minA ${minA} is above maxA ${maxA}` });
      const same = numbers.indexOf(numbers[position] ?? 0);
      if (same < position)
        faults.push({ path: at("evseId"), message: `evseId ${String(numbers[position])} is taken` });
      return faults;
    });
  });

/** Identities of a group as they will be made; empty while the group itself is faulty. */
export const groupIds = (group: Entry): string[] => {
  const [prefix, first, count] = [text(group["prefix"]), number(group["first"]), number(group["count"])];
  if (prefix === null || first === null || count === null || count > 10_000) return [];
  const digits = number(group["digits"]) ?? 2;
  return Array.from(
    { length: Math.max(0, count) },
    (_, offset) => `${prefix}${String(first + offset).padStart(digits, "0")}`,
  );
};

const groupFaults = (groups: readonly Entry[], stationIds: readonly (string | null)[]): Fault[] => {
  const taken = new Set(stationIds);
  return groups.flatMap((group, index): Fault[] => {
    const ids = groupIds(group);
    const clash = ids.find((id) => taken.has(id));
    for (const id of ids) taken.add(id);
    return clash === undefined
      ? []
      : [{ path: ["stationGroups", index, "prefix"], message: `station "${clash}" exists twice` }];
  });
};

const pricingFaults = (site: Entry, points: readonly Entry[]): Fault[] => {
  const tariff = text(site["tariff"]);
  if (tariff === null && points.length === 0 && site["tariff"] === undefined)
    return [{ path: ["tariff"], message: "no price: give `tariff`, or `meteringPoints`" }];
  if (tariff !== null && points.length > 0)
    return [{ path: ["tariff"], message: "give either `tariff` or `meteringPoints`, not both" }];
  if (tariff === null && typeof site["sellPrice"] === "string")
    return [{ path: ["sellPrice"], message: "only beside `tariff`; metering points have their own" }];
  for (const key of ["demandCharge", "carbonKgPerKwh", "carbonSeries"])
    if (tariff === null && site[key] !== undefined)
      return [{ path: [key], message: "only beside `tariff`; metering points have their own" }];
  return [];
};

const carbonFaults = (site: Entry, points: readonly Entry[]): Fault[] => {
  const isTwice = (entry: Entry): boolean =>
    entry["carbonKgPerKwh"] !== undefined && entry["carbonSeries"] !== undefined;
  const message = "give either `carbonKgPerKwh` or `carbonSeries`, not both";
  return [
    ...(isTwice(site) ? [{ path: ["carbonSeries"], message }] : []),
    ...points.flatMap((point, index) =>
      isTwice(point) ? [{ path: ["meteringPoints", index, "carbonSeries"], message }] : [],
    ),
  ];
};

const wearFaults = (site: Entry, items: readonly Entry[]): Fault[] => {
  const discharges = items.some((item) =>
    entries(item["evses"]).some((evse) => (number(evse["maxDischargeKw"]) ?? 0) > 0),
  );
  return discharges && site["wearPerKwh"] === undefined
    ? [
        {
          path: ["wearPerKwh"],
          message: "stations can discharge: state what a kWh discharged costs the battery",
        },
      ]
    : [];
};

/**
 * What contradicts itself between the keys of one site. Also reads a site whose single keys are
 * faulty, so that all problems are told at once.
 */
export const siteFaults = (raw: object): Fault[] => {
  const site: Entry = { ...raw };
  const nodes = entries(site["nodes"]);
  const nodeIds = nodes.flatMap((node) => text(node["id"]) ?? []);
  const stations = entries(site["stations"]);
  const groups = entries(site["stationGroups"]);
  const points = entries(site["meteringPoints"]);
  const stationIds = stations.map((station) => text(station["id"]));
  const devices = entries(site["devices"]);
  return [
    ...duplicates(
      "nodes",
      nodes.map((node) => text(node["id"])),
    ),
    ...rootFaults(nodes),
    ...nodeFaults(nodes, nodeIds),
    ...duplicates(
      "meteringPoints",
      points.map((point) => text(point["id"])),
    ),
    ...duplicates("stations", stationIds),
    ...groupFaults(groups, stationIds),
    ...nodeReferences("stations", stations, nodeIds),
    ...nodeReferences("stationGroups", groups, nodeIds),
    ...nodeReferences("meteringPoints", points, nodeIds),
    ...nodeReferences("devices", devices, nodeIds),
    ...rootMeterFaults(devices, nodes),
    ...unseenPvFaults(devices, nodes),
    ...duplicates(
      "devices",
      devices.map((device) => text(device["id"])),
    ),
    ...evseFaults("stations", stations),
    ...evseFaults("stationGroups", groups),
    ...pricingFaults(site, points),
    ...carbonFaults(site, points),
    ...wearFaults(site, [...stations, ...groups]),
  ];
};
