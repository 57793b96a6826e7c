/** How a variable is watched. */
export type MonitorType =
  | "upper-threshold"
  | "lower-threshold"
  /** Told when it changes by the value; of what is no number, at each change. */
  | "delta"
  /** Told every so many seconds. */
  | "periodic"
  /** The same, from full hours on. */
  | "clock-aligned";

/** The same in the words of 2.x. */
export const MONITOR_TYPES: Readonly<Record<MonitorType, string>> = {
  "upper-threshold": "UpperThreshold",
  "lower-threshold": "LowerThreshold",
  delta: "Delta",
  periodic: "Periodic",
  "clock-aligned": "PeriodicClockAligned",
};

/** A monitor that a station shall have on a variable of its device model. */
export interface WantedMonitor {
  /** `Component.Variable`. */
  readonly name: string;
  readonly type: MonitorType;
  /** Threshold or change in the variable's unit, or a time in seconds. */
  readonly value: number;
  /** 0 danger, 1 hardware failure, 2 system failure, 3 critical, 4 error, 5 alert, 6 warning, 7 notice, 8 information, 9 debug. */
  readonly severity: number;
  /** Whether it watches only while a transaction runs. */
  readonly inTransaction: boolean;
  /** Takes the place of the monitor of this id; null: a new one. */
  readonly id: number | null;
}

/** What a station watches of itself; 2.x only. */
export type MonitoringCommand =
  /** Which monitors are in place: all that are known to it, those it was made with, or those that cannot be changed. */
  | { readonly kind: "set-monitoring-base"; readonly base: "all" | "factory-default" | "hard-wired-only" }
  /** Only events at least as severe are told; 0 is the most severe. */
  | { readonly kind: "set-monitoring-level"; readonly severity: number }
  | { readonly kind: "set-monitors"; readonly monitors: readonly WantedMonitor[] }
  | { readonly kind: "clear-monitors"; readonly ids: readonly number[] }
  /** Monitors of some kinds on some variables; of all where nothing is named. They come part by part. */
  | {
      readonly kind: "report-monitors";
      readonly criteria: readonly ("threshold" | "delta" | "periodic")[];
      readonly names: readonly string[];
    };

/** What became of one of several that a command asked for. */
export interface ItemResult {
  /** Of the variable, monitor or tariff that it is about. */
  readonly item: string;
  /** Under which the station keeps it; null: none. */
  readonly id: number | null;
  /** Why it was refused, in the station's word; null: it was taken. */
  readonly why: string | null;
}
