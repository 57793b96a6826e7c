import { ratedKw } from "../../src/domain/draw.js";
import type { Preference } from "../../src/domain/session.js";
import type { EpochMs } from "../../src/domain/units.js";
import type { NewStation } from "../../sims/station/model.js";
import type { RandomStream } from "../../sims/world/random.js";
import type { Visit } from "../../sims/world/visit.js";

interface Stay {
  readonly index: number;
  readonly arriveMs: EpochMs;
  readonly departMs: EpochMs;
}

const CAPACITY_KWH = 60;
/** Of the cars at three phases these use one. */
const ONE_PHASE_SHARE = 0.3;
/** What a driver who allows discharge lets be taken, and keeps. */
const MOST_TAKEN_KWH = 10;
const RESERVE_KWH = 20;

/** A car that comes to a pile and goes, with what it needs; at a pile that gives back its driver allows that. */
export const visitOf = (
  { stationId, evse }: NewStation,
  { index, ...stay }: Stay,
  stream: RandomStream,
): Visit => {
  const energyNeedKwh = stream.uniform(3, 30);
  const phases = evse.phases === 3 && stream.uniform(0, 1) >= ONE_PHASE_SHARE ? 3 : 1;
  return {
    id: `${stationId}/${index}`,
    stationId,
    idToken: `driver-${stationId}`,
    ...stay,
    energyNeedKwh,
    reserveKwh: evse.maxDischargeKw > 0 ? RESERVE_KWH : 0,
    preference: evse.maxDischargeKw > 0 ? consentOf(stay, energyNeedKwh) : null,
    car: {
      id: `car-${stationId}-${index}`,
      className: "soak",
      phases,
      maxChargeKw: ratedKw(evse),
      maxDischargeKw: evse.maxDischargeKw,
      battery: {
        capacityKwh: CAPACITY_KWH,
        energyKwh: CAPACITY_KWH - energyNeedKwh,
        chargeEfficiency: 0.95,
        dischargeEfficiency: 0.95,
        floorKwh: 3,
        taper: null,
      },
    },
  };
};

const consentOf = ({ departMs }: Pick<Stay, "departMs">, energyNeedKwh: number): Preference => ({
  profileType: "CHEAP",
  departureMs: departMs,
  energyNeedKwh,
  dischargeAllowed: true,
  reserveKwh: RESERVE_KWH,
  maxDischargeKwh: MOST_TAKEN_KWH,
});
