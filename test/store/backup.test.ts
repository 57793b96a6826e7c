/** Copies of a store that is written to, and what takes their place. */
import { fork } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { storeCheck } from "../../src/app/readiness.js";
import { backupStore, restoreStore } from "../../src/store/backup.js";
import { checkStore } from "../../src/store/check.js";
import { lockStore } from "../../src/store/lock.js";
import { openStore } from "../../src/store/open-store.js";
import { bills, ended, minutes, started, updated } from "./events.js";
import { leftByAnother } from "./left-by-another.js";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "backup-"));
  path = join(folder, "youxu.db");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const fill = async (at: string, transactions: number): Promise<void> => {
  const store = await openStore({ path: at, commitWithinMs: 0 });
  for (let count = 0; count < transactions; count++) {
    const id = { transactionId: `tx-${count}`, stationId: `CP${count}` };
    await store.ledger.record(started(id));
    await store.ledger.record(updated(id));
    await store.ledger.record(ended(id));
  }
  store.telemetry.append({ siteId: "S", kind: "pv", atMs: minutes(1), powerKw: 3 });
  await store.documents.put("c", "a", { value: transactions });
  await store.close();
};

const sessionsIn = async (at: string) => {
  const store = await openStore({ path: at });
  const found = await store.ledger.sessionsBetween(0, Number.MAX_SAFE_INTEGER);
  await store.close();
  return found;
};

const said = (code: string) => expect.objectContaining({ code });

describe("a backup of a store that is written to", () => {
  it("holds every message answered before it began, and then no later one without the earlier", async () => {
    const child = fork(new URL("./busy-process.ts", import.meta.url), [path], {
      execArgv: ["--import", "tsx"],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    let answered = 0;
    child.on("message", (count) => {
      answered = typeof count === "number" ? count : answered;
    });
    await once(child, "message");
    const copies: { file: string; atLeast: number }[] = [];
    for (let round = 0; round < 4; round++) {
      // A few dozen more answers.
      for (let more = 0; more < 40; more++) await once(child, "message");
      const file = join(folder, `copy-${round}.db`);
      copies.push({ file, atLeast: answered });
      await backupStore(path, file);
    }
    child.send("end");
    await once(child, "exit");
    for (const { file, atLeast } of copies) {
      const ids = (await sessionsIn(file)).map(({ transactionId }) => Number(transactionId.slice(3)));
      expect(ids.length).toBeGreaterThanOrEqual(atLeast);
      expect(ids.sort((a, b) => a - b)).toEqual(ids.map((_, index) => index));
    }
    expect(await sessionsIn(path)).toHaveLength(answered);
  });

  it("is a file for its owner only, replaces none, and leaves nothing beside it", async () => {
    await fill(path, 2);
    const file = join(folder, "copy.db");
    expect(await backupStore(path, file)).toMatchObject({ path: file, bytes: statSync(file).size });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await expect(backupStore(path, file)).rejects.toEqual(said("store.exists"));
    expect(readdirSync(folder).filter((name) => name.startsWith("copy"))).toEqual(["copy.db"]);
    await expect(backupStore(join(folder, "none.db"), join(folder, "x.db"))).rejects.toEqual(
      said("store.unusable"),
    );
    expect(existsSync(join(folder, "x.db"))).toBe(false);
  });
});

it.each(["no-folder/x.db", "youxu.db/x.db"])("a copy at %s is refused with the place", async (where) => {
  await fill(path, 1);
  const refused = { code: "file.unwritable", place: join(folder, where) };
  await expect(backupStore(path, join(folder, where))).rejects.toMatchObject(refused);
});

describe("putting a backup back", () => {
  it("gives the bills as they were, and keeps what was there", async () => {
    await fill(path, 3);
    const before = bills(await sessionsIn(path));
    const file = join(folder, "copy.db");
    await backupStore(path, file);
    await fill(path, 5);
    const after = bills(await sessionsIn(path));
    leftByAnother(path);
    const { replaced } = await restoreStore(path, file, 0);
    expect(bills(await sessionsIn(path))).toEqual(before);
    expect(bills(await sessionsIn(replaced ?? ""))).toEqual(after);
    // The backup is still one.
    expect(bills(await sessionsIn(file))).toEqual(before);
    expect(after).not.toEqual(before);
  });

  it("is refused while a server works on the store, and where the file is no sound backup", async () => {
    await fill(path, 1);
    const file = join(folder, "copy.db");
    await backupStore(path, file);
    const lock = lockStore(path);
    await expect(restoreStore(path, file, 0)).rejects.toEqual(said("store.in-use"));
    lock.release();
    await expect(restoreStore(path, join(folder, "none.db"), 0)).rejects.toEqual(said("file.unreadable"));
    const bytes = readFileSync(file);
    bytes.fill(0x5a, bytes.length >> 1);
    writeFileSync(file, bytes);
    await expect(restoreStore(path, file, 0)).rejects.toEqual(said("store.damaged"));
    writeFileSync(file, "");
    await expect(restoreStore(path, file, 0)).rejects.toEqual(said("store.unusable"));
    expect(await sessionsIn(path)).toHaveLength(1);
    expect(readdirSync(folder).filter((name) => name.includes("replaced"))).toEqual([]);
  });

  it("is refused while the store is open anywhere, also where the lock of its server was deleted", async () => {
    await fill(path, 1);
    const file = join(folder, "copy.db");
    await backupStore(path, file);
    const serving = await openStore({ path });
    const lock = lockStore(path);
    expect(lock.isInPlace()).toBe(true);
    rmSync(`${path}-lock`);
    expect(lock.isInPlace()).toBe(false);
    await expect(restoreStore(path, file, 0)).rejects.toEqual(said("store.in-use"));
    expect(serving.isInPlace()).toBe(true);
    await serving.ledger.record(started({ transactionId: "tx-new", stationId: "CP9" }));
    await serving.close();
    lock.release();
    expect(await sessionsIn(path)).toHaveLength(2);
  });

  it("leaves the old store as one file, without a log beside it", async () => {
    await fill(path, 1);
    const file = join(folder, "copy.db");
    await backupStore(path, file);
    leftByAnother(path);
    const { replaced } = await restoreStore(path, file, 0);
    const beside = readdirSync(folder).filter((name) => name.includes("replaced"));
    expect(beside.map((name) => join(folder, name))).toEqual([replaced]);
    expect(await sessionsIn(replaced ?? "")).toHaveLength(1);
  });

  it.each([
    ["deleted", () => rmSync(path)],
    ["replaced", () => renameSync(join(folder, "copy.db"), path)],
  ])("a file that was %s under a store is noticed", async (_, happens) => {
    await fill(path, 1);
    await backupStore(path, join(folder, "copy.db"));
    const store = await openStore({ path });
    expect(await storeCheck(store).check()).toMatchObject({ ok: true });
    happens();
    expect(await storeCheck(store).check()).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/delet/),
    });
    await store.close();
  });

  it("takes the place of a store that cannot be read any more, and of none", async () => {
    await fill(path, 2);
    const file = join(folder, "copy.db");
    await backupStore(path, file);
    for (const log of ["-wal", "-shm"]) rmSync(`${path}${log}`, { force: true });
    writeFileSync(path, "not a database at all, but long enough to be looked at as one".repeat(100));
    const { replaced } = await restoreStore(path, file, 0);
    expect(readFileSync(replaced ?? "", "utf8")).toMatch(/^not a database/);
    expect(await sessionsIn(path)).toHaveLength(2);
    rmSync(path);
    expect((await restoreStore(path, file, 0)).replaced).toBeNull();
    expect(await sessionsIn(path)).toHaveLength(2);
  });
});

describe("checking a store", () => {
  const broken: readonly (readonly [string, string, RegExp])[] = [
    [
      "a message of no transaction",
      "delete from ledger_transaction where ordinal = 1",
      /no transaction|refers/,
    ],
    ["registers that fall", "update ledger_transaction set low_wh = 9e6", /lowest register/],
    ["needs that are no JSON", "update ledger_transaction set needs = '{'", /needs/],
    ["a document that is no JSON", "update document set body = 'x'", /documents/],
    [
      "a quarter longer than itself",
      "insert into evse_quarter values ('a', 1, 0, 900001, 1, 1, 1, 0, 0, 0, 1)",
      /quarters of EVSEs/,
    ],
  ];
  it.each(broken)("finds %s", async (_, statement, told) => {
    await fill(path, 2);
    expect(await checkStore(path)).toMatchObject({ transactions: 2 });
    const db = new Database(path);
    db.exec("pragma foreign_keys = off");
    db.exec(statement);
    db.close();
    await expect(checkStore(path)).rejects.toMatchObject({ code: "store.damaged", message: told });
  });
});
