/** Tasks at their bounds: so many asked for at the same moment, a disk that is full or slow. */
import { describe, expect, it } from "vitest";
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
