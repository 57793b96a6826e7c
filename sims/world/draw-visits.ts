import type { Preference } from "../../src/domain/session.js";
import { DAY_MS, type EpochMs, MINUTE_MS, SECOND_MS } from "../../src/domain/units.js";
import { atClock, minutesOf } from "../local-time.js";
import type { CarClass, TimeOfDay } from "../scenario-schema.js";
import { randomStream } from "./random.js";
import type { Car, Visit } from "./visit.js";

export interface DrawVisits {
  readonly seed: number;
  readonly zone: string;
  /** Start of the run: cars that stand there already are taken to arrive then. */
  readonly startMs: EpochMs;
  /** Each station is one car's own place. */
  readonly places: readonly { readonly stationId: string; readonly cars: Readonly<Record<string, number>> }[];
  readonly classes: Readonly<Record<string, CarClass>>;
  /** Whether a car at this station can tell its needs itself; otherwise its driver's app does. */
  readonly tellsNeeds: (stationId: string) => boolean;
  /** Whether the pile can take energy back; at others no driver is asked for consent. */
  readonly canDischarge: (stationId: string) => boolean;
}

/**
 * Every stay that begins in [fromMs, toMs), by arrival. Each car, purpose and day has its own stream:
 * another car, another class, or drawing day after day, changes none of them.
 */
export const drawVisits = (query: DrawVisits, fromMs: EpochMs, toMs: EpochMs): Visit[] => {
  // Days are local ones: one more on both sides, since a span of 24 hours touches two or three.
  const firstDay = Math.floor((fromMs - query.startMs) / DAY_MS) - 1;
  const days = Math.ceil((toMs - query.startMs) / DAY_MS) + 1 - firstDay;
  const visits = query.places.flatMap(({ stationId, cars }) => {
    const className = randomStream(query.seed, `${stationId}/class`).weighted(cars);
    const carClass = query.classes[className];
    if (carClass === undefined) return [];
    const place = { stationId, className, carClass };
    return Array.from({ length: days }, (_, index) => drawVisit(query, place, firstDay + index));
  });
  return visits
    .filter(({ departMs }) => departMs > query.startMs)
    .map((visit) => ({ ...visit, arriveMs: Math.max(visit.arriveMs, query.startMs) }))
    .filter(({ arriveMs }) => arriveMs >= fromMs && arriveMs < toMs)
    .sort((a, b) => a.arriveMs - b.arriveMs || (a.id < b.id ? -1 : 1));
};

/** Whose car it is, and of which class. */
interface Place {
  readonly stationId: string;
  readonly className: string;
  readonly carClass: CarClass;
}

const drawVisit = (query: DrawVisits, place: Place, day: number): Visit => {
  const { stationId, carClass } = place;
  const stream = (purpose: string) => randomStream(query.seed, `${stationId}/${purpose}/${day}`);
  const arriveMs = drawTime(query, carClass.arrives, day, stream("arrival"));
  const overnight = minutesOf(carClass.departs.mean) <= minutesOf(carClass.arrives.mean);
  const departMs = drawTime(query, carClass.departs, day + (overnight ? 1 : 0), stream("departure"));
  const consents =
    carClass.maxDischargeKw > 0 &&
    query.canDischarge(stationId) &&
    randomStream(query.seed, `${stationId}/consent`).uniform(0, 1) < carClass.consentsToDischarge;
  const car = drawCar(query, place, day);
  const { capacityKwh, energyKwh, chargeEfficiency } = car.battery;
  const wanted = Math.max(0, carClass.targetSoc * capacityKwh - energyKwh) / chargeEfficiency;
  const visit = {
    id: `${stationId}/${day}`,
    stationId,
    car,
    idToken: `${stationId}-driver`.slice(-20),
    arriveMs,
    departMs: Math.max(departMs, arriveMs + MINUTE_MS),
    energyNeedKwh: Math.floor(wanted * 1000 + 1e-6) / 1000,
    reserveKwh: Math.round(carClass.reserveSoc * capacityKwh * 1000) / 1000,
  };
  const tellsNeeds = query.tellsNeeds(stationId);
  return { ...visit, preference: preferenceOf(visit, { consents, tellsNeeds, carClass }) };
};

interface DriverTraits {
  readonly consents: boolean;
  readonly tellsNeeds: boolean;
  readonly carClass: CarClass;
}

/** A driver opens the app where the car cannot speak, and to allow discharge. */
const preferenceOf = (
  visit: Pick<Visit, "departMs" | "energyNeedKwh" | "reserveKwh">,
  { consents, tellsNeeds, carClass }: DriverTraits,
): Preference | null =>
  tellsNeeds && !consents
    ? null
    : {
        profileType: "CHEAP",
        departureMs: tellsNeeds ? null : visit.departMs,
        energyNeedKwh: tellsNeeds ? null : visit.energyNeedKwh,
        dischargeAllowed: consents,
        reserveKwh: consents ? visit.reserveKwh : null,
        maxDischargeKwh: consents ? carClass.maxDischargeKwh : null,
      };

/** Whole seconds, cut to [earliest, latest] of the local day. */
const drawTime = (
  { zone, startMs }: DrawVisits,
  time: TimeOfDay,
  day: number,
  stream: ReturnType<typeof randomStream>,
): EpochMs => {
  const mean = minutesOf(time.mean);
  const offset = stream.normalWithin({
    mean: 0,
    deviation: time.deviationMinutes,
    low: minutesOf(time.earliest) - mean,
    high: minutesOf(time.latest) - mean,
  });
  const drawn = atClock(time.mean, zone, startMs, day) + offset * MINUTE_MS;
  return Math.round(drawn / SECOND_MS) * SECOND_MS;
};

export const drawCar = (
  query: Pick<DrawVisits, "seed">,
  { stationId, className, carClass }: Place,
  day: number,
): Car => {
  const build = randomStream(query.seed, `${stationId}/car`);
  const state = randomStream(query.seed, `${stationId}/soc/${day}`);
  const capacityKwh = Math.round(build.uniform(carClass.capacityKwh.min, carClass.capacityKwh.max) * 10) / 10;
  const soc = state.uniform(carClass.arrivalSoc.min, carClass.arrivalSoc.max);
  return {
    id: `${stationId}-car`,
    className,
    phases: carClass.phases,
    maxChargeKw: carClass.maxChargeKw,
    maxDischargeKw: carClass.maxDischargeKw,
    battery: {
      capacityKwh,
      energyKwh: Math.round(soc * capacityKwh * 1000) / 1000,
      chargeEfficiency: carClass.chargeEfficiency,
      dischargeEfficiency: carClass.dischargeEfficiency,
      floorKwh: carClass.floorSoc * capacityKwh,
      taper: taperOf(carClass, capacityKwh),
    },
  };
};

/** A line from full power at `fromSoc` down to `fullKw` at 100 %. */
const taperOf = ({ taper, maxChargeKw }: CarClass, capacityKwh: number): Car["battery"]["taper"] => {
  if (taper === null || taper.fromSoc >= 1 || taper.fullKw >= maxChargeKw) return null;
  const slopeKwPerKwh = (maxChargeKw - taper.fullKw) / ((1 - taper.fromSoc) * capacityKwh);
  return { slopeKwPerKwh, interceptKw: taper.fullKw + slopeKwPerKwh * capacityKwh };
};
