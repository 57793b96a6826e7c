import { type Horizon, quarterHourHorizon, slotAt } from "../domain/horizon.js";
import type { Measurement, Site } from "../domain/site.js";
import { type EpochMs, SLOT_MS } from "../domain/units.js";
import { importLimits } from "../planning/node-limits.js";
import type { Clock } from "../ports/clock.js";
import type { ControlParts } from "./contract.js";
import { PAST_MS, type SiteHistory } from "./history.js";

const KINDS = ["site-import", "ev", "pv", "battery"] as const;
type Kind = (typeof KINDS)[number];

type RestoreParts = Pick<ControlParts, "telemetry" | "signals"> & {
  readonly clock: Pick<Clock, "now">;
};

/** The last value of each kind as of a moment. */
type Latest = ReadonlyMap<Kind, Measurement>;

/**
 * The past that the page shows, from what was measured before the program started. Where the site's
 * meter was silent for longer than a measurement may hold, nothing is shown.
 */
export const restoreHistory = async (
  { telemetry, signals, clock }: RestoreParts,
  site: Site,
  history: SiteHistory,
): Promise<void> => {
  const nowMs = clock.now();
  const span = { siteId: site.id, fromMs: nowMs - PAST_MS, toMs: nowMs };
  const kept = await Promise.all(KINDS.map((kind) => telemetry.between({ ...span, kind })));
  const measured = kept.flat().toSorted((a, b) => a.atMs - b.atMs);
  if (measured.length === 0) return;
  const horizon = quarterHourHorizon(span.fromMs, Math.ceil(PAST_MS / SLOT_MS) + 1);
  const limitAt = pastLimits(site, horizon, signals.lay({ siteId: site.id, horizon, nowMs }));
  const latest = new Map<Kind, Measurement>();
  for (const measurement of measured) {
    const kind = KINDS.find((one) => one === measurement.kind);
    if (kind === undefined) continue;
    history.silentFrom(heldUntilMs(latest, site), measurement.atMs);
    latest.set(kind, measurement);
    const powers = powersAt(latest, measurement.atMs, site.measurementStaleMs);
    if (powers !== null) history.note(measurement.atMs, { ...powers, limitKw: limitAt(measurement.atMs) });
  }
  history.silentFrom(heldUntilMs(latest, site), nowMs);
};

/** Until when the site's meter, last heard of, still tells the import. */
const heldUntilMs = (latest: Latest, { measurementStaleMs }: Site): EpochMs =>
  (latest.get("site-import")?.atMs ?? -Infinity) + measurementStaleMs;

const powersAt = (latest: Latest, atMs: EpochMs, staleMs: number) => {
  const fresh = (kind: Kind): number | null => {
    const found = latest.get(kind);
    return found === undefined || atMs - found.atMs > staleMs ? null : found.powerKw;
  };
  const importKw = fresh("site-import");
  if (importKw === null) return null;
  const [evKw, pvKw, batteryKw] = [fresh("ev") ?? 0, fresh("pv") ?? 0, fresh("battery") ?? 0];
  return { importKw, evKw, pvKw, baseKw: Math.max(0, importKw - evKw - batteryKw + pvKw) };
};

const pastLimits = (site: Site, horizon: Horizon, signals: ReturnType<ControlParts["signals"]["lay"]>) => {
  const root = site.nodes.find(({ id }) => id === site.rootNodeId);
  const limits = root === undefined ? null : importLimits({ signals, horizon }, root);
  return (atMs: EpochMs): number | null => limits?.[Math.max(0, slotAt(horizon, atMs))] ?? null;
};
