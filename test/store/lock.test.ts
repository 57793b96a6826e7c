import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { lockStore } from "../../src/store/lock.js";
import { openStore } from "../../src/store/open-store.js";

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lock-"));
  path = join(folder, "youxu.db");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("is held by one program at a time, ends with it however it ends, and keeps no command out", async () => {
  const child = fork(new URL("./lock-process.ts", import.meta.url), [path], {
    execArgv: ["--import", "tsx"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  await once(child, "message");
  const refusal = { code: "store.in-use", place: path, exitCode: 5 };
  expect(() => lockStore(path)).toThrow(expect.objectContaining(refusal));

  const store = await openStore({ path });
  await store.documents.put("stations", "pile-1", { identity: "pile-1" });
  expect(await store.documents.get("stations", "pile-1")).toEqual({ identity: "pile-1" });
  await store.close();

  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
  const lock = lockStore(path);
  expect(() => lockStore(path)).toThrow(expect.objectContaining(refusal));
  lock.release();
  lockStore(path).release();
  expect(readdirSync(folder).filter((name) => name.includes("lock"))).toEqual(["youxu.db-lock"]);
});
