import type { CommandOutcome, StationCommand } from "../../src/domain/command.js";
import { YouxuError } from "../../src/domain/errors.js";
import type { PlanOutcome } from "../../src/domain/plan.js";
import type { PreferenceChange } from "../../src/domain/session.js";
import type { Measurement } from "../../src/domain/site.js";
import { SLOT_MS } from "../../src/domain/units.js";
import type { Reservation } from "../../src/domain/station-file/reservations.js";
import type { SessionView, SiteLive } from "../../src/domain/views.js";
import type { QuarantinedMessage } from "../../src/ports/ledger.js";
import type { Operations } from "../../src/ports/operations.js";
import { communityLive, communityRows, communitySite, EVENT_ID, EVENTS, NOW_MS } from "./community.js";

/** Operations over plain memory, with what was asked of them written down. */
export interface FakeOperations extends Operations {
  state: SiteLive;
  readonly measured: Measurement[];
  readonly commanded: { stationId: string; command: StationCommand }[];
  readonly wished: PreferenceChange[];
  outcome: CommandOutcome;
  /** Something changed: every listener is called. */
  poke(): void;
  listeners(): number;
  /** How often the live state was made. */
  made: number;
}

const outcomeOfPlan = (): PlanOutcome => ({
  status: "optimal",
  plan: {
    horizon: { startsMs: [NOW_MS], endMs: NOW_MS + SLOT_MS },
    solver: "highs",
    sessions: [
      {
        sessionId: "CP01.1.s",
        chargeKw: [0],
        dischargeKw: [0],
        energyKwh: [4, 4],
        shortfallKwh: 0,
        shortfallCause: null,
        reasons: [{ key: "driver-chose-fast" }],
      },
    ],
    nodes: [
      {
        nodeId: "transformer-2",
        netKw: [118],
        curtailedKw: [0],
        limitPricePerKwh: [0],
        failsafePricePerKwh: [0],
        overKw: [0],
      },
    ],
    certificate: communityLive().plan?.certificate ?? {
      relaxation: { objective: 1, bound: 1, gap: 0, maxViolation: 0 },
      sent: { objective: 1, bound: 1, gap: 0, maxViolation: 0 },
    },
    iterations: 12,
    moneyCost: 96.41,
    currency: "CNY",
    meteringPoints: [{ meteringPointId: "meter", highestKw: 212, peakKw: 212, demandCost: 0, carbonKg: 130 }],
  },
  notes: [],
  times: { solveMs: 61, roundMs: 2 },
});

const quarantined: QuarantinedMessage = {
  stationId: "CP03",
  atMs: NOW_MS,
  why: "no such transaction",
  event: {
    kind: "transaction-ended",
    stationId: "CP03",
    atMs: NOW_MS,
    evseId: null,
    transactionId: "77",
    seqNo: null,
    stationTimeMs: NOW_MS,
    meterWh: 12,
    exportedWh: null,
    reason: "Local",
  },
};

const changed = (fake: FakeOperations, id: string, change: Partial<SessionView>): SessionView => {
  const row = fake.state.rows.find((one) => one.session?.id === id);
  if (!row?.session) throw new YouxuError("not-found.session", `no session ${id}`, "params.id");
  const session = { ...row.session, ...change };
  const rows = fake.state.rows.map((one) => (one === row ? { ...one, session } : one));
  fake.state = { ...fake.state, rows };
  fake.poke();
  return session;
};

const RESERVED: Reservation = {
  reservationId: 7,
  evseId: null,
  idToken: "T",
  holder: "operator",
  madeMs: 5,
  expiresMs: 9,
  state: "expired",
  endedMs: 9,
};

export const fakeOperations = (): FakeOperations => {
  const listeners = new Set<() => void>();
  const fake: FakeOperations = {
    state: communityLive(),
    measured: [],
    commanded: [],
    wished: [],
    outcome: { status: "accepted" },
    made: 0,
    poke: () => {
      for (const listener of listeners) listener();
    },
    listeners: () => listeners.size,
    sites: () => [communitySite()],
    signalStations: async (siteId, { signal, atMs, stationIds }) => {
      const named = stationIds ?? communitySite().stations.map(({ id }) => id);
      for (const stationId of named)
        fake.commanded.push({ stationId, command: { kind: "afrr-signal", signal, atMs } });
      return siteId === communitySite().id
        ? named.map((stationId) => ({ stationId, outcome: fake.outcome }))
        : [];
    },
    live: async () => {
      fake.made++;
      return fake.state;
    },
    stations: () => fake.state.rows,
    sessions: async () => fake.state.rows.flatMap((row) => row.session ?? []),
    session: async (id) => changed(fake, id, {}),
    setPreference: async (id, change) => {
      fake.wished.push(change);
      return changed(fake, id, { preferenceSource: "driver" });
    },
    chargeNow: async (id, on) => changed(fake, id, { chargeNow: on }),
    endSession: async (id) => ({ session: changed(fake, id, {}), outcome: fake.outcome }),
    measure: async (measurement) => void fake.measured.push(measurement),
    plan: () => ({
      siteId: "jinan",
      plannedMs: NOW_MS,
      outcome: outcomeOfPlan(),
      signalNotes: [],
      curtailments: [],
    }),
    events: () => EVENTS,
    eventResult: async (id) => {
      if (id !== EVENT_ID) throw new YouxuError("not-found.event", `no event ${id}`, "params.id");
      return {
        eventId: id,
        baselineMethod: "last-quarter-hour",
        measured: "meter",
        baselineKw: 180,
        intervals: [],
        nodes: [
          { siteId: "jinan", nodeId: "transformer-2", measured: "meter", baselineKw: 180, intervals: [] },
        ],
      };
    },
    command: async (id, command) => {
      fake.commanded.push({ stationId: id, command });
      return fake.outcome;
    },
    heldSchedules: () => [],
    reservations: (stationId) => (stationId === "CP01" ? [RESERVED] : []),
    quarantined: async () => [quarantined],
    onLiveChange: (_siteId, listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return fake;
};

export const FIRST_SESSION = communityRows()[0]?.session?.id ?? "";
