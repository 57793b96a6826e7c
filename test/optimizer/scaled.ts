import type { Problem, ProblemSession } from "../../src/domain/problem.js";

const times = (values: readonly number[], by: number): number[] => values.map((value) => value * by);
const timesSome = (values: readonly (number | null)[] | null, by: number): (number | null)[] | null =>
  values?.map((value) => (value === null ? null : value * by)) ?? null;

const scaledSession = (
  car: ProblemSession,
  { perKwh, kw }: { perKwh: number; kw: number },
): ProblemSession => ({
  ...car,
  minChargeKw: car.minChargeKw * kw,
  maxChargeKw: car.maxChargeKw * kw,
  minDischargeKw: car.minDischargeKw * kw,
  maxDischargeKw: car.maxDischargeKw * kw,
  maxDischargeKwh: car.maxDischargeKwh === null ? null : car.maxDischargeKwh * kw,
  capacityKwh: car.capacityKwh * kw,
  initialKwh: car.initialKwh * kw,
  targetKwh: car.targetKwh * kw,
  reserveKwh: car.reserveKwh * kw,
  taper: car.taper === null ? null : { ...car.taper, interceptKw: car.taper.interceptKw * kw },
  wearPerKwh: car.wearPerKwh * perKwh,
  salvagePerKwh: car.salvagePerKwh * perKwh,
  shortfallPerPercent: car.shortfallPerPercent * perKwh,
});

/** The same problem with every price and every power (and so every energy) times a factor. */
export const scaled = (problem: Problem, by: { perKwh: number; kw: number }): Problem => {
  const { perKwh, kw } = by;
  const { limitSlackPerKwh, reservePerKwhHour, timePerKwhHour, changePerKwh } = problem.penalties;
  return {
    ...problem,
    nodes: problem.nodes.map((node) => ({
      ...node,
      importLimitKw: timesSome(node.importLimitKw, kw),
      exportLimitKw: timesSome(node.exportLimitKw, kw),
      dischargeLimitKw: timesSome(node.dischargeLimitKw, kw),
      phaseLimitKw: node.phaseLimitKw?.map((phase) => timesSome(phase, kw) ?? []) ?? null,
      line:
        node.line === null
          ? null
          : {
              ...node.line,
              resistanceOhm: node.line.resistanceOhm / kw,
              reactanceOhm: node.line.reactanceOhm / kw,
            },
      reactiveKvar: node.reactiveKvar === null ? null : times(node.reactiveKvar, kw),
      phaseBaseKw: node.phaseBaseKw?.map((phase) => times(phase, kw)) ?? null,
      baseKw: times(node.baseKw, kw),
      pvKw: times(node.pvKw, kw),
      flatteningPerKw2h: (node.flatteningPerKw2h * perKwh) / kw,
      smoothChange:
        node.smoothChange === null
          ? null
          : {
              perKw2h: (node.smoothChange.perKw2h * perKwh) / kw,
              inForceKw: timesSome(node.smoothChange.inForceKw, kw) ?? [],
            },
      failsafe: node.failsafe === null ? null : { headroomKw: times(node.failsafe.headroomKw, kw) },
    })),
    meteringPoints: problem.meteringPoints.map((point) => ({
      ...point,
      buyPricePerKwh: times(point.buyPricePerKwh, perKwh),
      sellPricePerKwh: times(point.sellPricePerKwh, perKwh),
      demandCharge:
        point.demandCharge === null
          ? null
          : {
              ...point.demandCharge,
              pricePerKw: point.demandCharge.pricePerKw * perKwh,
              billedPeakKw: point.demandCharge.billedPeakKw * kw,
            },
    })),
    sessions: problem.sessions.map((session) => scaledSession(session, by)),
    storages: problem.storages.map((storage) => ({
      ...storage,
      capacityKwh: storage.capacityKwh * kw,
      energyKwh: storage.energyKwh * kw,
      minimumKwh: storage.minimumKwh * kw,
      maxChargeKw: storage.maxChargeKw * kw,
      maxDischargeKw: storage.maxDischargeKw * kw,
      wearPerKwh: storage.wearPerKwh * perKwh,
      terminalValuePerKwh: storage.terminalValuePerKwh === null ? null : storage.terminalValuePerKwh * perKwh,
    })),
    swapStations: problem.swapStations.map((station) => ({
      ...station,
      fullKwh: station.fullKwh * kw,
      returnedKwh: station.returnedKwh * kw,
      energiesKwh: times(station.energiesKwh, kw),
      maxChargeKw: station.maxChargeKw * kw,
      maxDischargeKw: station.maxDischargeKw * kw,
      wearPerKwh: station.wearPerKwh * perKwh,
      terminalValuePerKwh: station.terminalValuePerKwh === null ? null : station.terminalValuePerKwh * perKwh,
      stockOutPrice: station.stockOutPrice * kw * perKwh,
    })),
    targets: problem.targets.map((target) => ({
      ...target,
      powerKw: target.powerKw.map((value) => (value === null ? null : value * kw)),
      pricePerKwh: target.pricePerKwh * perKwh,
    })),
    // Factors stay; what is money per kW, kg, percent or hour is worth so many times as much.
    weights: {
      ...problem.weights,
      peak: problem.weights.peak * perKwh,
      carbon: problem.weights.carbon * perKwh,
      fairness: problem.weights.fairness * perKwh,
      comfort: problem.weights.comfort * perKwh,
    },
    payments: problem.payments.map((payment) => ({
      ...payment,
      baselineKw: timesSome(payment.baselineKw, kw) ?? [],
      segments: payment.segments.map((segment) => ({
        kw: segment.kw * kw,
        pricePerKwh: segment.pricePerKwh * perKwh,
      })),
      floorKw: payment.floorKw === null ? null : payment.floorKw * kw,
      excessPricePerKwh: payment.excessPricePerKwh === null ? null : payment.excessPricePerKwh * perKwh,
    })),
    penalties: {
      limitSlackPerKwh: limitSlackPerKwh * perKwh,
      reservePerKwhHour: reservePerKwhHour * perKwh,
      timePerKwhHour: timePerKwhHour * perKwh,
      changePerKwh: changePerKwh * perKwh,
    },
    previous: problem.previous?.map((plan) => ({ ...plan, powerKw: times(plan.powerKw, kw) })) ?? null,
  };
};
