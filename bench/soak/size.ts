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
/** A winter's midnight. */
export const START_MS = Date.parse("2026-01-14T00:00:00Z");
/** What the program is set to: a station's time to follow, and the pause in which changes are gathered. */
export const FOLLOW_S = 60;
export const GATHER_S = 2;
/** What is promised of a pile that takes what it likes (docs/field.md): until the site is measured, and a pass. */
export const PROMISED_S = SITE_METER_S + 10;
