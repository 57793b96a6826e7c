import type { EpochMs } from "./units.js";

/** A car that is not there yet and is expected at a pile. */
export interface ExpectedCar {
  /** In the problem and its plan: `queue:…`, `booking:…`, `emergency:…`. */
  readonly id: string;
  /** Wanted at the port, kWh. */
  readonly energyNeedKwh: number;
  /** It cannot be plugged in before. */
  readonly fromMs: EpochMs;
  /** It is gone then. */
  readonly untilMs: EpochMs;
  /** It charges as soon as limits allow, whatever the price. */
  readonly isUrgent: boolean;
}

/** Who is expected at a pile, in the order in which they are served, after the car that is there. */
export interface PileOutlook {
  readonly stationId: string;
  readonly evseId: number;
  readonly handoverMinutes: number;
  readonly expected: readonly ExpectedCar[];
}

/** Why a car gets no power at a pile that is shared: the key of the reason that its driver sees. */
type Withheld = "price-not-accepted" | "not-booked";

/** What sharing says of a car that is plugged in, beside what its driver wants. */
export interface SessionTerms {
  readonly sessionId: string;
  /** It is to be unplugged then; null: nothing but its departure. */
  readonly endsMs: EpochMs | null;
  /** The most that it may still take, at the port; null: no bound. */
  readonly mostKwh: number | null;
  readonly isUrgent: boolean;
  /** Why it is given nothing; absent: it is not kept from power. */
  readonly withheld?: Withheld;
}

/** What sharing adds to the plan of a site. */
export interface SharingOutlook {
  readonly piles: readonly PileOutlook[];
  readonly terms: readonly SessionTerms[];
}
