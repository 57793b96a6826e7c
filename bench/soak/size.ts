/** How large a soak is, and how it is drawn. */
export interface SoakSize {
  readonly stations: number;
  readonly hours: number;
  readonly seed: number;
}

/** Stations of a site. */
export const PER_SITE = 40;
/** Meter values of the stations, and measurements of their sites. */
export const SAMPLE_S = 300;
export const SITE_METER_S = 60;
