import type { FleetState } from "../domain/fleet.js";
import type { Horizon } from "../domain/horizon.js";
import type { Plan } from "../domain/plan.js";
import type { Problem } from "../domain/problem.js";
import type { LaidSignals } from "../domain/signal.js";
import type { Site } from "../domain/site.js";
import type { EpochMs } from "../domain/units.js";
import type { BaseForecast } from "./base-forecast.js";
import { formulateNodes } from "./formulate-nodes.js";
import { formulateSessions, previousPowers } from "./formulate-sessions.js";
import { presentCars } from "./present-cars.js";
import type { SiteDefaults } from "./needs.js";

/** All that a problem is made of; plain data, `nowMs` included. */
export interface FormulationInput {
  readonly site: Site;
  readonly fleet: FleetState;
  readonly signals: LaidSignals;
  readonly base: BaseForecast;
  readonly horizon: Horizon;
  readonly nowMs: EpochMs;
  /** What a silent driver is taken to want, by session id. */
  readonly defaultsOf: ReadonlyMap<string, SiteDefaults>;
  readonly previous: Plan | null;
}

/** Breaking a limit is the last resort: dearer than any shortfall can be. */
const LIMIT_SLACK_PER_KWH = 5_000;
const RESERVE_PER_KWH_HOUR = 20;
/** Small enough never to outweigh a price difference, large enough to break ties towards sooner. */
const TIME_PER_KWH_HOUR = 2e-4;
const CHANGE_PER_KWH = 1e-4;

/** From fleet, measurements and signals to the problem that the optimizer sees. */
export const formulate = (input: FormulationInput): Problem => {
  const { site, horizon, signals } = input;
  const cars = presentCars(input);
  const sessions = formulateSessions(input, cars.steered);
  return {
    horizon: { startsMs: [...horizon.startsMs], endMs: horizon.endMs },
    currency: site.currency,
    nodes: formulateNodes(input, cars.fixed),
    meteringPoints: site.meteringPoints.map((point) => {
      const prices = signals.prices.get(point.id);
      return {
        id: point.id,
        nodeId: point.nodeId,
        buyPricePerKwh: [...(prices?.buyPerKwh ?? horizon.startsMs.map(() => 0))],
        sellPricePerKwh: [...(prices?.sellPerKwh ?? horizon.startsMs.map(() => 0))],
      };
    }),
    sessions,
    targets: signals.targets.map((target) => ({ ...target, powerKw: [...target.powerKw] })),
    penalties: {
      limitSlackPerKwh: LIMIT_SLACK_PER_KWH,
      reservePerKwhHour: RESERVE_PER_KWH_HOUR,
      timePerKwhHour: TIME_PER_KWH_HOUR,
      changePerKwh: CHANGE_PER_KWH,
    },
    previous: previousPowers(input.previous, sessions, horizon),
  };
};
