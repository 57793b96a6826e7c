import type { Measurement, Site } from "../domain/site.js";
import { DAY_MS, type EpochMs } from "../domain/units.js";
import type { Clock } from "../ports/clock.js";
import type { BaseMemory } from "./base-memory.js";
import { typicalPvKw } from "./base-observer.js";
import type { ControlParts } from "./contract.js";

/** How far back the base load is read again: enough for the errors of its forecast, little enough to wait for. */
export const READ_MS = 3 * DAY_MS;
/** Cars whose sum differs by less before and after a measurement did not change meanwhile. */
export const SAME_KW = 0.5;

const BESIDE = ["pv", "battery"] as const;
/** What is measured at one instant is taken in this order. */
const KINDS = [...BESIDE, "site-import", "ev"] as const;

type RestoreParts = Pick<ControlParts, "telemetry"> & { readonly clock: Pick<Clock, "now"> };
type Latest = ReadonlyMap<Measurement["kind"], Measurement>;

/**
 * Base loads seen before the program started, from what was measured then, so that the forecast knows
 * its errors from the start. A site measurement counts where all beside it was fresh, and the cars' sum
 * was the same before and after it.
 */
export const restoreBase = async (
  { telemetry, clock }: RestoreParts,
  site: Site,
  baseMemory: Pick<BaseMemory, "learn">,
): Promise<void> => {
  const toMs = clock.now();
  const span = { siteId: site.id, fromMs: toMs - READ_MS, toMs };
  const kept = await Promise.all(KINDS.map((kind) => telemetry.between({ ...span, kind })));
  const latest = new Map<Measurement["kind"], Measurement>();
  let waiting: Waiting[] = [];
  for (const measurement of kept.flat().toSorted((a, b) => a.atMs - b.atMs)) {
    latest.set(measurement.kind, measurement);
    if (measurement.kind === "site-import") waiting.push(...candidate(latest, site, measurement));
    if (measurement.kind !== "ev") continue;
    const sure = waiting.filter(({ evKw }) => Math.abs(evKw - measurement.powerKw) < SAME_KW);
    for (const seen of sure) baseMemory.learn(site, seen);
    waiting = [];
  }
};

/** A base load that is known if the cars' sum is still the same when it is next noted. */
interface Waiting {
  readonly powerKw: number;
  readonly evKw: number;
  readonly atMs: EpochMs;
}

const candidate = (latest: Latest, site: Site, { powerKw: importKw, atMs }: Measurement): Waiting[] => {
  const isFresh = (kind: Measurement["kind"]): boolean =>
    atMs - (latest.get(kind)?.atMs ?? -Infinity) <= site.measurementStaleMs;
  const ev = latest.get("ev");
  if (ev === undefined || !isFresh("ev")) return [];
  if (BESIDE.some((kind) => latest.has(kind) && !isFresh(kind))) return [];
  const pvKw = Math.max(0, latest.get("pv")?.powerKw ?? typicalPvKw(site, atMs));
  const batteryKw = latest.get("battery")?.powerKw ?? 0;
  return [{ powerKw: Math.max(0, importKw + pvKw - batteryKw - ev.powerKw), evKw: ev.powerKw, atMs }];
};
