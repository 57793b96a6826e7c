import { pino } from "pino";
import { policyByName } from "../../src/app/policies.js";
import type { POLICIES } from "../../src/app/policy-names.js";
import { type RunningServer, startServer } from "../../src/app/server.js";
import type { CycleRecord } from "../../src/control/contract.js";
import type { OcppVersion } from "../../src/domain/fleet.js";
import type { QuirkEntry } from "../../src/domain/quirks.js";
import type { EvseConfig, Site } from "../../src/domain/site.js";
import { type Tariff, tariffSchema } from "../../src/domain/tariff.js";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../src/domain/units.js";
import type { StationRow } from "../../src/domain/views.js";
import { VirtualClock } from "../../src/ports/clock.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { createMemoryLedger } from "../../src/ports/ledger-memory.js";
import { fixedPriceTables } from "../../src/ports/price-tables.js";
import { createMemoryTelemetry } from "../../src/ports/telemetry-memory.js";
import { createWireFleet, runLockStep } from "../../sims/index.js";
import type { StationFaultName } from "../../sims/station/faults/index.js";
import type { SimFleet } from "../../sims/station/fleet.js";
import { type NewStation, powerKw } from "../../sims/station/model.js";
import type { Car, Visit } from "../../sims/world/visit.js";
import { communityOf, stationOf } from "../fixtures/sites.js";
import { flatTariff } from "../signals/tables.js";
import { carOf, EVSE, NOON, visitOf } from "../fixtures/visits.js";

const BASE_KW = 4;
const LIMIT_KW = 12;
/** Noon is by the site's own clock. */
const NOON_LOCAL_HOUR = 12;
const PASSWORD = "field-0123456789abcdef";

/** A weak site with a pile in the field and as many good ones as it says. */
export interface FieldPlan {
  readonly version: OcppVersion;
  /** Of each pile, in order: the first is the one that is looked at. */
  readonly faults: readonly (readonly StationFaultName[])[];
  readonly hours: number;
  readonly quirks?: readonly QuirkEntry[];
  readonly limitKw?: number;
  /** Told once everything stands, to bring more about. */
  readonly script?: (field: Field) => void;
  readonly needKwh?: number;
  /** Of every pile; one phase and one way where it is left out. */
  readonly evse?: EvseConfig;
  readonly car?: Partial<Car>;
  /** How it plans; least laxity first where it is left out. */
  readonly policy?: keyof typeof POLICIES;
  /** Minutes at which cars come, and how long each stays: one from the first minute to the end where it is left out. */
  readonly visits?: { readonly atMinutes: readonly number[]; readonly stayMinutes: number };
  /** Local quarters of an hour, from noon on, in which a kWh costs ten times as much. */
  readonly dearQuarters?: readonly number[];
  readonly departureTime?: string;
  /** Base load by the minute, kW; always the same where it is left out. */
  readonly baseKwAt?: (minute: number) => number;
  /** Base load that is forecast for after the run, or from so many hours after its beginning on, kW. */
  readonly laterBaseKw?: number;
  readonly laterFromHours?: number;
}

export interface Field {
  readonly clock: VirtualClock;
  readonly fleet: SimFleet;
  readonly server: RunningServer;
  readonly site: Site;
  readonly cycles: CycleRecord[];
  readonly lines: { level: number; msg: string; station?: string; stationId?: string }[];
  /** Of the site's real import above its limit: how long, and by how much at most. */
  readonly breach: { seconds: number; mostKw: number };
  readonly at: (minute: number, what: () => void) => void;
  readonly row: (id?: string) => StationRow;
  readonly station: (id?: string) => NonNullable<ReturnType<SimFleet["stations"]["get"]>>;
  readonly violations: () => readonly string[];
}

export const idOf = (index: number): string => `pile-${index}`;

const siteOf = ({ faults, limitKw = LIMIT_KW, needKwh = 3, ...plan }: FieldPlan): Site => {
  const { evse = EVSE, laterBaseKw = BASE_KW, hours } = plan;
  const laterQuarter = 4 * (NOON_LOCAL_HOUR + (plan.laterFromHours ?? hours));
  const site = communityOf(faults.map((_, index) => stationOf(idOf(index), evse)));
  return {
    ...site,
    defaults: { departureTime: plan.departureTime ?? "13:00", energyNeedKwh: needKwh },
    baseProfileKw: site.baseProfileKw.map((_, quarter) => (quarter < laterQuarter ? BASE_KW : laterBaseKw)),
    nodes: site.nodes.map((node) =>
      node.importLimitKw === null ? node : { ...node, importLimitKw: limitKw },
    ),
  };
};

/** One price, but for the quarters of an hour that are dear. */
const tariffOf = ({ dearQuarters = [] }: FieldPlan): Tariff => {
  const clockOf = (quarter: number): string =>
    `${String(NOON_LOCAL_HOUR + Math.floor(quarter / 4)).padStart(2, "0")}:${String((quarter % 4) * 15).padStart(2, "0")}`;
  const dear = dearQuarters.map((quarter) => ({ from: clockOf(quarter), to: clockOf(quarter + 1) }));
  const cheap = ["00:00", ...dear.map(({ to }) => to)].map((from, index) => ({
    from,
    to: dear[index]?.from ?? "24:00",
  }));
  const flat = flatTariff("Asia/Shanghai");
  const periods = [
    ...dear.map((span) => ({ ...span, kind: "peak" as const, pricePerKwh: 10 })),
    ...cheap.map((span) => ({ ...span, kind: "flat" as const, pricePerKwh: 1 })),
  ];
  return tariffSchema.parse({
    ...flat,
    seasons: flat.seasons.map((season) => ({
      ...season,
      days: season.days.map((day) => ({ ...day, periods })),
    })),
  });
};

const serverFor = async (plan: FieldPlan, site: Site, clock: VirtualClock, lines: Field["lines"]) =>
  startServer({
    clock,
    sites: [site],
    tariffs: [{ ...tariffOf(plan), id: "tariff" }],
    prices: fixedPriceTables([]),
    store: {
      ledger: createMemoryLedger(),
      telemetry: createMemoryTelemetry(),
      documents: createMemoryDocuments(),
    },
    policy: await policyByName(plan.policy ?? "least-laxity", 5_000),
    settings: {
      gatherMs: 5 * SECOND_MS,
      horizonSlots: 33,
      followWithinMs: MINUTE_MS,
      answerWithinMs: 3 * SECOND_MS,
      steer: true,
    },
    ocpp: { pingIntervalMs: null },
    quirks: plan.quirks ?? [],
    idTokens: null,
    secret: "a field test keeps no secrets, but needs 32 bytes",
    stationPasswords: new Map(plan.faults.map((_, index) => [idOf(index), PASSWORD])),
    clients: [],
    listen: { host: "127.0.0.1", port: 0 },
    openPage: null,
    log: pino({}, { write: (line: string) => void lines.push(JSON.parse(line) as Field["lines"][number]) }),
  });

const visitAt = (index: number, { hours, needKwh = 3, car = {} }: FieldPlan): Visit =>
  visitOf({
    id: `visit-${index}`,
    stationId: idOf(index),
    car: carOf({ ...car, id: `car-${index}` }),
    idToken: `driver-${index}`,
    arriveMs: NOON + MINUTE_MS,
    departMs: NOON + hours * HOUR_MS,
    energyNeedKwh: needKwh,
  });

/** Runs the field over real websockets in lock step, and hands it over as it stands at the end. */
export const runField = async (
  plan: FieldPlan,
  look: (field: Field) => Promise<void> | void,
): Promise<void> => {
  const clock = new VirtualClock(NOON);
  const site = siteOf(plan);
  const lines: Field["lines"] = [];
  const server = await serverFor(plan, site, clock, lines);
  const stations = plan.faults.map(
    (faults, index): NewStation => ({
      stationId: idOf(index),
      version: plan.version,
      evse: plan.evse ?? EVSE,
      atMs: NOON,
      faults,
    }),
  );
  const wire = createWireFleet({
    clock,
    stations,
    endpoint: server.stationUrl.replace(/\/$/, ""),
    password: () => PASSWORD,
    connectedAtServer: () => new Set(server.central.connections().map(({ stationId }) => stationId)),
  });
  const { fleet } = wire;
  const field: Field = {
    clock,
    fleet,
    server,
    site,
    cycles: [],
    lines,
    breach: { seconds: 0, mostKw: 0 },
    at: (minute, what) => void clock.after(minute * MINUTE_MS - (clock.now() - NOON), what),
    row: (id = idOf(0)) => {
      const row = server.control.stations().find(({ stationId }) => stationId === id);
      if (row === undefined) throw new Error(`no row of ${id}`);
      return row;
    },
    station: (id = idOf(0)) => {
      const station = fleet.stations.get(id);
      if (station === undefined) throw new Error(`no station ${id}`);
      return station;
    },
    violations: () => wire.violations(),
  };
  try {
    play(field, plan);
    await runLockStep({
      clock,
      untilMs: NOON + plan.hours * HOUR_MS,
      idle: () => fleet.idle() && server.idle(),
      busy: () => [...fleet.busy(), ...(server.idle() ? [] : ["central system"])],
      patienceMs: 120_000,
    });
    fleet.settle();
    await look(field);
  } finally {
    await fleet.stop();
    await server.close();
  }
};

/** Cars come and go, meters tell, and the truth is written down. */
const play = (field: Field, plan: FieldPlan): void => {
  const { fleet, server, site, clock, breach } = field;
  const limitKw = plan.limitKw ?? LIMIT_KW;
  const baseKwAt = (atMs: number): number => plan.baseKwAt?.((atMs - NOON) / MINUTE_MS) ?? BASE_KW;
  server.control.onCycle((record) => field.cycles.push(record));
  fleet.onInterval(({ fromMs, toMs, energy }) => {
    const wh = [...energy.values()].reduce((total, { importedWh }) => total + importedWh, 0);
    const overKw = baseKwAt(fromMs) + (wh / 1000 / (toMs - fromMs)) * HOUR_MS - limitKw;
    if (overKw <= 0.05) return;
    breach.seconds += (toMs - fromMs) / SECOND_MS;
    breach.mostKw = Math.max(breach.mostKw, overKw);
  });
  const measure = (): void => {
    fleet.settle();
    const evKw = [...fleet.stations.values()].reduce((total, one) => total + powerKw(one.model()), 0);
    void server.control.measure({
      siteId: site.id,
      kind: "site-import",
      powerKw: baseKwAt(clock.now()) + evKw,
      atMs: clock.now(),
    });
    clock.after(30 * SECOND_MS, measure);
  };
  const sample = (): void => {
    for (const station of fleet.stations.values()) station.sample("periodic");
    clock.after(MINUTE_MS, sample);
  };
  fleet.start();
  field.at(0.1, measure);
  field.at(0.5, sample);
  const { atMinutes, stayMinutes } = plan.visits ?? { atMinutes: [1], stayMinutes: plan.hours * 60 - 6 };
  plan.faults.forEach((_, index) => {
    for (const minute of atMinutes) {
      field.at(minute + index / 10, () => field.station(idOf(index)).plug(visitAt(index, plan)));
      field.at(minute + stayMinutes + index / 10, () => field.station(idOf(index)).unplug());
    }
  });
  plan.script?.(field);
};
