import type { Site } from "../../src/domain/site.js";
import { type EpochMs, SLOT_MS, hours } from "../../src/domain/units.js";
import { powerKw } from "../station/model.js";
import type { FleetInterval, SimFleet } from "../station/fleet.js";
import type { Background } from "../world/background.js";
import type { NodeLimit, NodeEnergy, SlotTruth, Truth } from "./truth-types.js";

/** More than this above a limit counts as a breach: rounding of whole watts is none. */
const TOLERANCE_KW = 0.001;

interface OpenSlot extends SlotTruth {
  readonly byNode: Map<string, NodeEnergy>;
}

export interface TruthParts {
  readonly site: Site;
  readonly fleet: SimFleet;
  readonly background: Background;
  readonly now: () => EpochMs;
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
export const keepTruth = ({ site, fleet, background, now }: TruthParts): TruthKeeper => {
  const below = stationsBelow(site);
  const limits: NodeLimit[] = site.nodes.flatMap(({ id, importLimitKw }) =>
    importLimitKw === null ? [] : [{ nodeId: id, limitKw: importLimitKw, fromMs: -Infinity, toMs: Infinity }],
  );
  const slots: OpenSlot[] = [];
  let peakKw = -Infinity;
  let breachSeconds = 0;
  let maxOverKw = 0;
  /** Power of each node at the beginning of the running piece. */
  let sincePower = new Map<string, number>();

  const backgroundKw = (atMs: EpochMs): number => background.baseKw(atMs) - background.pvKw(atMs);
  const nodePower = (nodeId: string): number => {
    let total = nodeId === site.rootNodeId ? backgroundKw(now()) : 0;
    for (const id of below.get(nodeId) ?? []) {
      const model = fleet.stations.get(id)?.model();
      if (model !== undefined) total += powerKw(model);
    }
    return total;
  };
  const overKw = (atMs: EpochMs): number =>
    Math.max(
      0,
      ...limits
        .filter(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs)
        .map(({ nodeId, limitKw }) => (sincePower.get(nodeId) ?? 0) - limitKw),
    );
  const look = (): void => {
    sincePower = new Map(site.nodes.map(({ id }) => [id, nodePower(id)]));
    peakKw = Math.max(peakKw, sincePower.get(site.rootNodeId) ?? 0);
    const over = overKw(now());
    if (over > TOLERANCE_KW) maxOverKw = Math.max(maxOverKw, over);
  };

  const slotOf = (atMs: EpochMs): OpenSlot => {
    const startMs = Math.floor(atMs / SLOT_MS) * SLOT_MS;
    const last = slots.at(-1);
    if (last?.startMs === startMs) return last;
    const slot = {
      startMs,
      endMs: startMs + SLOT_MS,
      baseKwh: 0,
      pvKwh: 0,
      evImportKwh: 0,
      evExportKwh: 0,
      byNode: new Map(site.nodes.map(({ id }) => [id, { importKwh: 0, exportKwh: 0, backgroundKwh: 0 }])),
    };
    slots.push(slot);
    return slot;
  };

  const book = ({ fromMs, toMs, energy }: FleetInterval): void => {
    const slot = slotOf(fromMs);
    const duration = hours(toMs - fromMs);
    const net = new Map<string, number>();
    let [evImport, evExport] = [0, 0];
    for (const [id, { importedWh, exportedWh }] of energy) {
      evImport += importedWh / 1000;
      evExport += exportedWh / 1000;
      net.set(id, (importedWh - exportedWh) / 1000);
    }
    const baseKwh = background.baseKw(fromMs) * duration;
    const pvKwh = background.pvKw(fromMs) * duration;
    for (const { id } of site.nodes) {
      const backgroundKwh = id === site.rootNodeId ? baseKwh - pvKwh : 0;
      let total = backgroundKwh;
      for (const station of below.get(id) ?? []) total += net.get(station) ?? 0;
      const before = slot.byNode.get(id) ?? { importKwh: 0, exportKwh: 0, backgroundKwh: 0 };
      slot.byNode.set(id, {
        importKwh: before.importKwh + Math.max(0, total),
        exportKwh: before.exportKwh + Math.max(0, -total),
        backgroundKwh: before.backgroundKwh + backgroundKwh,
      });
    }
    Object.assign(slot, {
      baseKwh: slot.baseKwh + baseKwh,
      pvKwh: slot.pvKwh + pvKwh,
      evImportKwh: slot.evImportKwh + evImport,
      evExportKwh: slot.evExportKwh + evExport,
    });
    if (overKw(fromMs) > TOLERANCE_KW) breachSeconds += (toMs - fromMs) / 1000;
  };
  fleet.onInterval(book);

  return {
    importKw: () => nodePower(site.rootNodeId),
    look,
    addLimit: (limit) => void limits.push(limit),
    read: () => ({
      slots,
      peakKw: Math.max(0, peakKw),
      breach: { maxOverKw, seconds: breachSeconds },
    }),
  };
};
