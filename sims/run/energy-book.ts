import type { Site } from "../../src/domain/site.js";
import { type EpochMs, SLOT_MS, hours, sum } from "../../src/domain/units.js";
import type { FleetInterval } from "../station/fleet.js";
import type { Background } from "../world/background.js";
import type { NodeEnergy, SlotTruth } from "./truth-types.js";

interface OpenSlot extends SlotTruth {
  readonly byNode: Map<string, NodeEnergy>;
}

export interface EnergyBook {
  /** Takes in a piece of time that lies within one slot. */
  book(interval: FleetInterval): void;
  slots(): readonly SlotTruth[];
}

interface EnergyBookParts {
  readonly site: Site;
  readonly background: Background;
  /** Stations under each node. */
  readonly below: ReadonlyMap<string, readonly string[]>;
  /** Where slots are cut beside the quarters of an hour, in order of time. */
  readonly cutsMs: readonly EpochMs[];
}

/** Energy by node and quarter of an hour, cut further where it is asked for. */
export const keepEnergy = ({ site, background, below, cutsMs }: EnergyBookParts): EnergyBook => {
  const slots: OpenSlot[] = [];
  const slotOf = (atMs: EpochMs): OpenSlot => {
    const last = slots.at(-1);
    if (last !== undefined && atMs < last.endMs) return last;
    const slot = emptySlot(site, slotAround(atMs, cutsMs));
    slots.push(slot);
    return slot;
  };
  return {
    book: ({ fromMs, toMs, energy }) => {
      const slot = slotOf(fromMs);
      const baseKwh = background.baseKw(fromMs) * hours(toMs - fromMs);
      const pvKwh = background.pvKw(fromMs) * hours(toMs - fromMs);
      for (const { id } of site.nodes) {
        const backgroundKwh = id === site.rootNodeId ? baseKwh - pvKwh : 0;
        const carsKwh = sum((below.get(id) ?? []).map((station) => netKwh(energy.get(station))));
        slot.byNode.set(id, added(slot.byNode.get(id), backgroundKwh, carsKwh));
      }
      const all = [...energy.values()];
      Object.assign(slot, {
        baseKwh: slot.baseKwh + baseKwh,
        pvKwh: slot.pvKwh + pvKwh,
        evImportKwh: slot.evImportKwh + sum(all.map(({ importedWh }) => importedWh)) / 1000,
        evExportKwh: slot.evExportKwh + sum(all.map(({ exportedWh }) => exportedWh)) / 1000,
      });
    },
    slots: () => slots,
  };
};

const NONE: NodeEnergy = { importKwh: 0, exportKwh: 0, backgroundKwh: 0 };

type Span = Pick<SlotTruth, "startMs" | "endMs">;

const slotAround = (atMs: EpochMs, cutsMs: readonly EpochMs[]): Span => {
  const quarterMs = Math.floor(atMs / SLOT_MS) * SLOT_MS;
  const startMs = Math.max(quarterMs, cutsMs.findLast((cutMs) => cutMs <= atMs) ?? -Infinity);
  const endMs = Math.min(quarterMs + SLOT_MS, cutsMs.find((cutMs) => cutMs > atMs) ?? Infinity);
  return { startMs, endMs };
};

const emptySlot = (site: Site, span: Span): OpenSlot => ({
  ...span,
  baseKwh: 0,
  pvKwh: 0,
  evImportKwh: 0,
  evExportKwh: 0,
  byNode: new Map(site.nodes.map(({ id }) => [id, NONE])),
});

const netKwh = (energy: { readonly importedWh: number; readonly exportedWh: number } | undefined): number =>
  energy === undefined ? 0 : (energy.importedWh - energy.exportedWh) / 1000;

const added = (before: NodeEnergy = NONE, backgroundKwh: number, carsKwh: number): NodeEnergy => {
  const netKwhHere = backgroundKwh + carsKwh;
  return {
    importKwh: before.importKwh + Math.max(0, netKwhHere),
    exportKwh: before.exportKwh + Math.max(0, -netKwhHere),
    backgroundKwh: before.backgroundKwh + backgroundKwh,
  };
};
