import { nearerToZero, setpointAt } from "../dispatch/storage-setpoints.js";
import type { DeviceAnswer, DeviceState } from "../domain/device.js";
import type { Plan } from "../domain/plan.js";
import type { Measurement, Site, SiteStorage } from "../domain/site.js";
import type { StorageSituation, ToldUntil } from "../domain/storage.js";
import { type EpochMs, MINUTE_MS, SECOND_MS, SLOT_MS } from "../domain/units.js";
import type { Cancel } from "../ports/clock.js";
import type { ControlParts } from "./contract.js";
import { atMost } from "./sending.js";

/** The longest that a command may be under way and still be taken. */
const UNDER_WAY_MS = 5 * SECOND_MS;
/** One without a watchdog keeps what it was told, but a slot's change must reach it in time. */
const LONGEST_REFRESH_MS = MINUTE_MS;
/** Refreshes that fit into the time of a watchdog, so that two may be lost. */
const REFRESHES = 3;
/** A plan that began so long ago was not followed by another: the loop is at fault. */
const PLAN_STALE_MS = 2 * SLOT_MS;
/** After so many commands in a row that were not confirmed a battery is planned no more. */
const MOST_FAILURES = 2;
/** A measured power beside what it was told that is still meter error. */
const FOLLOW_KW = 0.5;
const FOLLOW_SHARE = 0.1;
/** A change below this is not worth a command. */
const CHANGE_KW = 0.01;
const MOST_IN_PLAY = 8;

type DeskParts = Pick<ControlParts, "clock" | "devices" | "log" | "settings">;

export interface StorageDeskInput {
  readonly parts: DeskParts;
  readonly site: Site;
  readonly plan: () => Plan | null;
  /** What a battery can do has changed. */
  readonly planAgain: () => void;
}

/** The commanded batteries of a site: what is known of them, and what they are told. */
export interface StorageDesk {
  situations(): readonly StorageSituation[];
  /** Of a measurement of all batteries, what those draw that are not commanded; null: there are none. */
  rest(measured: Measurement | null): Measurement | null;
  /** Tells each what of the plan adds nothing to what it does already; before the cars are told. */
  lower(): Promise<void>;
  /** Tells each the whole of the plan where there is room for it; ids of those that have to wait. */
  raise(admits: (situation: StorageSituation, powerKw: number) => boolean): Promise<readonly string[]>;
  start(): void;
  /** Tells all to do what they do without us. */
  stop(): Promise<void>;
}

/** What was told to a battery and what became of it. */
interface Book {
  readonly config: SiteStorage;
  inPlay: readonly ToldUntil[];
  /** The last that it confirmed. */
  confirmed: ToldUntil | null;
  confirmedMs: EpochMs;
  failures: number;
  following: boolean;
  wasSteered: boolean;
}

export const createStorageDesk = ({ parts, site, plan, planAgain }: StorageDeskInput): StorageDesk => {
  const { clock, log, settings } = parts;
  const books = (site.storages ?? []).map((config) => openBook(config, clock.now()));
  const timers: Cancel[] = [];

  const stateOf = ({ config }: Book): DeviceState | undefined =>
    parts.devices?.states().find(({ id }) => id === config.id);

  const situationOf = (book: Book): StorageSituation => {
    const { config } = book;
    const nowMs = clock.now();
    const state = stateOf(book);
    const fresh = state?.staleSinceMs === null;
    const measuredKw = fresh ? (state.power?.value ?? null) : null;
    const socPercent = fresh ? (state.soc?.value ?? null) : null;
    const inPlay = book.inPlay.filter(({ untilMs }) => untilMs > nowMs);
    book.following = nowFollows(book, state, settings.followWithinMs);
    const reached = state?.connected === true && book.failures < MOST_FAILURES && socPercent !== null;
    return {
      config,
      energyKwh: socPercent === null ? null : (socPercent / 100) * config.capacityKwh,
      measuredKw,
      steered: reached && book.following,
      inPlay,
    };
  };

  const tell = async (book: Book, powerKw: number): Promise<void> => {
    const { config } = book;
    const nowMs = clock.now();
    const told: ToldUntil = {
      powerKw,
      untilMs: config.watchdogMs === null ? Infinity : nowMs + config.watchdogMs + UNDER_WAY_MS,
    };
    book.inPlay = bounded([...book.inPlay.filter(({ untilMs }) => untilMs > nowMs), told]);
    const answer: DeviceAnswer = (await parts.devices?.setPower(config.id, powerKw)) ?? {
      status: "refused",
      detail: "no devices",
    };
    if (answer.status === "confirmed") return confirm(book, told, nowMs);
    if (answer.status === "refused") book.inPlay = book.inPlay.filter((one) => one !== told);
    book.failures += 1;
    if (book.failures === 1)
      log.warn({ siteId: site.id, storage: config.id, powerKw, answer }, "battery did not take its power");
    if (book.failures === MOST_FAILURES) planAgain();
  };

  const confirm = (book: Book, told: ToldUntil, nowMs: EpochMs): void => {
    const at = book.inPlay.indexOf(told);
    if (at !== -1) book.inPlay = book.inPlay.slice(at);
    if (book.confirmed?.powerKw !== told.powerKw) book.confirmedMs = nowMs;
    book.confirmed = told;
    const wasAtFault = book.failures >= MOST_FAILURES;
    book.failures = 0;
    if (wasAtFault) planAgain();
  };

  /** What it does now, as far as it is known: the nearest to zero of what is in play. */
  const presentKw = (book: Book): number => {
    const nowMs = clock.now();
    const alive = book.inPlay.filter(({ untilMs }) => untilMs > nowMs).map(({ powerKw }) => powerKw);
    return alive.length === 0 ? book.config.failsafeKw : alive.reduce(nearerToZero);
  };

  const targetKw = (book: Book): number => {
    const { config } = book;
    const nowMs = clock.now();
    const inForce = plan();
    const madeMs = inForce?.horizon.startsMs[0] ?? -Infinity;
    if (inForce === null || nowMs - madeMs > PLAN_STALE_MS || !situationOf(book).steered)
      return config.failsafeKw;
    return setpointAt(inForce, config.id, nowMs, mayGoOnMs(config)) ?? config.failsafeKw;
  };

  /** Of the target, what adds nothing to what it does; its failsafe it may always do. */
  const safeKw = (book: Book): number => {
    const wantedKw = targetKw(book);
    return wantedKw === book.config.failsafeKw ? wantedKw : nearerToZero(presentKw(book), wantedKw);
  };

  const refresh = (book: Book): void => {
    const { steered } = situationOf(book);
    if (steered !== book.wasSteered) planAgain();
    book.wasSteered = steered;
    const powerKw = safeKw(book);
    if (book.config.watchdogMs !== null || !isAt(book, powerKw)) void tell(book, powerKw);
    timers[books.indexOf(book)] = clock.after(refreshMs(book.config), () => refresh(book));
  };

  const together = (told: readonly Promise<void>[]): Promise<void> =>
    told.length === 0 ? Promise.resolve() : atMost(clock, settings.answerWithinMs, Promise.all(told));

  return {
    situations: () => books.map(situationOf),
    rest: (measured) => restOf(measured, { site, states: parts.devices?.states() ?? [] }),
    lower: () =>
      together(books.flatMap((book) => (isAt(book, safeKw(book)) ? [] : [tell(book, safeKw(book))]))),
    raise: async (admits) => {
      const heldBack: string[] = [];
      for (const book of books) {
        const powerKw = targetKw(book);
        if (isAt(book, powerKw)) continue;
        if (admits(situationOf(book), powerKw)) await together([tell(book, powerKw)]);
        else heldBack.push(book.config.id);
      }
      return heldBack;
    },
    start: () => {
      for (const book of books) refresh(book);
    },
    stop: async () => {
      for (const cancel of timers) cancel();
      await together(books.map((book) => tell(book, book.config.failsafeKw)));
    },
  };
};

/** Whether the last that it confirmed is all that is in play, and this power. */
const isAt = ({ confirmed, inPlay }: Book, powerKw: number): boolean =>
  confirmed !== null && inPlay.length === 1 && Math.abs(confirmed.powerKw - powerKw) < CHANGE_KW;

const refreshMs = ({ watchdogMs }: SiteStorage): number =>
  Math.min(LONGEST_REFRESH_MS, (watchdogMs ?? Infinity) / REFRESHES);

/** For how long from now a battery may go on with what it is told, at least, before it is told anything else. */
export const mayGoOnMs = (config: SiteStorage): number =>
  (config.watchdogMs ?? refreshMs(config)) + UNDER_WAY_MS;

/** Until it confirms anything, a battery may do whatever it was told before the start. */
const openBook = (config: SiteStorage, nowMs: EpochMs): Book => {
  const untilMs = config.watchdogMs === null ? Infinity : nowMs + config.watchdogMs + UNDER_WAY_MS;
  return {
    config,
    inPlay: [config.maxChargeKw, -config.maxDischargeKw].map((powerKw) => ({ powerKw, untilMs })),
    confirmed: null,
    confirmedMs: -Infinity,
    failures: 0,
    following: true,
    wasSteered: false,
  };
};

/** The widest of them and the last, where many were never answered. */
const bounded = (inPlay: readonly ToldUntil[]): readonly ToldUntil[] => {
  if (inPlay.length <= MOST_IN_PLAY) return inPlay;
  const powersKw = inPlay.map(({ powerKw }) => powerKw);
  const untilMs = Math.max(...inPlay.map((told) => told.untilMs));
  const widest = [Math.min(...powersKw), Math.max(...powersKw)].map((powerKw) => ({ powerKw, untilMs }));
  return [...widest, ...inPlay.slice(-1)];
};

const slackKw = (kw: number): number => Math.max(FOLLOW_KW, FOLLOW_SHARE * Math.abs(kw));

/**
 * Whether it does no more, either way, than it was told, as measured. It has some time to follow; one that did
 * not counts as following again when it is seen to.
 */
const nowFollows = (book: Book, state: DeviceState | undefined, followWithinMs: number): boolean => {
  const { confirmed, confirmedMs, inPlay, following } = book;
  const power = state?.power ?? null;
  if (power === null || confirmed === null) return following;
  const powersKw = [confirmed.powerKw, ...inPlay.map(({ powerKw }) => powerKw), 0];
  const [leastKw, mostKw] = [Math.min(...powersKw), Math.max(...powersKw)];
  if (power.value <= mostKw + slackKw(mostKw) && power.value >= leastKw - slackKw(leastKw)) return true;
  return following && power.atMs < confirmedMs + followWithinMs;
};

const restOf = (
  measured: Measurement | null,
  { site, states }: { readonly site: Site; readonly states: readonly DeviceState[] },
): Measurement | null => {
  const commanded = new Set((site.storages ?? []).map(({ id }) => id));
  if (measured === null || commanded.size === 0) return measured;
  const batteries = states.filter(({ siteId, kind }) => siteId === site.id && kind === "battery");
  const others = batteries.filter(({ id }) => !commanded.has(id));
  if (others.length === 0) return null;
  return { ...measured, powerKw: others.reduce((total, { power }) => total + (power?.value ?? 0), 0) };
};
