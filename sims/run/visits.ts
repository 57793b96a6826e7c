import { ratedKw } from "../../src/domain/draw.js";
import type { SimFleet, FleetInterval } from "../station/fleet.js";
import type { EpochMs } from "../../src/domain/units.js";
import type { StationModel } from "../station/model.js";
import { type Visit, possibleKwh, servedKwh } from "../world/visit.js";
import type { VisitResult } from "./truth-types.js";

interface OpenVisit {
  readonly visit: Visit;
  importedKwh: number;
  exportedKwh: number;
  lowestKwh: number | null;
}

export interface VisitBook {
  open(visit: Visit): void;
  /** `departMs`: when it really left, where that was not known before. */
  close(visit: Visit, departMs?: EpochMs): void;
  /** Every visit begun so far, by arrival. */
  read(): readonly VisitResult[];
}

/** Follows each stay: what its car drew, gave back and held at the end. */
export const keepVisits = (fleet: SimFleet): VisitBook => {
  const running = new Map<string, OpenVisit>();
  const finished: VisitResult[] = [];
  const modelOf = (visit: Visit): StationModel | undefined => fleet.stations.get(visit.stationId)?.model();

  fleet.onInterval(({ energy }: FleetInterval) => {
    for (const open of running.values()) {
      const { importedWh, exportedWh } = energy.get(open.visit.stationId) ?? { importedWh: 0, exportedWh: 0 };
      open.importedKwh += importedWh / 1000;
      open.exportedKwh += exportedWh / 1000;
      const held = modelOf(open.visit)?.car?.battery.energyKwh;
      if (exportedWh > 0 && held !== undefined) open.lowestKwh = Math.min(open.lowestKwh ?? held, held);
    }
  });

  const resultOf = ({ visit, ...energy }: OpenVisit, complete: boolean): VisitResult => {
    const model = modelOf(visit);
    const held = model?.car?.battery.energyKwh ?? visit.car.battery.energyKwh;
    return {
      visitId: visit.id,
      stationId: visit.stationId,
      arriveMs: visit.arriveMs,
      departMs: visit.departMs,
      complete,
      needKwh: visit.energyNeedKwh,
      possibleKwh: possibleKwh(visit, model === undefined ? Infinity : ratedKw(model.evse)),
      servedKwh: servedKwh(visit, held),
      consent: visit.preference?.dischargeAllowed === true,
      reserveKwh: visit.reserveKwh,
      ...energy,
    };
  };

  return {
    open: (visit) => void running.set(visit.id, { visit, importedKwh: 0, exportedKwh: 0, lowestKwh: null }),
    close: (visit, departMs = visit.departMs) => {
      const open = running.get(visit.id);
      if (open === undefined) return;
      finished.push(resultOf({ ...open, visit: { ...visit, departMs } }, true));
      running.delete(visit.id);
    },
    read: () =>
      [...finished, ...[...running.values()].map((open) => resultOf(open, false))].sort(
        (a, b) => a.arriveMs - b.arriveMs || (a.visitId < b.visitId ? -1 : 1),
      ),
  };
};
