import {
  floorBetween,
  limitsNow,
  type LimitedInverter,
  type PvSurroundings,
} from "../dispatch/inverter-limits.js";
import type { PvFloors, PvReason } from "../domain/curtailment.js";
import type { DeviceState } from "../domain/device.js";
import { isHeldBack } from "../domain/inverter.js";
import type { Site, SiteInverter } from "../domain/site.js";
import type { EpochMs } from "../domain/units.js";
import type { Cancel } from "../ports/clock.js";
import type { ControlParts } from "./contract.js";
import { type NodeRoom, nodeRooms } from "./node-pv.js";
import type { PvNode } from "./pv-surroundings.js";
import { atMost } from "./sending.js";
import { mayGoOnMs, openToldBook, refreshMs, type ToldBook } from "./told-book.js";

/** A measured power above its limit that is still meter error. */
const FOLLOW_KW = 0.5;
const FOLLOW_SHARE = 0.1;
/** A higher limit by less than this share of the rating waits until it is told again anyway. */
const RAISE_SHARE = 0.01;

export interface InverterDeskInput {
  readonly parts: Pick<ControlParts, "clock" | "devices" | "log" | "settings">;
  readonly site: Site;
  readonly floors: (nowMs: EpochMs) => PvFloors;
  readonly surroundings: (nowMs: EpochMs) => Omit<PvSurroundings, "othersKw">;
  /** The same at and below a node that is not the root. */
  readonly nodeSurroundings: (node: PvNode) => Omit<PvSurroundings, "othersKw">;
  /** What an inverter can be relied on for has changed. */
  readonly planAgain: () => void;
}

/** An inverter as it stands, with what holds it back. */
export interface InverterStanding extends LimitedInverter {
  /** Why it is held below its rating; null: it is not, or only for lack of knowledge. */
  readonly reason: PvReason | null;
}

/** The commanded PV inverters of a site: what is known of them, and what they are told. */
export interface InverterDesk {
  standings(): readonly InverterStanding[];
  /** Whether there is PV that is measured and not commanded. */
  othersExist(): boolean;
  /** Whether a limit may hold PV back now, so that what is measured says nothing of the sun. */
  holdsBack(): boolean;
  /** Tells each its limit where it has changed. */
  update(): Promise<void>;
  start(): void;
  /** Tells all to do what they do without us. */
  stop(): Promise<void>;
}

interface Book {
  readonly config: SiteInverter;
  readonly told: ToldBook;
  lastToldKw: number | null;
  following: boolean;
  /** Since when it has generated more than any limit that it may hold; null: it does not. */
  aboveSinceMs: EpochMs | null;
  wasSteered: boolean;
  /** The same at the last look, and not at the last refresh. */
  wasSeenSteered: boolean;
  reason: PvReason | null;
  /** What nodes below the root left it at the last look. */
  room: NodeRoom | null;
}

export const createInverterDesk = (input: InverterDeskInput): InverterDesk => {
  const { parts, site, planAgain } = input;
  const { clock, log, settings } = parts;
  const timers: Cancel[] = [];
  let changedMs = -Infinity;
  /** Told its failsafe for good: stations that leave and plans that end later tell it nothing more. */
  let stopped = false;

  const openBook = (config: SiteInverter): Book => ({
    config,
    told: openToldBook({
      parts,
      deviceId: config.id,
      watchdogMs: config.watchdogMs,
      before: [config.ratedKw],
      onRefused: (powerKw, answer) =>
        log.warn(
          { siteId: site.id, inverter: config.id, powerKw, answer },
          "inverter did not take its limit",
        ),
      onChange: planAgain,
    }),
    lastToldKw: null,
    following: true,
    aboveSinceMs: null,
    wasSteered: false,
    wasSeenSteered: false,
    reason: null,
    room: null,
  });
  const books = (site.inverters ?? []).map(openBook);

  const states = (): DeviceState[] =>
    (parts.devices?.states() ?? []).filter(({ siteId, kind }) => siteId === site.id && kind === "pv");
  const others = (): DeviceState[] =>
    states().filter(({ id }) => books.every(({ config }) => config.id !== id));

  const look = (book: Book, state: DeviceState | undefined): void => {
    const follows = nowFollows(book, state, settings.followWithinMs);
    if (follows === book.following) return;
    book.following = follows;
    const fields = { siteId: site.id, inverter: book.config.id, powerKw: state?.power?.value ?? null };
    if (follows) log.info(fields, "inverter follows its limit again");
    else log.warn({ ...fields, limitKw: book.lastToldKw }, "inverter generates more than its limit");
  };

  const standingOf = (book: Book): InverterStanding => {
    const { config, told, lastToldKw, reason } = book;
    const state = states().find(({ id }) => id === config.id);
    look(book, state);
    const fresh = state?.staleSinceMs === null;
    const steered = fresh && state.connected && told.takes && book.following;
    // What it did meanwhile by its watchdog is not in measurements from before.
    if (steered !== book.wasSeenSteered) changedMs = clock.now();
    book.wasSeenSteered = steered;
    return {
      config,
      measuredKw: fresh ? (state.power?.value ?? null) : null,
      following: book.following,
      steered,
      inPlay: told.alive(),
      lastToldKw,
      reason,
      ...(book.room === null ? {} : { roomKw: book.room.limitKw }),
    };
  };
  const standings = (): InverterStanding[] => books.map(standingOf);

  /** What each is to be told now, in order. */
  const targets = (): number[] => {
    const nowMs = clock.now();
    const inverters = standings();
    const holdMs = Math.max(...books.map(({ config }) => mayGoOnMs(config)));
    const floors = input.floors(nowMs);
    const untilMs = nowMs + holdMs;
    const floor = floorBetween(floors, nowMs, untilMs);
    const othersKw = others().reduce((total, { power }) => total + Math.max(0, power?.value ?? 0), 0);
    const around = { ...input.surroundings(nowMs), othersKw };
    const ofSite = limitsNow({ nowMs, floor, around, inverters, changedMs });
    const surroundings = input.nodeSurroundings;
    const rooms = nodeRooms({
      site,
      floors,
      states: states(),
      nowMs,
      untilMs,
      inverters,
      changedMs,
      surroundings,
    });
    return books.map((book, at) => {
      book.room = rooms[at] ?? null;
      const siteKw = ofSite[at] ?? 0;
      const limitKw = Math.min(siteKw, book.room?.limitKw ?? Infinity);
      const reason = limitKw < siteKw ? book.room?.reason : floor?.reason;
      book.reason = limitKw < book.config.ratedKw ? (reason ?? null) : null;
      return limitKw;
    });
  };

  const tell = async (book: Book, limitKw: number): Promise<void> => {
    if (limitKw !== book.lastToldKw) changedMs = clock.now();
    book.lastToldKw = limitKw;
    await book.told.tell(limitKw);
  };

  const together = (told: readonly Promise<void>[]): Promise<void> =>
    told.length === 0 ? Promise.resolve() : atMost(clock, settings.answerWithinMs, Promise.all(told));

  const refresh = (book: Book): void => {
    const limitKw = targets()[books.indexOf(book)] ?? book.config.failsafeKw;
    const { steered } = standingOf(book);
    if (steered !== book.wasSteered) planAgain();
    book.wasSteered = steered;
    if (book.config.watchdogMs !== null || !book.told.isAt(limitKw)) void tell(book, limitKw);
    timers[books.indexOf(book)] = clock.after(refreshMs(book.config), () => refresh(book));
  };

  return {
    standings,
    othersExist: () => others().length > 0,
    holdsBack: () => standings().some((one) => isHeldBack(one, clock.now())),
    update: async () => {
      if (books.length === 0 || !settings.steer || stopped) return;
      const limits = targets();
      await together(
        books.flatMap((book, at) => {
          const limitKw = limits[at] ?? book.config.failsafeKw;
          return isWorthTelling(book, limitKw) ? [tell(book, limitKw)] : [];
        }),
      );
    },
    start: () => {
      if (settings.steer) for (const book of books) refresh(book);
    },
    stop: async () => {
      stopped = true;
      for (const cancel of timers) cancel();
      if (settings.steer) await together(books.map((book) => tell(book, book.config.failsafeKw)));
    },
  };
};

/** A tighter limit at once, a wider one where it is worth a command. */
const isWorthTelling = ({ config, lastToldKw }: Book, limitKw: number): boolean => {
  if (lastToldKw === null) return true;
  const moreKw = limitKw - lastToldKw;
  return (
    moreKw < -0.01 || moreKw > RAISE_SHARE * config.ratedKw || (moreKw > 0 && limitKw === config.ratedKw)
  );
};

/**
 * Whether it generates no more than any limit that it may hold, as measured. It may be above them for some time,
 * as it follows; one that was for longer counts as following again when it is seen to.
 */
const nowFollows = (book: Book, state: DeviceState | undefined, followWithinMs: number): boolean => {
  const { told, config } = book;
  const power = state?.power ?? null;
  if (power === null || told.confirmed === null) return book.following;
  const alive = told.alive().map(({ powerKw }) => powerKw);
  const mostKw = Math.max(...(alive.length === 0 ? [config.failsafeKw, told.confirmed.powerKw] : alive));
  if (power.value <= mostKw + Math.max(FOLLOW_KW, FOLLOW_SHARE * mostKw)) book.aboveSinceMs = null;
  else book.aboveSinceMs ??= power.atMs;
  if (book.aboveSinceMs === null) return true;
  return book.following && power.atMs - book.aboveSinceMs < followWithinMs;
};
