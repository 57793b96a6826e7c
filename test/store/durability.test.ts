/**
 * What was acknowledged is there after `kill -9`, and what was not is sent again: no transaction is
 * lost, none is doubled, and every bill is what the station metered.
 *
 * Here the stations are in this process and the ledger in a child that is killed again and again; a
 * station sends its next message only when the last was answered, and repeats it after a restart.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { TransactionEvent } from "../../src/domain/fleet.js";
import { openStore } from "../../src/store/open-store.js";
import { openStatements } from "../../src/store/statements.js";
import { bills, ended, minutes, started, updated, v16 } from "./events.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "store-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const answerSchema = z.object({ stationId: z.string(), transactionId: z.string(), outcome: z.string() });
type Answer = z.infer<typeof answerSchema>;

interface Session {
  readonly station: number;
  readonly run: number;
}
type Message = (transactionId: string) => TransactionEvent;

/** Registers that no two sessions share, so that a mix-up would show. */
const startWh = ({ station, run }: Session): number => 1_000_000 * station + 10_000 * run;
const endWh = (session: Session): number => startWh(session) + 4001 + 7 * session.station + session.run;

const messagesOf = (session: Session): Message[] => {
  const { station, run } = session;
  const at = (minute: number) => ({
    stationId: `CP${station}`,
    stationTimeMs: minutes(run * 100 + minute),
    atMs: minutes(run * 100 + minute),
  });
  const own = station % 2 === 0 ? `${station}-${run}` : null;
  const register = (share: number) => ({ importedWh: startWh(session) + 1000 * share });
  const meter = { meterWh: endWh(session) };
  if (own === null)
    return [
      () => v16.started({ ...at(0), meterWh: startWh(session) }),
      (id) => ({ ...v16.updated(id, at(10)), sample: updated({}, register(1)).sample }),
      (id) => v16.ended(id, { ...at(90), ...meter }),
    ];
  return [
    () => started({ ...at(0), transactionId: own, meterWh: startWh(session) }),
    () => updated({ ...at(10), transactionId: own }, register(1)),
    () => ended({ ...at(90), transactionId: own, ...meter }),
  ];
};

const key = (bill: { stationId: string; startedMs: number }): string => `${bill.stationId} ${bill.startedMs}`;

/** A station that sends one message after another and repeats the one that was not answered. */
const createStation = (station: number, runs: number) => {
  const waiting = Array.from({ length: runs }, (_, run) => messagesOf({ station, run })).flat();
  let transactionId = "";
  return {
    stationId: `CP${station}`,
    next: (): TransactionEvent | null => waiting[0]?.(transactionId) ?? null,
    answered: (answer: Answer): void => {
      waiting.shift();
      transactionId = answer.transactionId;
    },
  };
};
type Station = ReturnType<typeof createStation>;

/** Runs a ledger process until it answered `answers` times or nothing is left, then kills it. */
const runAndKill = async (path: string, stations: readonly Station[], answers: number): Promise<Answer[]> => {
  const child = fork(new URL("./ledger-process.ts", import.meta.url), [path], {
    execArgv: ["--import", "tsx"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const got: Answer[] = [];
  await once(child, "message");
  for (const station of stations) sendNext(child, station);
  await new Promise<void>((resolve) => {
    if (stations.every((station) => station.next() === null)) resolve();
    child.on("message", (message) => {
      if (got.length >= answers) return;
      const answer = answerSchema.parse(message);
      got.push(answer);
      const station = stations.find(({ stationId }) => stationId === answer.stationId);
      station?.answered(answer);
      if (station !== undefined) sendNext(child, station);
      if (got.length >= answers || stations.every((one) => one.next() === null)) resolve();
    });
  });
  child.kill("SIGKILL");
  await once(child, "exit");
  return got;
};

const sendNext = (child: ChildProcess, station: Station): void => {
  const event = station.next();
  if (event !== null) child.send(event);
};

describe("kill -9", () => {
  it("loses no transaction, doubles none, and keeps every watt-hour", async () => {
    const path = join(folder, "killed.db");
    const runs = 4;
    const stations = Array.from({ length: 6 }, (_, station) => createStation(station, runs));
    const answers: Answer[] = [];
    for (const count of [1, 13, 31, Infinity]) answers.push(...(await runAndKill(path, stations, count)));
    expect(answers).toHaveLength(6 * runs * 3);
    expect(new Set(answers.map(({ outcome }) => outcome))).not.toContain("quarantined");

    const store = await openStore({ path });
    const found = bills(await store.ledger.sessionsBetween(0, Number.MAX_SAFE_INTEGER));
    const metered = stations.flatMap((_, station) =>
      Array.from({ length: runs }, (__, run) => ({
        stationId: `CP${station}`,
        startedMs: minutes(run * 100),
        endedMs: minutes(run * 100 + 90),
        importedWh: endWh({ station, run }) - startWh({ station, run }),
      })),
    );
    const sorted = found
      .map(({ stationId, startedMs, endedMs, importedWh }) => ({ stationId, startedMs, endedMs, importedWh }))
      .sort((a, b) => key(a).localeCompare(key(b)));
    expect(sorted).toEqual(metered.sort((a, b) => key(a).localeCompare(key(b))));
    expect(await store.ledger.openSessions()).toEqual([]);
    expect(await store.ledger.quarantined()).toEqual([]);
    await store.close();
  });
});

describe("a store's file", () => {
  it("is made with its folder, for its owner only, and read again", async () => {
    const path = join(folder, "deep", "er", "new.db");
    const first = await openStore({ path });
    await first.documents.put("c", "a", { value: 1 });
    first.telemetry.append({ siteId: "S", kind: "pv", atMs: 1, powerKw: 2 });
    await first.ledger.record(started());
    await first.close();
    expect(statSync(path).mode & 0o077).toBe(0);
    const second = await openStore({ path });
    expect(await second.documents.list("c")).toEqual([{ value: 1 }]);
    expect(await second.telemetry.between({ siteId: "S", kind: "pv", fromMs: 0, toMs: 9 })).toHaveLength(1);
    expect(await second.ledger.openSessions()).toHaveLength(1);
    await second.close();
  });

  it("is synced at every commit, with a log of what is written ahead", () => {
    const db = openStatements(join(folder, "pragmas.db"));
    const told = (pragma: string) => db.prepare(`pragma ${pragma}`).all([]);
    expect(told("synchronous")).toEqual([{ synchronous: 2 }]);
    expect(told("journal_mode")).toEqual([{ journal_mode: "wal" }]);
    db.close();
  });

  it("may be open in two programs: a command beside the server", async () => {
    const path = join(folder, "shared.db");
    const [server, command] = [await openStore({ path }), await openStore({ path })];
    const puts = Array.from({ length: 20 }, (_, index) =>
      (index % 2 === 0 ? server : command).documents.put("c", String(index), index),
    );
    await Promise.all(puts);
    expect(await server.documents.list("c")).toHaveLength(20);
    expect(await command.documents.list("c")).toHaveLength(20);
    await Promise.all([server.close(), command.close()]);
  });

  it("is refused when it is no database, or a folder", async () => {
    const text = join(folder, "text.db");
    writeFileSync(text, "this is no database, whatever its name may say".repeat(100));
    for (const path of [text, folder])
      await expect(openStore({ path })).rejects.toMatchObject({ code: "store.unusable", place: path });
  });

  it("takes no more writes once closed, and closes twice without complaint", async () => {
    const store = await openStore({ path: ":memory:" });
    const pending = store.documents.put("c", "a", 1);
    await store.close();
    await pending;
    await store.ledger.close();
    await expect(store.documents.put("c", "b", 1)).rejects.toThrow("closed");
  });
});
