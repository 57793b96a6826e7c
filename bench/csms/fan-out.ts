import type { RunningServer } from "../../src/app/server.js";
import { createFleetKeeper } from "../../src/control/fleet-keeper.js";
import { type SendParts, sendTogether } from "../../src/control/sending.js";
import type { Schedule } from "../../src/domain/schedule.js";
import { HOUR_MS } from "../../src/domain/units.js";
import { WallClock } from "../../src/ports/clock.js";
import { createMemoryLedger } from "../../src/ports/ledger-memory.js";

/** Of each profile, an hour long each. */
const PERIODS = 6;
const VOLTAGE_KV = 0.22;

/** A ready-made schedule for the session of a station; none is like that of the round before. */
const scheduleFor = (stationId: string, round: number): Schedule => {
  const startMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  const periods = Array.from({ length: PERIODS }, (_, index) => {
    const value = 6 + ((round + index) % 20);
    return {
      startMs: startMs + index * HOUR_MS,
      mode: "charge-limit" as const,
      value,
      powerKw: value * VOLTAGE_KV,
    };
  });
  const endMs = startMs + PERIODS * HOUR_MS;
  const transactionId = `t-${stationId}`;
  return {
    purpose: "session",
    stationId,
    evseId: 1,
    transactionId,
    unit: "A",
    phases: 1,
    startMs,
    endMs,
    periods,
  };
};

/** What the loop sends with once it has its schedules; what became of them goes to the loop, as ever. */
const sendParts = ({ control, central }: RunningServer): SendParts => ({
  link: central.link,
  clock: new WallClock(),
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  settings: { gatherMs: 0, horizonSlots: 97, followWithinMs: HOUR_MS, answerWithinMs: HOUR_MS, steer: true },
  keeper: {
    ...createFleetKeeper(
      createMemoryLedger(),
      () => undefined,
      () => undefined,
    ),
    apply: (event) => control.report(event),
  },
  asides: {
    tell: async () => ({ status: "unsupported", detail: "nothing is told beside these profiles" }),
    wordOf: () => null,
    see: () => undefined,
    restored: async () => [],
    idle: () => true,
    stop: async () => undefined,
  },
  planAgain: () => undefined,
  makeRoom: () => undefined,
});

/** Sends a ready-made schedule to every connected station by the way of a plan's; ms until all have answered. */
export const fanOut = async (server: RunningServer, round: number): Promise<number> => {
  const schedules = server.central.connections().map(({ stationId }) => scheduleFor(stationId, round));
  const parts = sendParts(server);
  const beganMs = performance.now();
  const outcomes = await sendTogether(parts, schedules);
  const tookMs = performance.now() - beganMs;
  const refused = outcomes.find(({ status }) => status !== "accepted");
  if (refused !== undefined) throw new Error(JSON.stringify(refused));
  return tookMs;
};
