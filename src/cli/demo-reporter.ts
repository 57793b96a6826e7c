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
      say(`      event ${event.name ?? event.id} (${event.payloadTypes.join(", ")}) is ${event.state}`);
    }
    const charging = live.rows.filter(({ powerKw }) => (powerKw ?? 0) > 0.1).length;
    const giving = live.rows.filter(({ powerKw }) => (powerKw ?? 0) < -0.1).length;
    const plugged = live.rows.filter(({ session }) => session !== null).length;
    const connected = live.rows.filter((row) => row.connected).length;
    say(
      `${clockTime(live.nowMs, live.timeZone)} site ${kw(live.measured?.importKw ?? 0)} of ${kw(live.limitKw ?? 0)} kW · ` +
        `${connected} stations, ${plugged} cars: ${charging} charge, ${giving} give back (${kw(live.evKw)} kW) · ` +
        `saved ${live.savings.saved.toFixed(2)} ${live.currency}${planned(last)}`,
    );
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

const planned = (record: CycleRecord | null): string => {
  if (record === null || record.outcome.status === "invalid") return "";
  const { plan, status, times } = record.outcome;
  const { gap } = plan.certificate.sent;
  return ` · plan ${status} in ${times.solveMs.toFixed(0)} ms${gap === null ? "" : `, gap ${gap.toExponential(1)}`}`;
};

const kw = (value: number): string => value.toFixed(1);

const clockTime = (atMs: number, timeZone: string): string =>
  new Date(atMs).toLocaleTimeString("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" });
