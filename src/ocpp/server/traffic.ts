import type { OcppVersion } from "../../domain/fleet.js";
import { SECOND_MS } from "../../domain/units.js";
import { createDistribution, type Distribution, SECONDS } from "../../ports/distribution.js";
import type { SchemaBook } from "../schemas.js";
import type { Counter } from "../session/contract.js";
import type { InboundOutcome, OutboundOutcome, Traffic } from "../session/traffic.js";
import type { Refusal } from "./refusal.js";

const INBOUND: readonly InboundOutcome[] = ["answered", "refused", "failed"];
const OUTBOUND: readonly OutboundOutcome[] = [
  "result",
  "error",
  "timeout",
  "cut",
  "offline",
  "superseded",
  "invalid",
];
/** Every action that a version does not know: a stranger's words make no names of their own. */
const OTHER = "other";

export type Direction = "from-station" | "to-station";

interface MessageCount {
  readonly version: OcppVersion;
  readonly direction: Direction;
  readonly action: string;
  readonly outcome: string;
  readonly count: number;
}

interface Latency {
  readonly version: OcppVersion;
  readonly direction: Direction;
  readonly seconds: Distribution;
}

/** What went over the wire since the process began, in plain counters. */
export interface TrafficBook {
  of(version: OcppVersion, book: Pick<SchemaBook, "knows">): Traffic;
  complained(counter: Counter): void;
  refused(status: Refusal["status"]): void;
  messages(): readonly MessageCount[];
  latencies(): readonly Latency[];
  complaints(): ReadonlyMap<Counter, number>;
  refusals(): ReadonlyMap<Refusal["status"], number>;
}

interface VersionTraffic extends Traffic {
  readonly counts: { readonly [direction in Direction]: Counts };
  readonly seconds: { readonly [direction in Direction]: Distribution };
}

export const createTrafficBook = (nowMs: () => number = () => performance.now()): TrafficBook => {
  const versions = new Map<OcppVersion, VersionTraffic>();
  const complaints = new Map<Counter, number>();
  const refusals = new Map<Refusal["status"], number>();
  return {
    of: (version, book) => {
      const known = versions.get(version) ?? openTraffic(book, nowMs);
      versions.set(version, known);
      return known;
    },
    complained: (counter) => void complaints.set(counter, (complaints.get(counter) ?? 0) + 1),
    refused: (status) => void refusals.set(status, (refusals.get(status) ?? 0) + 1),
    messages: () =>
      [...versions].flatMap(([version, { counts }]) =>
        directions(counts).flatMap(([direction, of]) =>
          of.read().map((each) => ({ version, direction, ...each })),
        ),
      ),
    latencies: () =>
      [...versions].flatMap(([version, { seconds }]) =>
        directions(seconds).map(([direction, of]) => ({ version, direction, seconds: of })),
      ),
    complaints: () => complaints,
    refusals: () => refusals,
  };
};

const directions = <T>(each: { readonly [direction in Direction]: T }): [Direction, T][] => [
  ["from-station", each["from-station"]],
  ["to-station", each["to-station"]],
];

const openTraffic = (book: Pick<SchemaBook, "knows">, nowMs: () => number): VersionTraffic => {
  const inbound = createCounts(INBOUND, book);
  const outbound = createCounts(OUTBOUND, book);
  const seconds = { "from-station": createDistribution(SECONDS), "to-station": createDistribution(SECONDS) };
  return {
    nowMs,
    counts: { "from-station": inbound, "to-station": outbound },
    seconds,
    received: (action, outcome, sinceMs) => {
      inbound.bump(action, INBOUND.indexOf(outcome));
      seconds["from-station"].note((nowMs() - sinceMs) / SECOND_MS);
    },
    called: (action, outcome, sinceMs) => {
      outbound.bump(action, OUTBOUND.indexOf(outcome));
      if (sinceMs !== null) seconds["to-station"].note((nowMs() - sinceMs) / SECOND_MS);
    },
  };
};

interface Counts {
  bump(action: string, outcome: number): void;
  read(): { action: string; outcome: string; count: number }[];
}

const createCounts = (outcomes: readonly string[], book: Pick<SchemaBook, "knows">): Counts => {
  const actions = new Map<string, Float64Array>();
  const rowOf = (action: string): Float64Array => {
    const row = actions.get(action);
    if (row !== undefined) return row;
    const fresh = new Float64Array(outcomes.length);
    actions.set(action, fresh);
    return fresh;
  };
  return {
    bump: (action, outcome) => {
      const row = actions.get(action) ?? rowOf(book.knows(action) ? action : OTHER);
      row[outcome]!++;
    },
    read: () =>
      [...actions].flatMap(([action, row]) =>
        outcomes.flatMap((outcome, at) => (row[at]! > 0 ? [{ action, outcome, count: row[at]! }] : [])),
      ),
  };
};
