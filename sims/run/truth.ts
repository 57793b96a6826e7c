import type { Site } from "../../src/domain/site.js";
import { type EpochMs, sum } from "../../src/domain/units.js";
import { powerKw } from "../station/model.js";
import type { SimFleet } from "../station/fleet.js";
import type { Background } from "../world/background.js";
import { type Excess, keepBreaches } from "./breaches.js";
import { keepEnergy } from "./energy-book.js";
import type { NodeLimit, Truth } from "./truth-types.js";

/** Sees what the books see: the moments at which power changes, and what was above a limit between them. */
export interface Witness {
  look(): void;
  pass(piece: { readonly fromMs: EpochMs; readonly toMs: EpochMs; readonly excess: Excess }): void;
}

export interface TruthParts {
  readonly site: Site;
  readonly fleet: SimFleet;
  readonly background: Background;
  readonly now: () => EpochMs;
  /** Moments at which the energy books are cut, in order of time. */
  readonly priceChangesMs: readonly EpochMs[];
  readonly witness?: Witness | undefined;
}

export interface TruthKeeper {
  /** Exact site power now: households − PV + cars, kW. */
  importKw(): number;
  /** Looks at the power now: after every change. */
  look(): void;
  /** A limit that an event sets, from when it must be kept. */
  addLimit(limit: NodeLimit): void;
  read(): Truth;
}

/** Stations below each node, the node itself included. */
const stationsBelow = (site: Site): ReadonlyMap<string, readonly string[]> => {
  const parent = new Map(site.nodes.map((node) => [node.id, node.parentId]));
  const below = new Map<string, string[]>(site.nodes.map(({ id }) => [id, []]));
  for (const station of site.stations)
    for (let node: string | null = station.nodeId; node !== null; node = parent.get(node) ?? null)
      below.get(node)?.push(station.id);
  return below;
};

/** Keeps the books of what really happened: exact, at every change of power. */
export const keepTruth = ({
  site,
  fleet,
  background,
  now,
  priceChangesMs,
  witness,
}: TruthParts): TruthKeeper => {
  const below = stationsBelow(site);
  const breaches = keepBreaches(site);
  const energy = keepEnergy({ site, background, below, cutsMs: priceChangesMs });
  let peakKw = 0;

  const stationKw = (id: string): number => {
    const model = fleet.stations.get(id)?.model();
    return model === undefined ? 0 : powerKw(model);
  };
  const backgroundKw = (nodeId: string): number =>
    nodeId === site.rootNodeId ? background.baseKw(now()) - background.pvKw(now()) : 0;
  const nodeKw = (nodeId: string): number =>
    backgroundKw(nodeId) + sum((below.get(nodeId) ?? []).map(stationKw));
  fleet.onInterval((interval) => {
    energy.book(interval);
    const { fromMs, toMs } = interval;
    const excess = breaches.pass(fromMs, toMs);
    witness?.pass({ fromMs, toMs, excess });
  });

  return {
    importKw: () => nodeKw(site.rootNodeId),
    look: () => {
      const power = new Map(
        site.nodes.map(({ id }) => [id, { netKw: nodeKw(id), backgroundKw: backgroundKw(id) }]),
      );
      peakKw = Math.max(peakKw, power.get(site.rootNodeId)?.netKw ?? 0);
      breaches.look(power);
      witness?.look();
    },
    addLimit: (limit) => breaches.addLimit(limit),
    read: () => ({ slots: energy.slots(), peakKw, breach: breaches.read() }),
  };
};
