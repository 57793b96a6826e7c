import type { Control, SiteReadings } from "../control/contract.js";
import { type EpochMs, SECOND_MS } from "../domain/units.js";
import type { CentralSystem } from "../ocpp/index.js";
import type { TransferHookCount } from "../ports/transfer-hooks.js";
import type { MetricName } from "../server/metrics/catalogue.js";
import type { MetricValue } from "../server/metrics/registry.js";
import type { Store } from "../store/open-store.js";

/** What of a store tells how it fares. */
export type StoreVitals = Pick<Store, "commits" | "bytes" | "tryToWrite"> & {
  readonly telemetry: Pick<Store["telemetry"], "waiting">;
};

export interface MetricSources {
  readonly central: Pick<CentralSystem, "readings">;
  readonly control: Pick<Control, "readings">;
  readonly transferHooks: { readonly readings: () => readonly TransferHookCount[] };
  /** null: nothing is kept. */
  readonly store: StoreVitals | null;
  readonly nowMs: () => EpochMs;
}

type Value = MetricValue["value"];

const one = (name: MetricName, value: Value, labels: MetricValue["labels"] = {}): MetricValue => ({
  name,
  labels,
  value,
});

/** Everything that stations, plans and store tell of themselves, as metrics. */
export const readMetrics = ({
  central,
  control,
  transferHooks,
  store,
  nowMs,
}: MetricSources): MetricValue[] => {
  const { sites, quarantined } = control.readings();
  return [
    ...ofCentral(central.readings()),
    ...transferHooks
      .readings()
      .map(({ vendorId: vendor, outcome, count }) =>
        one("youxu_transfer_hook_calls_total", count, { vendor, outcome }),
      ),
    ...sites.flatMap((site) => ofSite(site, nowMs())),
    one("youxu_quarantined_messages_total", quarantined),
    ...(store === null ? [] : ofStore(store)),
  ];
};

const ofCentral = (read: ReturnType<CentralSystem["readings"]>): MetricValue[] => {
  const { traffic, queued } = read;
  return [
    ...[...read.connections].map(([version, count]) => one("youxu_ocpp_connections", count, { version })),
    ...traffic.messages().map(({ count, ...labels }) => one("youxu_ocpp_messages_total", count, labels)),
    ...traffic
      .latencies()
      .map(({ seconds, ...labels }) => one("youxu_ocpp_message_seconds", seconds, labels)),
    ...[...traffic.complaints()].map(([kind, count]) => one("youxu_ocpp_complaints_total", count, { kind })),
    ...[...traffic.refusals()].map(([status, count]) =>
      one("youxu_ocpp_refused_connections_total", count, { status: String(status) }),
    ),
    one("youxu_ocpp_handshakes", read.handshakes),
    one("youxu_ocpp_calls_in_flight", read.callsInFlight),
    one("youxu_ocpp_queued_messages", queued["from-station"], { direction: "from-station" }),
    one("youxu_ocpp_queued_messages", queued["to-station"], { direction: "to-station" }),
    one("youxu_ocpp_message_log_bytes", read.messageLogBytes),
    ...read.lookUps.map(({ count, ...labels }) => one("youxu_plug_and_charge_lookups_total", count, labels)),
  ];
};

const ofSite = (read: SiteReadings, nowMs: EpochMs): MetricValue[] => {
  const site = { site: read.siteId };
  const of = (name: MetricName, value: Value, labels: MetricValue["labels"] = {}): MetricValue =>
    one(name, value, { ...site, ...labels });
  return [
    ...ofPlan(read, nowMs, of),
    ...[...read.plans].map(([status, count]) => of("youxu_plans_total", count, { status })),
    of("youxu_plan_solve_seconds", read.solveSeconds),
    of("youxu_dispatch_commands_total", read.commands),
    of("youxu_dispatch_rejects_total", read.rejected),
    of("youxu_discharges_not_taken_back", read.notTakenBack),
    ...read.limits.flatMap(({ nodeId: node, direction, breaches, overSinceMs }) => [
      of("youxu_limit_breaches_total", breaches, { node, direction }),
      of("youxu_limit_exceeded", overSinceMs === null ? 0 : 1, { node, direction }),
    ]),
  ];
};

const ofPlan = (
  { plannedMs, outcome }: SiteReadings,
  nowMs: EpochMs,
  of: (name: MetricName, value: Value) => MetricValue,
): MetricValue[] => {
  const age = plannedMs === null ? [] : [of("youxu_plan_age_seconds", (nowMs - plannedMs) / SECOND_MS)];
  if (outcome === null || outcome.status === "invalid") return age;
  const { gap, maxViolation } = outcome.plan.certificate.sent;
  return [
    ...age,
    ...(gap === null ? [] : [of("youxu_plan_gap_ratio", gap)]),
    of("youxu_plan_violation_ratio", maxViolation),
  ];
};

const ofStore = ({ commits, telemetry, bytes }: StoreVitals): MetricValue[] => [
  one("youxu_store_commits_total", totalOf(commits.seconds.counts), { outcome: "committed" }),
  one("youxu_store_commits_total", commits.failed(), { outcome: "failed" }),
  one("youxu_store_commit_seconds", commits.seconds),
  one("youxu_store_waiting_writes", commits.waiting()),
  one("youxu_store_waiting_values", telemetry.waiting()),
  one("youxu_store_since_commit_seconds", (commits.sinceLastMs() ?? Number.NaN) / SECOND_MS),
  one("youxu_store_bytes", bytes()),
];

const totalOf = (counts: Readonly<Float64Array>): number => counts.reduce((sum, count) => sum + count, 0);
