import type { StationNews } from "../domain/station-news.js";
import { HOUR_MS, type EpochMs } from "../domain/units.js";
import type { Clock } from "../ports/clock.js";
import type { CustomerReports } from "../ports/customer-reports.js";

/** Reports that are held, the oldest making way. */
const MOST_REPORTS = 100;
/** Of a report, whatever number of parts a station sends. */
const MOST_CHARACTERS = 65_536;
const HELD_MS = HOUR_MS;

interface Held {
  readonly sinceMs: EpochMs;
  readonly parts: Map<number, string>;
  /** Place of the part after which no more comes; null: it has not come. */
  last: number | null;
  characters: number;
}

const keyOf = (stationId: string, requestId: number): string => `${requestId} ${stationId}`;

/** Holds what stations tell of customers until it is read. */
export const createCustomerReports = (clock: Pick<Clock, "now">): CustomerReports => {
  const reports = new Map<string, Held>();
  const forgetOld = (): void => {
    const nowMs = clock.now();
    for (const [key, { sinceMs }] of reports)
      if (reports.size > MOST_REPORTS || nowMs - sinceMs >= HELD_MS) reports.delete(key);
  };
  /** Only what was asked for is taken: no station fills our memory of its own accord. */
  const expect = ({ stationId, outcome, atMs }: Commanded): void => {
    if (outcome.requestId === undefined) return;
    const held = { sinceMs: atMs, parts: new Map(), last: null, characters: 0 };
    reports.set(keyOf(stationId, outcome.requestId), held);
    forgetOld();
  };
  return {
    tell: (news) => {
      if (news.kind === "commanded" && news.command.kind === "customer-information") expect(news);
      if (news.kind !== "customer-told") return;
      const held = reports.get(keyOf(news.stationId, news.requestId));
      if (held !== undefined) add(held, news);
    },
    take: (stationId, requestId) => {
      forgetOld();
      const key = keyOf(stationId, requestId);
      const held = reports.get(key);
      if (held === undefined) return null;
      if (!isComplete(held)) return { complete: false, data: null };
      reports.delete(key);
      return { complete: true, data: joined(held) };
    },
  };
};

type Commanded = Extract<StationNews, { kind: "commanded" }>;

const add = (held: Held, { seqNo, data, more }: Extract<StationNews, { kind: "customer-told" }>): void => {
  if (!more) held.last = seqNo;
  if (held.parts.has(seqNo) || held.characters + data.length > MOST_CHARACTERS) return;
  held.characters += data.length;
  held.parts.set(seqNo, data);
};

/** What was cut off for its length is complete with its last part, too. */
const isComplete = ({ last, parts, characters }: Held): boolean =>
  last !== null && (parts.size > last || characters * 2 > MOST_CHARACTERS);

const joined = ({ parts }: Held): string =>
  [...parts]
    .sort(([a], [b]) => a - b)
    .map(([, data]) => data)
    .join("");
