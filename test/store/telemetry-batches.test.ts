/** A batch of any length is on disk as it was told: every value once, of two for the same moment the last. */
import { expect, it } from "vitest";
import type { GroupCommit } from "../../src/store/group-commit.js";
import { createSqlTelemetry } from "../../src/store/telemetry.js";
import { SLOT_MS } from "../../src/domain/units.js";
import { openStore } from "../../src/store/open-store.js";
import { T0 } from "./events.js";

const AT = { siteId: "S", kind: "site-import" } as const;
const ALL = { fromMs: T0, toMs: T0 + SLOT_MS };

it.each([0, 1, 49, 50, 51, 120, 499, 500, 501])("%i measurements of one batch", async (count) => {
  const store = await openStore({ path: ":memory:", commitWithinMs: 0 });
  const told = Array.from({ length: count }, (_, index) => ({
    ...AT,
    atMs: T0 + index,
    powerKw: 0.1 + index / 3,
  }));
  for (const measurement of told) store.telemetry.append({ ...measurement, powerKw: -1 });
  for (const measurement of told) store.telemetry.append(measurement);
  expect(await store.telemetry.between({ ...AT, ...ALL })).toEqual(told);
  await store.close();
});

it.each([1, 51, 120])("%i samples of EVSEs of one batch, each in its own column", async (count) => {
  const store = await openStore({ path: ":memory:", commitWithinMs: 0 });
  for (let evseId = 1; evseId <= count; evseId += 1)
    store.telemetry.sample({
      stationId: "CP1",
      evseId,
      atMs: T0,
      powerKw: evseId / 8,
      importedWh: 1_000 + evseId,
      exportedWh: null,
      socPercent: evseId / 3,
    });
  for (let evseId = 1; evseId <= count; evseId += 1) {
    const [quarter] = await store.telemetry.quarters({ stationId: "CP1", evseId }, ALL);
    expect(quarter).toMatchObject({
      meanKw: evseId / 8,
      importedWh: 1_000 + evseId,
      exportedWh: null,
      socPercent: evseId / 3,
    });
  }
  await store.close();
});

it("more values than a stalled disk can be waited for with are given up and told, and those before are written", async () => {
  const failures: unknown[] = [];
  let release: () => void = () => undefined;
  const stalled = new Promise<void>((resolve) => (release = resolve));
  let written = 0;
  const commits: Pick<GroupCommit, "write" | "read"> = {
    write: async () => {
      await stalled;
      written += 1;
      throw new Error("a disk");
    },
    read: async () => {
      throw new Error("nothing is read");
    },
  };
  const telemetry = createSqlTelemetry(commits, (failure) => failures.push(failure));
  for (let index = 0; index < 101_000; index += 1)
    telemetry.append({ ...AT, atMs: T0 + index, powerKw: index });
  expect(telemetry.waiting()).toBe(100_000);
  expect(failures.map(String)).toEqual([
    "Error: 500 measured values are given up: 100000 wait for the disk",
    "Error: 500 measured values are given up: 100000 wait for the disk",
  ]);
  release();
  await telemetry.flush();
  expect([written, telemetry.waiting()]).toEqual([200, 0]);
});
