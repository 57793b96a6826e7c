/** What the signals leave open; numbers that a site may set otherwise. */
export interface LaySettings {
  /**
   * Share of a node's import limit that is left at each level of a SIMPLE event, level 0 first.
   * null: no cap at this level.
   */
  readonly simpleShares: readonly (number | null)[];
  /** Price of a kWh of deviation from a DISPATCH_SETPOINT, in the site's currency. */
  readonly dispatchPricePerKwh: number;
  /** How many days back a missing price is looked up at the same local time of day. */
  readonly lookBackDays: number;
}

export const DEFAULT_LAY_SETTINGS: LaySettings = {
  simpleShares: [null, 0.75, 0.5, 0.25],
  dispatchPricePerKwh: 1,
  lookBackDays: 14,
};
