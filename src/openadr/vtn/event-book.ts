import { z } from "zod";
import { YouxuError } from "../../domain/errors.js";
import type { EventPayload, GridEvent } from "../../domain/signal.js";
import type { EpochMs } from "../../domain/units.js";
import type { Clock } from "../../ports/clock.js";
import type { Documents } from "../../ports/documents.js";
import { FINISHED_EVENT_KEPT_MS, type GridEvents } from "../../ports/event-store.js";
import { type PayloadDescriptor, readPayload } from "../wire/payloads.js";
import type { Log } from "./problem.js";
import { expandTimeline, type Timeline } from "../timeline/timeline.js";
import { type EventObject, eventObject, type ProgramObject } from "../wire/objects.js";

/**
 * An event as kept: the object, the time that its `0001-01-01` stands for (when this version of it
 * was posted), and the draws of its random starts by interval, so that a restart lays the same
 * timeline.
 */
const storedEvent = z.object({
  object: eventObject,
  anchorMs: z.number(),
  draws: z.array(z.tuple([z.number(), z.number()])),
  descriptors: z.array(
    z.object({
      payloadType: z.string(),
      units: z.string().optional(),
      currency: z.string().optional(),
      place: z.string().default("payloadDescriptors"),
    }),
  ),
});
type StoredEvent = z.infer<typeof storedEvent>;

interface Entry {
  readonly stored: StoredEvent;
  readonly grid: GridEvent;
  readonly timeline: Timeline;
  /** When a loop that goes on is laid out anew; null: never. */
  readonly layAgainMs: EpochMs | null;
}

export interface EventBook {
  readonly grid: GridEvents;
  /** In order of creation. */
  all(): readonly EventObject[];
  find(id: string): EventObject | null;
  /** False only for an event whose timeline is over. */
  mayStillAct(id: string): boolean;
  /** Lays out and keeps an event; throws when its times or payloads are wrong, and keeps nothing. */
  save(object: EventObject, programDescriptors: readonly PayloadDescriptor[]): Promise<void>;
  remove(id: string): Promise<void>;
}

export interface EventBookParts {
  readonly documents: Documents;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
}

const COLLECTION = "openadr-events";

export const openEventBook = async (parts: EventBookParts): Promise<EventBook> => {
  const { documents, clock, log } = parts;
  const entries = new Map<string, Entry>();
  const listeners: ((eventId: string) => void)[] = [];
  /** What is on disk is accepted, whatever a listener makes of it. */
  const tell = (eventId: string): void => {
    for (const listener of listeners) {
      try {
        listener(eventId);
      } catch (failure) {
        log.error({ err: failure, eventId }, "a listener to OpenADR events failed");
      }
    }
  };
  for (const entry of await load(parts)) entries.set(entry.grid.id, entry);

  /** The entry, its loop laid out anew when it is due. */
  const fresh = (entry: Entry): Entry => {
    if (entry.layAgainMs === null || clock.now() < entry.layAgainMs) return entry;
    const again = lay(entry.stored, clock.now());
    entries.set(entry.grid.id, again);
    return again;
  };
  const over = ({ timeline }: Entry): boolean => timeline.endMs !== null && timeline.endMs <= clock.now();
  /** One that was over when it was posted is shown as long as one that ended then. */
  const outlived = ({ timeline, grid }: Entry): boolean =>
    timeline.endMs !== null &&
    Math.max(timeline.endMs, grid.modifiedMs) <= clock.now() - FINISHED_EVENT_KEPT_MS;
  return {
    grid: {
      recent: () =>
        [...entries.values()]
          .map(fresh)
          .filter((entry) => !outlived(entry))
          .map((entry) => entry.grid),
      find: (id) => {
        const entry = entries.get(id);
        return entry === undefined ? null : fresh(entry).grid;
      },
      onChange: (listener) => listeners.push(listener),
    },
    all: () => [...entries.values()].map((entry) => entry.stored.object),
    find: (id) => entries.get(id)?.stored.object ?? null,
    mayStillAct: (id) => {
      const entry = entries.get(id);
      return entry !== undefined && !over(entry);
    },
    save: async (object, programDescriptors) => {
      const entry = layNew(object, programDescriptors, parts);
      await documents.put(COLLECTION, object.id, entry.stored);
      entries.set(object.id, entry);
      tell(object.id);
    },
    remove: async (id) => {
      await documents.remove(COLLECTION, id);
      if (entries.delete(id)) tell(id);
    },
  };
};

/** A stored event that cannot be read is left out with a line in the log; it does not stop the start. */
const load = async ({ documents, clock, log }: EventBookParts): Promise<readonly Entry[]> =>
  (await documents.list(COLLECTION)).flatMap((document) => {
    try {
      return [lay(storedEvent.parse(document), clock.now())];
    } catch (failure) {
      log.error({ err: failure }, "a stored OpenADR event cannot be read and is left out");
      return [];
    }
  });

/** Descriptors of an event or a program with their places. */
export const describedAt = (
  list: string,
  descriptors: NonNullable<ProgramObject["payloadDescriptors"]>,
): PayloadDescriptor[] =>
  descriptors.flatMap((descriptor, index) =>
    descriptor.objectType === "EVENT_PAYLOAD_DESCRIPTOR"
      ? [{ ...descriptor, place: `${list}[${index}]` }]
      : [],
  );

const layNew = (
  object: EventObject,
  programDescriptors: readonly PayloadDescriptor[],
  { clock, random }: EventBookParts,
): Entry => {
  const draws = new Map<number, number>();
  const draw = (index: number): number => {
    const drawn = draws.get(index) ?? random();
    draws.set(index, drawn);
    return drawn;
  };
  const anchorMs = Date.parse(object.modificationDateTime);
  const own = describedAt("payloadDescriptors", object.payloadDescriptors ?? []);
  const descriptors = [...own, ...programDescriptors];
  expandTimeline(timesOf(object, descriptors), { nowMs: anchorMs, fromMs: clock.now(), draw });
  return lay({ object, anchorMs, draws: [...draws], descriptors }, clock.now());
};

const MIDDLE = 0.5;

const lay = (stored: StoredEvent, nowMs: EpochMs): Entry => {
  const { object, anchorMs, descriptors } = stored;
  const draws = new Map(stored.draws);
  const draw = (index: number): number => draws.get(index) ?? MIDDLE;
  const timeline = expandTimeline(timesOf(object, descriptors), { nowMs: anchorMs, fromMs: nowMs, draw });
  const { laidUntilMs } = timeline;
  const grid = {
    id: object.id,
    programId: object.programID,
    name: object.eventName ?? null,
    priority: object.priority ?? null,
    modifiedMs: Date.parse(object.modificationDateTime),
    nodeIds: object.targets.length === 0 ? null : object.targets,
    intervals: timeline.intervals,
  };
  const layAgainMs = laidUntilMs === null ? null : nowMs + Math.max(0, laidUntilMs - nowMs) / 2;
  return { stored, grid, timeline, layAgainMs };
};

const timesOf = (object: EventObject, descriptors: readonly PayloadDescriptor[]) => ({
  duration: object.duration,
  intervalPeriod: object.intervalPeriod,
  intervals: object.intervals?.map((interval, index) => ({
    id: interval.id,
    intervalPeriod: interval.intervalPeriod,
    payloads: interval.payloads.map((payload, position) =>
      readPayload(plainPayload(payload), descriptors, `intervals[${index}].payloads[${position}]`),
    ),
  })),
});

type WirePayload = NonNullable<EventObject["intervals"]>[number]["payloads"][number];

/** Points belong to curves, which have no effect here; they stay in the object as posted. */
const plainPayload = ({ type, values }: WirePayload): EventPayload => ({
  type,
  values: values.filter((value) => typeof value !== "object"),
});

/** Throws `event.node-unknown` for a target that names no grid node. */
export const checkTargets = (
  object: { targets: readonly string[] },
  knownNodes: ReadonlySet<string>,
): void => {
  const index = object.targets.findIndex((target) => !knownNodes.has(target));
  if (index >= 0)
    throw new YouxuError(
      "event.node-unknown",
      `there is no grid node ${object.targets[index]}; there are ${shown([...knownNodes])}`,
      `targets[${index}]`,
    );
};

const MOST_SHOWN = 10;

const shown = (nodeIds: readonly string[]): string =>
  nodeIds.length <= MOST_SHOWN
    ? nodeIds.join(", ")
    : `${nodeIds.slice(0, MOST_SHOWN).join(", ")} and ${nodeIds.length - MOST_SHOWN} more`;
