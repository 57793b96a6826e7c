import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { startServer } from "../../src/app/server.js";
import { gridOperator, tokensFor } from "../../src/app/http-clients.js";
import { createLog } from "../../src/app/logging.js";
import { policyByName } from "../../src/app/policies.js";
import { OPTIMIZER } from "../../src/app/policy-names.js";
import type { CycleRecord } from "../../src/control/contract.js";
import type { Schedule } from "../../src/domain/schedule.js";
import type { Site } from "../../src/domain/site.js";
import { HOUR_MS } from "../../src/domain/units.js";
import { WallClock } from "../../src/ports/clock.js";
import { fixedPriceTables } from "../../src/ports/price-tables.js";
import { openStore } from "../../src/store/open-store.js";
import { flatTariff } from "../../test/signals/tables.js";
import { cost } from "./cost.js";
import { fanOut } from "./fan-out.js";
import { heldTelemetry } from "./held-telemetry.js";
import { serveParty } from "./party.js";
import { PASSWORD, RATED_KW, sitesOf } from "./sites.js";

/** The whole program in a process of its own, as `youxu serve` composes it. */

const [count = "1000", steer = "no"] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "youxu-csms-"));
const sites = sitesOf(Number(count));

const started = (async () => {
  const store = await openStore({ path: join(folder, "youxu.db") });
  const telemetry = heldTelemetry(store.telemetry);
  const server = await startServer({
    clock: new WallClock(),
    sites,
    tariffs: [flatTariff("UTC", 0.5)],
    prices: fixedPriceTables([]),
    store: { ...store, telemetry },
    policy: await policyByName(OPTIMIZER, 30_000),
    settings: {
      // What messages cost is measured without plans between them.
      gatherMs: steer === "steer" ? 2_000 : 24 * HOUR_MS,
      horizonSlots: 97,
      followWithinMs: 10 * 60_000,
      answerWithinMs: 10_000,
      steer: steer === "steer",
    },
    ocpp: {},
    idTokens: null,
    secret: PASSWORD,
    stationPasswords: new Map(sites.flatMap(({ stations }) => stations.map(({ id }) => [id, PASSWORD]))),
    clients: [],
    listen: { host: "127.0.0.1", port: 0 },
    openPage: null,
    log: createLog("silent"),
  });
  return { store, telemetry, server };
})();

const scheduleFor = (stationId: string, value: number): Schedule => {
  const startMs = Math.floor(Date.now() / 900_000) * 900_000;
  return {
    purpose: "default",
    stationId,
    evseId: 1,
    transactionId: null,
    unit: "A",
    phases: null,
    startMs,
    endMs: startMs + 24 * HOUR_MS,
    periods: [{ startMs, mode: "charge-limit", value, powerKw: value * 0.22 }],
  };
};

let operator: ReturnType<typeof gridOperator> | null = null;

const skills = {
  listen: async (): Promise<string> => (await started).server.stationUrl.replace(/\/$/, ""),
  cost,
  /** From now on measurements stay in their batch, and are written by `written`. */
  holdTelemetry: async (): Promise<void> => (await started).telemetry.hold(),
  /** Resolves when all that was measured is on disk. */
  written: async (): Promise<void> => {
    const { store, telemetry } = await started;
    telemetry.release();
    await store.telemetry.flush();
  },
  logBytes: async (): Promise<number> => (await started).server.central.readings().messageLogBytes,
  /** A profile to every connected station, all at once; `rounds` times. */
  callAll: async ({ rounds }: { rounds: number }): Promise<number> => {
    const { server } = await started;
    const ids = server.central.connections().map(({ stationId }) => stationId);
    const beganMs = performance.now();
    for (let round = 0; round < rounds; round += 1) {
      const outcomes = await Promise.all(
        ids.map((stationId) =>
          server.central.link.send(stationId, {
            kind: "set-schedule",
            schedule: scheduleFor(stationId, 6 + (round % 10)),
          }),
        ),
      );
      const refused = outcomes.find(({ status }) => status !== "accepted");
      if (refused !== undefined) throw new Error(JSON.stringify(refused));
    }
    return performance.now() - beganMs;
  },
  /** Ready-made profiles of sessions to all of them, by the way of a plan's; ms until the last has answered. */
  fanOut: async ({ round }: { round: number }): Promise<number> => fanOut((await started).server, round),
  /** The payload of the last SetChargingProfile to a station. */
  lastProfile: async ({ stationId }: { stationId: string }): Promise<Readonly<Record<string, unknown>>> => {
    const { messages } = (await started).server.central;
    const [message] = messages.of(stationId, {
      limit: 1,
      action: "SetChargingProfile",
      direction: "to-station",
    });
    const [, , , payload] = JSON.parse(message?.text ?? "[]") as [
      number,
      string,
      string,
      Record<string, unknown>,
    ];
    return payload;
  },
  /** Connected stations, and those that wait for something. */
  connected: async (): Promise<{ live: number; busy: number }> => {
    const views = (await started).server.central.connections();
    return {
      live: views.length,
      busy: views.filter(({ inbound, outbound }) => inbound + outbound > 0).length,
    };
  },
  sessions: async (): Promise<number> => (await (await started).store.ledger.openSessions()).length,
  /** Transaction messages in the file, as another program reads it. */
  messages: (): number => {
    const db = new Database(join(folder, "youxu.db"), { readonly: true });
    const row = db.prepare("SELECT count(*) AS n FROM ledger_message").get() as { n: number };
    db.close();
    return row.n;
  },
  /** Posts an event to all sites; resolves when each has confirmed its last profile. */
  respond: async ({ shareOfLimit }: { shareOfLimit: number }): Promise<Responded> => {
    const { server } = await started;
    const cycles: CycleRecord[] = [];
    // One for all events: it makes its program with the first.
    operator ??= gridOperator(server.url, (await tokensFor(server)).gridOperator);
    const waiting = new Set(sites.map(({ id }) => id));
    const done = new Promise<void>((resolve) =>
      server.control.onCycle((record) => {
        if (!record.causes.includes("event")) return;
        cycles.push(record);
        waiting.delete(record.siteId);
        if (waiting.size === 0) resolve();
      }),
    );
    const before = process.cpuUsage();
    const beganMs = performance.now();
    const nowMs = Date.now();
    await operator.post({
      postMs: nowMs,
      type: "IMPORT_CAPACITY_LIMIT",
      value: Math.round(limitOf(sites) * shareOfLimit),
      nodeIds: sites.map(({ rootNodeId }) => rootNodeId),
      startMs: nowMs,
      startsNow: true,
      endMs: nowMs + HOUR_MS,
    });
    const postedMs = performance.now() - beganMs;
    await done;
    const totalMs = performance.now() - beganMs;
    const { user, system } = process.cpuUsage(before);
    const sum = (part: keyof CycleRecord["wall"]): number =>
      cycles.reduce((total, { wall }) => total + wall[part], 0);
    const planned = cycles.map(
      ({ startedMs, wall }) => startedMs - nowMs + wall.gatherMs + wall.planMs + wall.dispatchMs,
    );
    return {
      beganMs: performance.timeOrigin + beganMs,
      postedMs,
      firstPlanMs: Math.min(...planned),
      lastPlanMs: Math.max(...planned),
      totalMs,
      cpuMs: (user + system) / 1_000,
      planMs: sum("planMs"),
      dispatchMs: sum("dispatchMs"),
      longestTransportMs: Math.max(...cycles.map(({ wall }) => wall.transportMs)),
      profiles: cycles.reduce((total, { commands }) => total + commands, 0),
      rejected: cycles.reduce((total, { rejected }) => total + rejected, 0),
    };
  },
  close: async (): Promise<void> => {
    const { server, store } = await started;
    await server.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  },
};

export interface Responded {
  /** Epoch ms; the times that follow are since then. */
  readonly beganMs: number;
  /** The post was answered. */
  readonly postedMs: number;
  /** The first and the last site had its plan as schedules. */
  readonly firstPlanMs: number;
  readonly lastPlanMs: number;
  /** The last site had all its answers. */
  readonly totalMs: number;
  readonly cpuMs: number;
  readonly planMs: number;
  readonly dispatchMs: number;
  readonly longestTransportMs: number;
  readonly profiles: number;
  readonly rejected: number;
}

const limitOf = ([site]: readonly Site[]): number => (site?.stations.length ?? 0) * RATED_KW;

export type OwnSkills = typeof skills;

if (process.send !== undefined) serveParty(skills);
