import { fixed } from "../domain/figures.js";
import type { Savings, SiteLive } from "../domain/views.js";
import type { CycleRecord, Demo } from "../app.js";
import { say } from "./output.js";

/** A line is printed this often, wall time. */
const EVERY_MS = 5_000;

export interface DemoReporter {
  start(demo: Demo): void;
  onCycle(record: CycleRecord): void;
  stop(): void;
}

/** Tells in the terminal what is happening: load, plan, events, money. */
export const demoReporter = (): DemoReporter => {
  let last: CycleRecord | null = null;
  let timer: ReturnType<typeof setInterval> | null = null;
  const told = new Set<string>();

  const tell = async (demo: Demo): Promise<void> => {
    const live = await demo.server.control.live(demo.scenario.site.id);
    for (const event of live.events) {
      if (told.has(`${event.id} ${event.state}`)) continue;
      told.add(`${event.id} ${event.state}`);
      say(`       event ${event.name ?? event.id} (${event.payloadTypes.join(", ")}) is ${event.state}`);
    }
    say(`${siteLine(live)}${planned(last)}`);
  };

  return {
    start: (demo) => {
      timer = setInterval(() => void tell(demo).catch((error: unknown) => say(String(error))), EVERY_MS);
    },
    onCycle: (record) => {
      last = record;
    },
    stop: () => {
      if (timer !== null) clearInterval(timer);
    },
  };
};

/** One line of a live view: time, load, cars, money. */
export const siteLine = (live: SiteLive): string => {
  const count = (holds: (row: SiteLive["rows"][number]) => boolean): number => live.rows.filter(holds).length;
  const charging = count(({ powerKw }) => (powerKw ?? 0) > 0.1);
  const giving = count(({ powerKw }) => (powerKw ?? 0) < -0.1);
  const plugged = count(({ session }) => session !== null);
  const connected = count((row) => row.connected);
  return (
    `${clockTime(live.nowMs, live.timeZone)} site ${siteLoad(live)} · ${connected} stations, ${plugged} cars: ` +
    `${charging} charge, ${giving} give back (${fixed(live.evKw, 1)} kW) · ${saved(live.savings, live.timeZone)}`
  );
};

const siteLoad = ({ measured, limitKw }: SiteLive): string => {
  const limit = limitKw === null ? "no limit" : `${fixed(limitKw, 1)} kW`;
  return measured === null
    ? `not measured yet, limit ${limit}`
    : `${fixed(measured.importKw, 1)} of ${limit}`;
};

/** Since the start and, from the second day with cars on, of the latest of them. */
const saved = ({ saved: total, currency, days }: Savings, timeZone: string): string => {
  const latest = days.length > 1 ? days.at(-1) : undefined;
  const sum = `saved ${fixed(total, 2)} ${currency}`;
  if (latest === undefined) return sum;
  const day = new Date(latest.startMs).toLocaleString("en-GB", { timeZone, weekday: "long" });
  return `${sum}, ${fixed(latest.saved, 2)} of it with ${day}'s cars`;
};

const planned = (record: CycleRecord | null): string => {
  if (record === null || record.outcome.status === "invalid") return "";
  const { plan, status, times } = record.outcome;
  const { gap } = plan.certificate.sent;
  return ` · plan ${status} in ${times.solveMs.toFixed(0)} ms${gap === null ? "" : `, gap ${gap.toExponential(1)}`}`;
};

const clockTime = (atMs: number, timeZone: string): string =>
  new Date(atMs).toLocaleString("en-GB", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
  });
