import { nearerToZero, setpointAt } from "../dispatch/storage-setpoints.js";
import type { DeviceState } from "../domain/device.js";
import type { Plan } from "../domain/plan.js";
import type { Measurement, Site, SiteStorage } from "../domain/site.js";
import type { StorageSituation } from "../domain/storage.js";
import { SLOT_MS } from "../domain/units.js";
import type { Cancel } from "../ports/clock.js";
import type { ControlParts } from "./contract.js";
import { atMost } from "./sending.js";
import { mayGoOnMs, openToldBook, refreshMs, type ToldBook } from "./told-book.js";

/** A plan that began so long ago was not followed by another: the loop is at fault. */
const PLAN_STALE_MS = 2 * SLOT_MS;
/** A measured power beside what it was told that is still meter error. */
const FOLLOW_KW = 0.5;
const FOLLOW_SHARE = 0.1;

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

/** A battery, what it was told, and how it was seen. */
interface Book {
  readonly config: SiteStorage;
  readonly told: ToldBook;
  following: boolean;
  wasSteered: boolean;
}

export const createStorageDesk = ({ parts, site, plan, planAgain }: StorageDeskInput): StorageDesk => {
  const { clock, log, settings } = parts;
  const openBook = (config: SiteStorage): Book => ({
    config,
    told: openToldBook({
      parts,
      deviceId: config.id,
      watchdogMs: config.watchdogMs,
      before: [config.maxChargeKw, -config.maxDischargeKw],
      onRefused: (powerKw, answer) =>
        log.warn({ siteId: site.id, storage: config.id, powerKw, answer }, "battery did not take its power"),
      onChange: planAgain,
    }),
    following: true,
    wasSteered: false,
  });
  const books = (site.storages ?? []).map(openBook);
  const timers: Cancel[] = [];
  /** Told its failsafe for good: a plan that ends later tells it nothing more. */
  let stopped = false;

  const stateOf = ({ config }: Book): DeviceState | undefined =>
    parts.devices?.states().find(({ id }) => id === config.id);

  const situationOf = (book: Book): StorageSituation => {
    const { config, told } = book;
    const state = stateOf(book);
    const fresh = state?.staleSinceMs === null;
    const measuredKw = fresh ? (state.power?.value ?? null) : null;
    const socPercent = fresh ? (state.soc?.value ?? null) : null;
    book.following = nowFollows(book, state, settings.followWithinMs);
    const reached = state?.connected === true && told.takes && socPercent !== null;
    return {
      config,
      energyKwh: socPercent === null ? null : (socPercent / 100) * config.capacityKwh,
      measuredKw,
      steered: reached && book.following,
      inPlay: told.alive(),
    };
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
    if (book.config.watchdogMs !== null || !book.told.isAt(powerKw)) void book.told.tell(powerKw);
    timers[books.indexOf(book)] = clock.after(refreshMs(book.config), () => refresh(book));
  };

  const together = (told: readonly Promise<void>[]): Promise<void> =>
    told.length === 0 ? Promise.resolve() : atMost(clock, settings.answerWithinMs, Promise.all(told));

  return {
    situations: () => books.map(situationOf),
    rest: (measured) => restOf(measured, { site, states: parts.devices?.states() ?? [] }),
    lower: () =>
      together(
        books.flatMap((book) =>
          stopped || book.told.isAt(safeKw(book)) ? [] : [book.told.tell(safeKw(book))],
        ),
      ),
    raise: async (admits) => {
      const heldBack: string[] = [];
      for (const book of books) {
        const powerKw = targetKw(book);
        if (stopped || book.told.isAt(powerKw)) continue;
        if (admits(situationOf(book), powerKw)) await together([book.told.tell(powerKw)]);
        else heldBack.push(book.config.id);
      }
      return heldBack;
    },
    start: () => {
      for (const book of books) refresh(book);
    },
    stop: async () => {
      stopped = true;
      for (const cancel of timers) cancel();
      await together(books.map(({ config, told }) => told.tell(config.failsafeKw)));
    },
  };
};

/** What it does now, as far as it is known: the nearest to zero of what is in play. */
const presentKw = (book: Book): number => {
  const alive = book.told.alive().map(({ powerKw }) => powerKw);
  return alive.length === 0 ? book.config.failsafeKw : alive.reduce(nearerToZero);
};

const slackKw = (kw: number): number => Math.max(FOLLOW_KW, FOLLOW_SHARE * Math.abs(kw));

/**
 * Whether it does no more, either way, than it was told, as measured. It has some time to follow; one that did
 * not counts as following again when it is seen to.
 */
const nowFollows = (book: Book, state: DeviceState | undefined, followWithinMs: number): boolean => {
  const { told, following } = book;
  const { confirmed, confirmedMs } = told;
  const power = state?.power ?? null;
  if (power === null || confirmed === null) return following;
  const powersKw = [confirmed.powerKw, ...told.alive().map(({ powerKw }) => powerKw), 0];
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
