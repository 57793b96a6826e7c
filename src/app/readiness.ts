import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { Control, SiteReadings } from "../control/contract.js";
import type { DeviceState } from "../domain/device.js";
import { type EpochMs, MINUTE_MS, SECOND_MS, SLOT_MS } from "../domain/units.js";
import type { HealthCheck, HealthState } from "../ports/health.js";
import type { StoreVitals } from "./metrics.js";

const BYTES_PER_MIB = 1024 * 1024;
/** A plan is made anew each quarter of an hour; what is older has missed two of them. */
const OLDEST_PLAN_MS = 2 * SLOT_MS;
/** By how much the computer's clock may be set without anybody being told. */
const CLOCK_STEP_MS = MINUTE_MS;

interface Placed {
  isInPlace(): boolean;
}

/**
 * Takes writes: one is committed for each look, and the last real one came through. They go to the file that the
 * next start will find, and the lock that keeps a second server out is there.
 */
export const storeCheck = (store: StoreVitals & Placed, lock?: Placed): HealthCheck => ({
  name: "store",
  check: async () => {
    const { commits } = store;
    if (!store.isInPlace())
      return {
        ok: false,
        detail: "the file was deleted or replaced: what is written now is lost at the end",
      };
    if (lock?.isInPlace() === false)
      return { ok: false, detail: "its lock was deleted or replaced: a second server could be let in" };
    const failing = commits.failing();
    await store.tryToWrite();
    const agoS = Math.round((commits.sinceLastMs() ?? 0) / SECOND_MS);
    return {
      ok: !failing,
      detail: `last commit ${agoS} s ago, ${commits.waiting()} writes wait, ${commits.failed()} commits failed`,
    };
  },
});

/** Room on the disk of the store. */
export const diskCheck = (path: string, leastFreeMb: number): HealthCheck => ({
  name: "disk",
  check: async () => {
    const { bavail, bsize } = await statfs(dirname(path));
    const freeMb = Math.floor((bavail * bsize) / BYTES_PER_MIB);
    return { ok: freeMb >= leastFreeMb, detail: `${freeMb} MiB free, ${leastFreeMb} MiB are wanted` };
  },
});

/** Each site has a plan of the last half an hour, whose problem could be planned. */
export const planChecks = (
  control: Pick<Control, "readings" | "sites">,
  nowMs: () => EpochMs,
): HealthCheck[] =>
  control.sites().map(({ id }) => ({
    name: `plan:${id}`,
    check: () =>
      planState(
        control.readings().sites.find(({ siteId }) => siteId === id),
        nowMs(),
      ),
  }));

/**
 * Each device is connected and its values may be used. Not required: without them the plan goes by what it was
 * told to assume, and a server that is taken out of service for one meter serves no station at all.
 */
export const deviceChecks = (devices: () => readonly DeviceState[]): HealthCheck[] =>
  devices().map(({ siteId, id }) => ({
    name: `device:${siteId}/${id}`,
    required: false,
    check: () => deviceStanding(devices().find((each) => each.siteId === siteId && each.id === id)),
  }));

const deviceStanding = (state: DeviceState | undefined): HealthState => {
  if (state === undefined) return { ok: false, detail: "not there" };
  const { connected, staleSinceMs, power, refused } = state;
  const value = power === null ? "nothing measured yet" : `${power.value} kW at ${isoTime(power.atMs)}`;
  const stale = staleSinceMs === null ? "" : `, stale since ${isoTime(staleSinceMs)}`;
  const detail = `${connected ? "connected" : "not connected"}, ${value}${stale}, ${refused} messages refused`;
  return { ok: connected && staleSinceMs === null && power !== null, detail };
};

const isoTime = (atMs: EpochMs): string => new Date(atMs).toISOString();

const planState = (read: SiteReadings | undefined, nowMs: EpochMs): HealthState => {
  if (read === undefined || read.plannedMs === null || read.outcome === null)
    return { ok: false, detail: "no plan yet" };
  const ageMs = nowMs - read.plannedMs;
  const isFresh = ageMs <= OLDEST_PLAN_MS;
  const age = `${Math.round(ageMs / SECOND_MS)} s old`;
  if (read.outcome.status === "invalid") return { ok: false, detail: `nothing could be planned, ${age}` };
  const { gap, maxViolation } = read.outcome.plan.certificate.sent;
  const proof = gap === null ? "no bound" : `within ${(100 * gap).toFixed(2)} % of the best`;
  return {
    ok: isFresh,
    detail: `${read.outcome.status}, ${proof}, largest violation ${maxViolation.toPrecision(2)}, ${age}`,
  };
};

/**
 * The computer's clock runs as time passes: prices and departures go by it. Set back, it is told for as long as
 * plans may stand that were made for a later time. Set forward it slept, or was late to learn the time.
 */
export const clockCheck = (
  dateMs: () => EpochMs = () => Date.now(),
  elapsedMs: () => number = () => performance.now(),
): HealthCheck => {
  const shift = (): number => dateMs() - elapsedMs();
  let seen = shift();
  let setBackMs = -Infinity;
  return {
    name: "clock",
    check: () => {
      const backMs = seen - shift();
      seen = shift();
      if (backMs > CLOCK_STEP_MS) setBackMs = elapsedMs();
      const shown = new Date(dateMs()).toISOString();
      return elapsedMs() - setBackMs < SLOT_MS
        ? { ok: false, detail: `${shown}, set back within the last quarter of an hour` }
        : { ok: true, detail: shown };
    },
  };
};
