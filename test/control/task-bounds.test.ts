/** Tasks at their bounds: so many asked for at the same moment, a disk that is full or slow. */
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../src/ports/clock.js";
import type { Documents } from "../../src/ports/documents.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { ALL, ids, lifeOf, MINUTE, REQUEST, turns } from "./task-stage.js";

/** Documents on a disk that takes nothing more while it is full. */
const fillingDisk = () => {
  const documents = createMemoryDocuments();
  const disk = { isFull: false };
  const filling: Documents = {
    ...documents,
    put: async (collection, id, document) => {
      if (disk.isFull) throw new Error("the disk is full");
      return documents.put(collection, id, document);
    },
  };
  return { disk, documents: filling };
};

describe("a task", () => {
  it("is forgotten without holding up the end, and the rest of it at the next start", async () => {
    const documents = createMemoryDocuments();
    const yard = { count: 1_000 };
    /** Writes that a disk has not taken yet, and the most of them at once. */
    const waiting: (() => void)[] = [];
    const commits: number[] = [];
    const slow: Documents = {
      ...documents,
      remove: async (collection, id) => {
        await new Promise<void>((resolve) => waiting.push(resolve));
        return documents.remove(collection, id);
      },
    };
    const commit = async (): Promise<void> => {
      commits.push(waiting.length);
      waiting.splice(0).forEach((taken) => taken());
      await turns();
    };
    const { start, kept, tasks } = await lifeOf({ ...yard, documents: slow });
    kept.command = async () => ({ status: "accepted" });
    await start({ atOnce: 200 });
    const one = { selection: { ...ALL, stationIds: ["s1"] } };
    for (let count = 0; count < 200; count++) await start(one);
    expect(tasks.find("t1")).toBeNull();
    await commit();
    const left = async () => (await documents.list("station-task/t1")).length;
    expect(await left()).toBe(800);
    const stopped = tasks.stop();
    await commit();
    await stopped;
    expect([await left(), commits]).toEqual([600, [200, 200]]);
    const after = await lifeOf({ ...yard, documents });
    await turns();
    expect([await left(), after.tasks.find("t1"), after.tasks.list().length]).toEqual([0, null, 200]);
    expect(await documents.list("station-task")).toHaveLength(200);
  });

  it("is not begun beside too many others that begin at the same moment", async () => {
    const { tasks, documents } = await lifeOf({ away: ids(6) });
    const all = await Promise.allSettled(Array.from({ length: 60 }, () => tasks.start(REQUEST)));
    const begun = all.filter(({ status }) => status === "fulfilled");
    expect([begun.length, (await documents.list("station-task")).length]).toEqual([50, 50]);
    for (const one of all.slice(50)) expect(one).toMatchObject({ reason: { code: "task.too-many" } });
  });

  it("is not begun beside others that begin at the same moment for so many stations", async () => {
    const { tasks } = await lifeOf({ count: 40_000 });
    const all = await Promise.allSettled([1, 2, 3].map(() => tasks.start(REQUEST)));
    expect(all.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
    expect(all[2]).toMatchObject({ reason: { code: "task.too-many" } });
  });

  it("that is written down while the server stops waits for nothing, and goes on in the next life", async () => {
    const documents = createMemoryDocuments();
    const written: (() => void)[] = [];
    const slow: Documents = {
      ...documents,
      put: async (collection, id, document) => {
        await new Promise<void>((resolve) => written.push(resolve));
        return documents.put(collection, id, document);
      },
    };
    const clock = new VirtualClock(0);
    const { tasks, asked } = await lifeOf({ documents: slow, clock });
    const begun = tasks.start(REQUEST);
    await turns();
    await tasks.stop();
    written.splice(0).forEach((taken) => taken());
    const { id } = await begun;
    expect([clock.nextMs(), asked]).toEqual([null, []]);
    const after = await lifeOf({ documents, clock });
    await turns();
    expect([after.tasks.find(id)?.endedMs, after.asked]).toEqual([null, ["s1", "s2"]]);
    expect(clock.nextMs()).not.toBeNull();
  });

  it("that is old is forgotten after those before it, also where one of them cannot be", async () => {
    const documents = createMemoryDocuments();
    const removals: { collection: string; end: (failed: boolean) => void }[] = [];
    const slow: Documents = {
      ...documents,
      remove: async (collection, id) => {
        const isRefused = await new Promise((resolve) => removals.push({ collection, end: resolve }));
        if (isRefused === true) throw new Error("the disk is broken");
        return documents.remove(collection, id);
      },
    };
    const { start, kept } = await lifeOf({ documents: slow, count: 1 });
    kept.command = async () => ({ status: "accepted" });
    for (let count = 0; count < 202; count++) await start();
    expect(removals.map(({ collection }) => collection)).toEqual(["station-task/t1"]);
    removals[0]?.end(true);
    await turns();
    expect(removals.map(({ collection }) => collection)).toEqual(["station-task/t1", "station-task/t2"]);
  });

  it("takes nobody's place where it could not be written down", async () => {
    const { disk, documents } = fillingDisk();
    disk.isFull = true;
    const { tasks, start } = await lifeOf({ documents, away: ids(6) });
    for (let count = 0; count < 50; count++)
      await expect(tasks.start(REQUEST)).rejects.toThrow("the disk is full");
    disk.isFull = false;
    await start();
    expect(tasks.list()).toHaveLength(1);
  });

  it("ends once it is cancelled, also where that could not be written down", async () => {
    const { disk, documents } = fillingDisk();
    const { start, tasks, over } = await lifeOf({ documents, away: ids(6) });
    const { id } = await start({ waitMs: MINUTE });
    disk.isFull = true;
    await expect(tasks.cancel(id)).rejects.toThrow("the disk is full");
    expect(over).toMatchObject([{ id, cancelledMs: 0, endedMs: 0 }]);
  });
});
