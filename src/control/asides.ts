import type { CommandOutcome } from "../domain/command.js";
import { type AsideWording, isSameAside, type KeptAside, keptAsideSchema } from "../domain/discharge.js";
import { asideWording } from "../domain/quirks.js";
import type { EvseState, FleetEvent, StationState } from "../domain/fleet.js";
import type { Schedule } from "../domain/schedule.js";
import { type EpochMs, MINUTE_MS, SECOND_MS } from "../domain/units.js";
import {
  asideMeantUntilMs,
  asideOf,
  type AsideStanding,
  isWilling,
  keptAsideKw,
  releaseKw,
  type TellPower,
} from "../dispatch/told-aside.js";
import { capabilitiesOf } from "./capabilities.js";
import type { ControlParts } from "./contract.js";
import type { FleetKeeper } from "./fleet-keeper.js";
import { atMost } from "./sending.js";

const COLLECTION = "told-aside";

/** A release that was not taken is told again after this, and after twice as long each time. */
const FIRST_RETRY_MS = 10 * SECOND_MS;
const LAST_RETRY_MS = 10 * MINUTE_MS;
/** A vendor's time-out bears that one word of these is lost. */
const WORDS_PER_TIMEOUT = 3;

type AsideParts = Pick<ControlParts, "clock" | "documents" | "link" | "log" | "settings" | "quirks"> & {
  readonly keeper: FleetKeeper;
  /** What an EVSE may draw has changed without a plan. */
  readonly planAgain: (stationId: string) => void;
};

interface Place {
  readonly stationId: string;
  readonly evseId: number;
}

/**
 * Words beside profiles: a power that a vendor's message or setting takes, and that stands until the next. What an EVSE
 * may have been told to give back is on disk before the word leaves, and is taken back, again and again while the
 * station is connected, as soon as no session there is to give back any more, the last plan that had it do so is old, or
 * we stop.
 */
export interface Asides {
  /** The word that goes beside a schedule's profile; null: none does. */
  wordOf(schedule: Schedule): TellPower | null;
  tell(stationId: string, word: TellPower): Promise<CommandOutcome>;
  /** After each event of the fleet. */
  see(event: FleetEvent, before: StationState): void;
  restored(): Promise<FleetEvent[]>;
  /** Nothing is being told by itself. */
  idle(): boolean;
  /** Takes back all that may stand at a station that is connected: once, waiting no longer than for any answer. */
  stop(): Promise<void>;
}

const keyOf = ({ stationId, evseId }: Place): string => `${stationId}/${evseId}`;

/** What an EVSE may do after a word by what became of the word. */
const STANDS = {
  accepted: "yes",
  rejected: "no",
  unsupported: "no",
  offline: "no",
  timeout: "maybe",
  error: "maybe",
} as const;

export const createAsides = (parts: AsideParts): Asides => {
  const { keeper, clock, documents, link, log } = parts;
  const busy = new Set<string>();
  const timers = new Map<string, () => void>();
  const tries = new Map<string, number>();
  /** When what is told is over without another word of the plan. */
  const ends = new Map<string, () => void>();
  let stopped = false;

  const evseOf = ({ stationId, evseId }: Place): EvseState | undefined =>
    keeper.station(stationId)?.evses.get(evseId);
  const standing = (place: Place, evse: EvseState): AsideStanding => ({
    evse,
    capabilities: capabilitiesOf(keeper.state, place.stationId),
  });

  const keep = async (place: Place): Promise<void> => {
    const aside = evseOf(place)?.aside;
    if (aside == null) return;
    const { way, wording, sessionId, leastKw, sinceMs } = aside;
    const kept: KeptAside = { ...place, way, wording, sessionId, leastKw, sinceMs };
    await documents.put(COLLECTION, keyOf(place), kept);
  };

  const tell = async (stationId: string, word: TellPower): Promise<CommandOutcome> => {
    const place = { stationId, evseId: word.evseId };
    const wording = word.wording ?? wordingOf(parts, stationId);
    const said = (stands: "yes" | "no" | "maybe"): void =>
      keeper.apply({
        ...place,
        kind: "aside-told",
        atMs: clock.now(),
        word: { way: word.way, wording, powerKw: word.powerKw },
        stands,
      });
    if (word.powerKw < 0) {
      const why = await begun(place, { ...word, wording });
      if (why !== null) {
        if (why.isBegun) said("no");
        return { status: "rejected", detail: why.detail };
      }
    }
    const outcome = await link.send(stationId, { ...word, wording });
    said(STANDS[outcome.status]);
    return outcome;
  };

  /** Notes a word below zero before it leaves; null: it may leave, else why not. */
  const begun = async (
    place: Place,
    word: TellPower & { readonly wording: AsideWording },
  ): Promise<{ readonly detail: string; readonly isBegun: boolean } | null> => {
    const evse = evseOf(place);
    const session = evse?.session;
    if (stopped) return { detail: "we stop", isBegun: false };
    if (word.wording.to === "") return { detail: "no quirk `dischargeTo` says where", isBegun: false };
    if (session == null) return { detail: "its session is over", isBegun: false };
    if (evse?.aside != null && !isSameAside(evse.aside, word))
      return { detail: "what it was told in other words is not taken back yet", isBegun: false };
    const { way, wording, powerKw: leastKw } = word;
    const told = { way, wording, sessionId: session.id, leastKw };
    keeper.apply({ ...place, kind: "aside-telling", atMs: clock.now(), told });
    try {
      await keep(place);
    } catch (err) {
      log.error({ ...place, err }, "a word to give back could not be kept, and is not told");
      return { detail: "it could not be kept", isBegun: true };
    }
    if (stopped) return { detail: "we stop", isBegun: true };
    const now = evseOf(place)?.session;
    return now?.id === session.id && isWilling(now)
      ? null
      : { detail: "its driver does not allow it any more", isBegun: true };
  };

  const release = async (place: Place): Promise<void> => {
    const evse = evseOf(place);
    if (evse?.aside == null) return;
    const { way, wording } = evse.aside;
    keeper.apply({ ...place, kind: "aside-releasing", atMs: clock.now() });
    const powerKw = releaseKw(evse, clock.now());
    const { to, data, reset } = wordingOf(parts, place.stationId);
    const known = to === wording.to && data === wording.data && reset !== "" ? reset : wording.reset;
    const said = { ...wording, data: known === "" ? wording.data : known };
    const word = { kind: "tell-power", way, evseId: place.evseId, transactionId: null, powerKw } as const;
    const outcome = await link.send(place.stationId, { ...word, wording: said });
    keeper.apply({
      ...place,
      kind: "aside-told",
      atMs: clock.now(),
      word: { way, wording, powerKw },
      stands: STANDS[outcome.status],
    });
    const key = keyOf(place);
    if (outcome.status === "accepted") return parts.planAgain(place.stationId);
    if (stopped) return log.warn({ ...place, outcome }, "a discharge was not taken back before we stop");
    const tried = tries.get(key) ?? 0;
    tries.set(key, tried + 1);
    log.warn({ ...place, outcome, tried: tried + 1 }, "a discharge was not taken back, and is tried again");
    later(place, Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(tried, 10)));
  };

  /** The same word once more, before the vendor's time-out ends it. */
  const refresh = async (place: Place): Promise<void> => {
    const evse = evseOf(place);
    const powerKw = evse === undefined ? null : keptAsideKw(evse);
    if (evse?.aside == null || evse.session === null || powerKw === null) return;
    const { aside, session } = evse;
    const { way, wording } = aside;
    const { transactionId } = session;
    const word = { kind: "tell-power", way, evseId: place.evseId, transactionId, powerKw, wording } as const;
    const outcome = await tell(place.stationId, word);
    if (outcome.status !== "accepted") log.warn({ ...place, outcome }, "a discharge was not told anew");
  };

  const later = (place: Place, afterMs: number): void => {
    const key = keyOf(place);
    timers.get(key)?.();
    const cancel = clock.after(afterMs, () => {
      timers.delete(key);
      act(place, true);
    });
    timers.set(key, cancel);
  };
  const forget = (key: string): void => {
    timers.get(key)?.();
    timers.delete(key);
    tries.delete(key);
    ends.get(key)?.();
    ends.delete(key);
  };
  const look = (place: Place, atMs: EpochMs): void => {
    const key = keyOf(place);
    ends.get(key)?.();
    ends.set(
      key,
      clock.after(atMs - clock.now(), () => act(place, false)),
    );
  };

  const run = (place: Place, what: (at: Place) => Promise<void>): void => {
    const key = keyOf(place);
    busy.add(key);
    void what(place)
      .catch((err: unknown) => log.error({ ...place, err }, "a word beside a profile failed"))
      .finally(() => {
        busy.delete(key);
        act(place, false);
      });
  };

  /** Does what is due: nothing while a word is under way, and by its time what waits for one. */
  const act = (place: Place, isTime: boolean): void => {
    const key = keyOf(place);
    const evse = evseOf(place);
    if (evse?.aside == null) return forget(key);
    const isReachable = parts.settings.steer && keeper.station(place.stationId)?.connected === true;
    if (stopped || !isReachable || busy.has(key) || evse.aside.underWay > 0) return;
    const untilMs = asideMeantUntilMs(standing(place, evse));
    if (untilMs <= clock.now()) {
      if (isTime || !tries.has(key)) run(place, release);
      return;
    }
    tries.delete(key);
    look(place, untilMs);
    if (isTime) return run(place, refresh);
    const timeoutMs = (parts.quirks?.of(place.stationId).values.dischargeTimeoutS ?? 0) * SECOND_MS;
    if (timeoutMs > 0 && !timers.has(key)) later(place, timeoutMs / WORDS_PER_TIMEOUT);
  };

  const releaseAll = async (): Promise<void> => {
    const places = [...keeper.state.stations.values()].flatMap(({ stationId, connected, evses }) =>
      connected
        ? [...evses.values()].flatMap(({ evseId, aside }) => (aside == null ? [] : [{ stationId, evseId }]))
        : [],
    );
    if (places.length === 0) return;
    const releases = places.map((place) =>
      release(place).catch((err: unknown) => log.error({ ...place, err }, "a word beside a profile failed")),
    );
    await atMost(clock, parts.settings.answerWithinMs, Promise.all(releases));
  };

  /** A station that is there again is told at once. */
  const seeAll = ({ kind, stationId }: FleetEvent, { evses }: StationState): void => {
    for (const evseId of evses.keys()) {
      if (kind === "connected" || kind === "booted") forget(keyOf({ stationId, evseId }));
      act({ stationId, evseId }, false);
    }
  };

  return {
    tell,
    wordOf: (schedule) => {
      const { stationId } = schedule;
      const wording = wordingOf(parts, stationId);
      const word = asideOf(schedule, wording);
      const aside = evseOf(schedule)?.aside;
      // Taken back in the words in which it was told, whatever the quirks say now.
      return word !== null && word.powerKw >= 0 && aside?.way === word.way
        ? { ...word, wording: aside.wording }
        : word;
    },
    see: (event, before) => {
      if (!("evseId" in event) || event.evseId === null) return seeAll(event, before);
      const place = { stationId: event.stationId, evseId: event.evseId };
      if (before.evses.get(place.evseId)?.aside != null && evseOf(place)?.aside == null)
        documents
          .remove(COLLECTION, keyOf(place))
          .catch((err: unknown) =>
            log.error({ ...place, err }, "what was taken back could not be forgotten"),
          );
      // Every sample of every car asks: mostly there is nothing.
      if (timers.size + tries.size + ends.size > 0 || evseOf(place)?.aside != null) act(place, false);
    },
    restored: async () =>
      (await documents.list(COLLECTION)).flatMap((document): FleetEvent[] => {
        const read = keptAsideSchema.safeParse(document);
        if (!read.success) {
          log.error({ document, faults: read.error.issues }, "a kept word beside a profile cannot be read");
          return [];
        }
        const { stationId, evseId, ...told } = read.data;
        return [{ kind: "aside-restored", stationId, evseId, atMs: clock.now(), told }];
      }),
    idle: () => busy.size === 0,
    stop: async () => {
      stopped = true;
      for (const key of [...timers.keys(), ...ends.keys()]) forget(key);
      if (parts.settings.steer) await releaseAll();
    },
  };
};

const NO_WORDS: AsideWording = { to: "", data: "", reset: "" };

/** In which words a station is told a power now. */
const wordingOf = ({ quirks }: Pick<AsideParts, "quirks">, stationId: string): AsideWording =>
  quirks === undefined ? NO_WORDS : asideWording(quirks.of(stationId).values);
