import type { FleetEvent, TransactionEvent } from "../../src/domain/fleet.js";
import type { Measurement } from "../../src/domain/site.js";
import { VirtualClock } from "../../src/ports/clock.js";
import type { FleetGateway } from "../../src/ports/fleet-gateway.js";
import { runLockStep } from "../../sims/run/lockstep.js";
import { type WorldRun, createWorldRun } from "../../sims/run/world-run.js";
import type { Scenario } from "../../sims/scenario.js";
import { type DirectFleet, createDirectFleet } from "../../sims/station/direct.js";

export type Heard = FleetEvent | TransactionEvent;

/** A central system that remembers: ids of 1.6 by the key of idempotency, everything heard in order. */
export const listener = () => {
  const heard: Heard[] = [];
  const ids = new Map<string, string>();
  const gateway: FleetGateway = {
    report: (event) => void heard.push(event),
    keepAside: async () => true,
    freed: async () => undefined,
    openSessions: () => [],
    presentCorrection: () => null,
    authorize: async () => ({ status: "Accepted", groupId: null, expiresMs: null, language: null }),
    record: async (event) => {
      heard.push(event);
      if (event.transactionId !== null)
        return { outcome: "stored", transactionId: event.transactionId, session: null, others: [] };
      const key = `${event.stationId} ${event.stationTimeMs}`;
      const transactionId = ids.get(key) ?? String(parseInt(event.stationId.replace(/\D/g, ""), 10));
      ids.set(key, transactionId);
      return { outcome: "stored", transactionId, session: null, others: [] };
    },
  };
  return { heard, gateway };
};

export interface DirectRun {
  readonly heard: readonly Heard[];
  readonly measured: readonly Measurement[];
  readonly run: WorldRun;
  readonly direct: DirectFleet;
  readonly preferences: readonly string[];
}

/** Runs a scenario to its end without anybody steering; `during` may set timers first. */
export const runDirect = async (
  scenario: Scenario,
  during?: (direct: DirectFleet, clock: VirtualClock) => void,
): Promise<DirectRun> => {
  const clock = new VirtualClock(scenario.startMs);
  const { heard, gateway } = listener();
  const measured: Measurement[] = [];
  const preferences: string[] = [];
  const direct = createDirectFleet({ clock, stations: scenario.stations });
  direct.attach(gateway);
  const run = createWorldRun({
    scenario,
    clock,
    stations: direct.fleet,
    meter: async (measurement) => void measured.push(measurement),
    driver: { setPreference: async (stationId) => void preferences.push(stationId) },
  });
  during?.(direct, clock);
  run.start();
  await runLockStep({ clock, untilMs: scenario.endMs, idle: () => run.idle(), busy: () => run.busy() });
  run.truth();
  return { heard, measured, run, direct, preferences };
};
