import type { DeviceAnswer } from "../domain/device.js";
import type { ToldUntil } from "../domain/storage.js";
import { type EpochMs, MINUTE_MS, SECOND_MS } from "../domain/units.js";
import type { ControlParts } from "./contract.js";

/** The longest that a command may be under way and still be taken. */
const UNDER_WAY_MS = 5 * SECOND_MS;
/** One without a watchdog keeps what it was told, but a slot's change must reach it in time. */
const LONGEST_REFRESH_MS = MINUTE_MS;
/** Refreshes that fit into the time of a watchdog, so that two may be lost. */
const REFRESHES = 3;
/** After so many commands in a row that were not confirmed a device is at fault. */
const MOST_FAILURES = 2;
/** One that never answers before the next command comes is at fault, too, after so long. */
const MOST_SUPERSEDED_MS = 2 * MINUTE_MS;
/** A change below this is not worth a command. */
const CHANGE_KW = 0.01;
const MOST_IN_PLAY = 8;

export interface ToldBookInput {
  readonly parts: Pick<ControlParts, "clock" | "devices">;
  readonly deviceId: string;
  /** null: the device keeps the last power that it was told. */
  readonly watchdogMs: number | null;
  /** What it may have been told before the start, kW. */
  readonly before: readonly number[];
  /** The first of several commands that were not confirmed. */
  readonly onRefused: (powerKw: number, answer: DeviceAnswer) => void;
  /** It is at fault now, or well again. */
  readonly onChange: () => void;
}

/** What a commanded device was told, and what became of it. */
export interface ToldBook {
  /** What it may still do: the last that it confirmed, and any since, while its watchdog lets it. */
  alive(): readonly ToldUntil[];
  /** The last that it confirmed; null: nothing yet. */
  readonly confirmed: ToldUntil | null;
  /** Since when that has been its power. */
  readonly confirmedMs: EpochMs;
  /** It takes what it is told. */
  readonly takes: boolean;
  /** Whether the last that it confirmed is all that is in play, and this power. */
  isAt(powerKw: number): boolean;
  tell(powerKw: number): Promise<void>;
}

interface Watched {
  /** null: it has no watchdog. */
  readonly watchdogMs: number | null;
}

/** How often a device is told again what it does. */
export const refreshMs = ({ watchdogMs }: Watched): number =>
  Math.min(LONGEST_REFRESH_MS, (watchdogMs ?? Infinity) / REFRESHES);

/** For how long from now a device may go on with what it is told, at least, before it is told anything else. */
export const mayGoOnMs = (config: Watched): number => (config.watchdogMs ?? refreshMs(config)) + UNDER_WAY_MS;

/** Until it confirms anything, a device may do whatever it was told before the start. */
export const openToldBook = (input: ToldBookInput): ToldBook => {
  const { parts, deviceId, watchdogMs } = input;
  const { clock } = parts;
  const untilMs = (): EpochMs => (watchdogMs === null ? Infinity : clock.now() + watchdogMs + UNDER_WAY_MS);
  let inPlay: readonly ToldUntil[] = input.before.map((powerKw) => ({ powerKw, untilMs: untilMs() }));
  let confirmed: ToldUntil | null = null;
  let confirmedMs = -Infinity;
  let failures = 0;
  /** When the first was told of those that were superseded since any was confirmed. */
  let supersededMs: EpochMs | null = null;

  const confirm = (told: ToldUntil, atMs: EpochMs): void => {
    const at = inPlay.indexOf(told);
    if (at !== -1) inPlay = inPlay.slice(at);
    if (confirmed?.powerKw !== told.powerKw) confirmedMs = atMs;
    confirmed = told;
    const wasAtFault = failures >= MOST_FAILURES;
    failures = 0;
    supersededMs = null;
    if (wasAtFault) input.onChange();
  };

  const alive = (): readonly ToldUntil[] => inPlay.filter((told) => told.untilMs > clock.now());

  return {
    alive,
    get confirmed() {
      return confirmed;
    },
    get confirmedMs() {
      return confirmedMs;
    },
    get takes() {
      return failures < MOST_FAILURES;
    },
    isAt: (powerKw) =>
      confirmed !== null && inPlay.length === 1 && Math.abs(confirmed.powerKw - powerKw) < CHANGE_KW,
    tell: async (powerKw) => {
      const nowMs = clock.now();
      const told: ToldUntil = { powerKw, untilMs: untilMs() };
      inPlay = bounded([...alive(), told]);
      const answer: DeviceAnswer = (await parts.devices?.setPower(deviceId, powerKw)) ?? {
        status: "refused",
        detail: "no devices",
      };
      if (answer.status === "confirmed") return confirm(told, nowMs);
      if (answer.status === "refused") inPlay = inPlay.filter((one) => one !== told);
      if (answer.status === "superseded") {
        supersededMs ??= nowMs;
        if (clock.now() - supersededMs < MOST_SUPERSEDED_MS) return;
      }
      failures += 1;
      if (failures === 1) input.onRefused(powerKw, answer);
      if (failures === MOST_FAILURES) input.onChange();
    },
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
