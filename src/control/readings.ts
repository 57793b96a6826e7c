import { isAsideMeant } from "../dispatch/told-aside.js";
import type { FleetState } from "../domain/fleet.js";
import type { PlanOutcome } from "../domain/plan.js";
import { type EpochMs, SECOND_MS } from "../domain/units.js";
import { createDistribution, type Distribution, SECONDS } from "../ports/distribution.js";
import { capabilitiesOf } from "./capabilities.js";
import type { CycleRecord, SiteReadings } from "./contract.js";
import type { LimitWatch } from "./limit-watch.js";
import type { NodeWatches } from "./node-watches.js";
import type { SiteRun } from "./site-run.js";
import { configuredEvses } from "./transport.js";

/** What came of a site's passes, since the process began. */
export interface PlanTally {
  readonly plans: ReadonlyMap<PlanOutcome["status"], number>;
  readonly solveSeconds: Distribution;
  commands(): number;
  rejected(): number;
  note(record: Pick<CycleRecord, "outcome" | "commands" | "rejected">): void;
}

export const createPlanTally = (): PlanTally => {
  const plans = new Map<PlanOutcome["status"], number>();
  const solveSeconds = createDistribution(SECONDS);
  let commands = 0;
  let rejected = 0;
  return {
    plans,
    solveSeconds,
    commands: () => commands,
    rejected: () => rejected,
    note: (record) => {
      const { outcome } = record;
      plans.set(outcome.status, (plans.get(outcome.status) ?? 0) + 1);
      if (outcome.status !== "invalid") solveSeconds.note(outcome.times.solveMs / SECOND_MS);
      commands += record.commands;
      rejected += record.rejected;
    },
  };
};

export const readSite = (
  { site, memory, limitWatch, exportWatch, ...run }: SiteRun,
  tally: PlanTally,
  { fleet, nowMs }: { readonly fleet: FleetState; readonly nowMs: EpochMs },
): SiteReadings => ({
  siteId: site.id,
  plannedMs: memory.view?.plannedMs ?? null,
  outcome: memory.view?.outcome ?? null,
  plans: tally.plans,
  solveSeconds: tally.solveSeconds,
  commands: tally.commands(),
  rejected: tally.rejected(),
  notTakenBack: configuredEvses(site, fleet).filter(
    ({ station, evse }) =>
      evse?.aside != null && !isAsideMeant({ evse, capabilities: capabilitiesOf(fleet, station.id) }, nowMs),
  ).length,
  limits: [
    { ...readWatch(limitWatch), nodeId: site.rootNodeId, direction: "import" as const },
    { ...readWatch(exportWatch), nodeId: site.rootNodeId, direction: "export" as const },
    ...readNodes(run.nodeWatches, "import"),
    ...readNodes(run.nodeExportWatches, "export"),
  ],
});

const readNodes = <Direction extends "import" | "export">({ all }: NodeWatches, direction: Direction) =>
  [...all].map(([nodeId, watch]) => ({ ...readWatch(watch), nodeId, direction }));

const readWatch = ({ breaches, overSinceMs }: LimitWatch) => ({ breaches, overSinceMs });
