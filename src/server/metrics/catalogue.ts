interface MetricKind {
  readonly type: "gauge" | "counter" | "histogram";
  readonly help: string;
  readonly labels: readonly string[];
}

const gauge = (help: string, ...labels: string[]): MetricKind => ({ type: "gauge", help, labels });
const counter = (help: string, ...labels: string[]): MetricKind => ({ type: "counter", help, labels });
const histogram = (help: string, ...labels: string[]): MetricKind => ({ type: "histogram", help, labels });

/**
 * Every metric that is told, by Prometheus's conventions: base units in the names, `_total` for what only
 * grows since the process began. Labels have few values: versions, known actions, sites.
 * `docs/reference/metrics.md` is generated from it.
 */
export const METRICS = {
  youxu_ocpp_connections: gauge("Stations that are connected", "version"),
  youxu_ocpp_messages_total: counter(
    "Calls between stations and us by what became of them; actions that the version does not know are `other`",
    "version",
    "direction",
    "action",
    "outcome",
  ),
  youxu_ocpp_message_seconds: histogram(
    "From a station's call being looked at to our answer, its commit included; from our call being written to the station's answer",
    "version",
    "direction",
  ),
  youxu_ocpp_complaints_total: counter(
    "Messages of stations that were not as they should be, by kind: repaired, refused, bad-message, throttled, …",
    "kind",
  ),
  youxu_ocpp_refused_connections_total: counter("Connections refused, by HTTP status", "status"),
  youxu_ocpp_handshakes: gauge("Connections being looked at"),
  youxu_ocpp_calls_in_flight: gauge("Our calls that stations have not answered yet"),
  youxu_ocpp_queued_messages: gauge(
    "Messages that wait to be handled or sent, over all stations",
    "direction",
  ),
  youxu_ocpp_message_log_bytes: gauge("Memory of the log of messages"),
  youxu_plug_and_charge_lookups_total: counter(
    "Certificates' statuses and contracts that stations asked for, by who was asked (OCSP, CRL, pool) and what came of it; `cached`: nobody had to be asked",
    "source",
    "outcome",
  ),
  youxu_transfer_hook_calls_total: counter(
    "Data transfers of stations that transfer hooks of the configuration were to answer, by what came of it: answered, failed (not reached, or too late), refused (a status other than 2xx), invalid (no answer for a station), busy (too many waited already)",
    "vendor",
    "outcome",
  ),
  youxu_plan_age_seconds: gauge("Since the plan in force was made", "site"),
  youxu_plan_gap_ratio: gauge(
    "How far the plan in force may be from the best, as a share; absent without a bound",
    "site",
  ),
  youxu_plan_violation_ratio: gauge(
    "Largest relative violation of any limit by the plan in force as it is sent",
    "site",
  ),
  youxu_plans_total: counter("Plans by the state in which they ended", "site", "status"),
  youxu_plan_solve_seconds: histogram("Time of the solver", "site"),
  youxu_dispatch_commands_total: counter("Schedules sent to stations", "site"),
  youxu_dispatch_rejects_total: counter(
    "Schedules that a station did not take: refused, unanswered, or it was gone",
    "site",
  ),
  youxu_limit_breaches_total: counter(
    "Times that measured power was above a limit for longer than its grace",
    "site",
    "node",
    "direction",
  ),
  youxu_limit_exceeded: gauge("1 while measured power is above a limit, else 0", "site", "node", "direction"),
  youxu_discharges_not_taken_back: gauge(
    "EVSEs that may have been told to give back beside their profile, though no session there is to",
    "site",
  ),
  youxu_quarantined_messages_total: counter("Messages of transactions that were put into quarantine"),
  youxu_store_commits_total: counter("Commits by whether they came through: committed, failed", "outcome"),
  youxu_store_commit_seconds: histogram("Time of a commit with all writes that share it"),
  youxu_store_waiting_writes: gauge("Writes that wait for their commit"),
  youxu_store_waiting_values: gauge("Measured values that wait to be written"),
  youxu_store_since_commit_seconds: gauge("Since the last commit that came through; NaN before the first"),
  youxu_store_bytes: gauge("Size of the database with its log"),
  youxu_event_loop_lag_seconds: gauge(
    "How late the server's thread came to its work in the last minute; quantile 1 is the latest",
    "quantile",
  ),
  youxu_info: gauge("1, with the version of the program", "version"),
  process_cpu_seconds_total: counter("CPU time of the process"),
  process_resident_memory_bytes: gauge("Memory of the process"),
  process_start_time_seconds: gauge("When the process began, seconds since 1970"),
  nodejs_heap_used_bytes: gauge("Memory of JavaScript objects"),
  nodejs_external_memory_bytes: gauge("Memory of buffers and the like"),
} as const satisfies Record<string, MetricKind>;

export type MetricName = keyof typeof METRICS;
