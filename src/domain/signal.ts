import type { EpochMs } from "./units.js";

/** Payload of an interval of a grid operator's event, type as in OpenADR 3. */
export interface EventPayload {
  readonly type: string;
  readonly values: readonly (number | string | boolean)[];
  /** Of a price, where one is stated; without it a price is in the site's. */
  readonly currency?: string;
}

export interface EventInterval {
  readonly id: number;
  readonly startMs: EpochMs;
  /** null: open-ended. */
  readonly endMs: EpochMs | null;
  readonly payloads: readonly EventPayload[];
}

/** A demand-response event, capacity limit or price as posted, its timeline laid out in time. */
export interface GridEvent {
  readonly id: string;
  readonly programId: string;
  readonly name: string | null;
  /** 0 is highest; null lowest. */
  readonly priority: number | null;
  readonly modifiedMs: EpochMs;
  /** Grid nodes that it aims at; null: it names no target, so it is for every site. Empty: for none of them. */
  readonly nodeIds: readonly string[] | null;
  readonly intervals: readonly EventInterval[];
}

/** Prices by time with a stated end; a gap is a missing point. */
export interface PriceSeries {
  readonly id: string;
  readonly currency: string;
  readonly points: readonly {
    readonly startMs: EpochMs;
    readonly endMs: EpochMs;
    readonly pricePerKwh: number;
  }[];
  readonly source: string;
}

/** What was done where a signal was missing, stale or in conflict: shown, never silent. */
export interface SignalNote {
  readonly code: string;
  readonly message: string;
  readonly atMs: EpochMs | null;
}

/** A hard cap on a node's import, or export, per slot, with the event that sets it. */
export interface NodeCap {
  readonly nodeId: string;
  readonly capKw: readonly (number | null)[];
  readonly eventId: readonly (string | null)[];
}

export interface NodeTarget {
  readonly id: string;
  readonly nodeId: string;
  readonly powerKw: readonly (number | null)[];
  readonly pricePerKwh: number;
}

/** Every signal laid on a horizon: arrays have one value per slot. */
export interface LaidSignals {
  readonly prices: ReadonlyMap<
    string,
    {
      readonly buyPerKwh: readonly number[];
      readonly sellPerKwh: readonly number[];
      /** Slots in which power counts for a demand charge; absent: all. */
      readonly demandCounts?: readonly boolean[];
      /** CO₂ of a kWh that is drawn, kg; absent: not known. */
      readonly carbonKgPerKwh?: readonly number[];
    }
  >;
  readonly caps: readonly NodeCap[];
  /** Of export; absent: none. */
  readonly exportCaps?: readonly NodeCap[];
  readonly targets: readonly NodeTarget[];
  readonly notes: readonly SignalNote[];
}
