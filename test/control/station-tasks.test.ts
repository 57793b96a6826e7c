/** Laws of commands for many stations: never more at once than allowed, none asked twice, all told of. */
import { describe, expect, it } from "vitest";
import { YouxuError } from "../../src/domain/errors.js";
import { VirtualClock } from "../../src/ports/clock.js";
import type { Documents } from "../../src/ports/documents.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import type { TaskRequest } from "../../src/ports/station-tasks.js";
import { ALL, ids, lifeOf, MINUTE, turns, WHOLE } from "./task-stage.js";

describe("a command for many stations", () => {
  it("goes to a few at a time, and tells what became of each", async () => {
    const { start, asked, open, answer, states, tasks, over } = await lifeOf();
    const { id, counts } = await start();
    expect(counts).toMatchObject({ waiting: 6 - counts.asking });
    expect(asked).toEqual(["s1", "s2"]);
    await answer("s2", { status: "rejected", detail: "Occupied" });
    await answer("s1");
    expect(asked).toEqual(["s1", "s2", "s3", "s4"]);
    expect(tasks.find(id)?.counts).toMatchObject({ waiting: 2, asking: 2, accepted: 1, refused: 1 });
    expect(open.size).toBe(2);
    await answer("s3", { status: "timeout", detail: "late" });
    await answer("s4", { status: "accepted", detail: "Scheduled" });
    await answer("s5");
    await answer("s6");
    expect(await states(id)).toEqual([
      "s1 accepted",
      "s2 refused",
      "s3 unanswered",
      "s4 accepted",
      "s5 accepted",
      "s6 accepted",
    ]);
    expect(over).toMatchObject([{ id, askedBy: "me", counts: { accepted: 4 } }]);
    expect(asked).toEqual(ids(6));
  });

  it("leaves out who is away, or waits for them until the time is over", async () => {
    const { start, asked, answer, states, come, until, over } = await lifeOf({
      count: 4,
      away: ["s1", "s3", "s4"],
    });
    const left = await start();
    await answer("s2");
    expect(await states(left.id)).toEqual(["s1 offline", "s2 accepted", "s3 offline", "s4 offline"]);
    const waits = await start({ waitMs: 10 * MINUTE });
    await answer("s2");
    await until(5 * MINUTE);
    expect(over).toHaveLength(1);
    expect(await come("s3")).toBe(false);
    expect(asked).toEqual(["s2", "s2", "s3"]);
    // It goes again before it could be told, and comes back.
    await answer("s3", { status: "offline", detail: "away" });
    await come("s3");
    await answer("s3");
    await until(9 * MINUTE);
    expect(over).toHaveLength(1);
    await until(11 * MINUTE);
    expect(await states(waits.id)).toEqual(["s1 offline", "s2 accepted", "s3 accepted", "s4 offline"]);
    expect(over).toHaveLength(2);
    await come("s4");
    expect(asked.filter((id) => id === "s4")).toEqual([]);
  });

  it("asks one again that was gone and came back before that was known", async () => {
    const { start, asked, answer, states, come } = await lifeOf({ count: 1 });
    const { id } = await start({ waitMs: 10 * MINUTE });
    await come("s1");
    expect(asked).toEqual(["s1"]);
    await answer("s1", { status: "offline", detail: "away" });
    expect(asked).toEqual(["s1", "s1"]);
    await answer("s1");
    expect(await states(id)).toEqual(["s1 accepted"]);
  });

  it("asks nobody more once it is cancelled, and takes the answers of those that were asked", async () => {
    const { start, asked, answer, states, tasks, over } = await lifeOf({ count: 4, away: ["s4"] });
    const { id } = await start({ waitMs: 10 * MINUTE });
    expect(await tasks.cancel(id)).toMatchObject({ cancelledMs: 0, endedMs: null });
    await answer("s1");
    // Not even told: it is not waited for any more.
    await answer("s2", { status: "offline", detail: "away" });
    expect(asked).toEqual(["s1", "s2"]);
    expect(await states(id)).toEqual(["s1 accepted", "s2 cancelled", "s3 cancelled", "s4 cancelled"]);
    expect(over).toHaveLength(1);
    expect((await tasks.cancel(id))?.endedMs).toBe(0);
    expect(await tasks.cancel("t9")).toBeNull();
  });

  it("goes on after a restart where it stood, and asks nobody twice", async () => {
    const before = await lifeOf({ count: 5, away: ["s5"] });
    const { id } = await before.start();
    await before.answer("s1", { status: "accepted", version: 4 });
    expect(before.asked).toEqual(["s1", "s2", "s3"]);
    // The process ends here: s2 and s3 were asked, and nobody knows what they did.
    const { documents, clock } = before;
    const after = await lifeOf({ documents, clock, count: 5, away: ["s4", "s5"] });
    await turns();
    expect(after.asked).toEqual([]);
    await after.come("s4");
    expect(after.asked).toEqual(["s4"]);
    await after.answer("s4");
    // So long it waits for stations to come back, though nobody asked it to wait.
    await after.until(9 * MINUTE);
    expect(after.over).toEqual([]);
    await after.until(11 * MINUTE);
    const states = ["s1 accepted", "s2 unanswered", "s3 unanswered", "s4 accepted", "s5 offline"];
    expect(await after.states(id)).toEqual(states);
    expect((await after.tasks.results(id, WHOLE))[0]?.answer).toEqual({ version: 4 });
    const last = await lifeOf({ documents, clock, count: 5 });
    await turns();
    expect(last.asked).toEqual([]);
    expect(await last.states(id)).toEqual(states);
    expect(last.tasks.list()).toMatchObject([{ id, askedBy: "me", endedMs: expect.any(Number) }]);
  });

  it("is given up after an outage, or where a backup is put back, that is longer than it waits", async () => {
    const documents = createMemoryDocuments();
    const before = await lifeOf({ documents, count: 3, away: ["s2", "s3"] });
    const { id } = await before.start({ waitMs: MINUTE });
    await before.answer("s1");
    const WEEK = 7 * 24 * 60 * MINUTE;
    const after = await lifeOf({ documents, clock: new VirtualClock(WEEK), count: 3 });
    await turns();
    await after.come("s3");
    expect(after.asked).toEqual([]);
    expect(await after.states(id)).toEqual(["s1 accepted", "s2 offline", "s3 offline"]);
    expect(after.over).toMatchObject([{ id, endedMs: WEEK }]);
    expect(after.log.map(({ message }) => message)).toContain("a task is given up: its time is over");
  });

  it("is told of in the log where it goes on, and waits no longer than it was to", async () => {
    const documents = createMemoryDocuments();
    const before = await lifeOf({ documents, count: 2, away: ["s1", "s2"] });
    const { id } = await before.start({ waitMs: 60 * MINUTE });
    const after = await lifeOf({
      documents,
      clock: new VirtualClock(55 * MINUTE),
      count: 2,
      away: ["s1", "s2"],
    });
    await turns();
    expect(after.log.map(({ message }) => message)).toEqual(["a task goes on after a restart"]);
    await after.come("s1");
    expect(after.asked).toEqual(["s1"]);
    await after.answer("s1");
    await after.until(61 * MINUTE);
    expect(await after.states(id)).toEqual(["s1 accepted", "s2 offline"]);
  });

  it("stays cancelled over a restart", async () => {
    const before = await lifeOf({ count: 2 });
    const { id } = await before.start({ atOnce: 1 });
    await before.tasks.cancel(id);
    const after = await lifeOf({ documents: before.documents, clock: before.clock, count: 2 });
    await turns();
    expect(await after.states(id)).toEqual(["s1 unanswered", "s2 cancelled"]);
    expect(after.asked).toEqual([]);
  });

  it("ends in order: nobody more is asked, and who was asked may still answer", async () => {
    const { start, asked, answer, tasks, documents } = await lifeOf();
    const { id } = await start();
    const stopped = tasks.stop();
    await answer("s1");
    await answer("s2", { status: "timeout", detail: "cut" });
    await stopped;
    expect(asked).toEqual(["s1", "s2"]);
    const after = await lifeOf({ documents });
    expect((await after.states(id)).slice(0, 3)).toEqual(["s1 accepted", "s2 unanswered", "s3 asking"]);
  });

  it("takes a station that it cannot be asked of for refused, and goes on", async () => {
    const { start, kept, states, log } = await lifeOf({ count: 3 });
    kept.command = async (stationId) => {
      if (stationId === "s1") throw new YouxuError("not-found.evse", "it has no EVSE 4", "evseId");
      if (stationId === "s2") throw new Error("a fault of ours");
      return { status: "accepted" };
    };
    const { id } = await start();
    expect(await states(id)).toEqual(["s1 refused", "s2 refused", "s3 accepted"]);
    expect(log.map(({ message }) => message)).toContain(
      "a station could not be asked for what a task is about",
    );
  });

  it("is not sent where it could not be written down that it is", async () => {
    const documents = createMemoryDocuments();
    const full: Documents = {
      ...documents,
      put: async (collection, id, document) => {
        if (collection.includes("/") && id === "s1") throw new Error("the disk is full");
        return documents.put(collection, id, document);
      },
    };
    const { start, asked, answer, states } = await lifeOf({ documents: full, count: 2 });
    const { id } = await start();
    expect(asked).toEqual(["s2"]);
    await answer("s2");
    expect(asked).toEqual(["s2"]);
    expect((await states(id))[1]).toBe("s2 accepted");
  });

  it.each<[string, Partial<TaskRequest>]>([
    ["task.nobody", { selection: { ...ALL, model: "other" } }],
    ["not-found.station", { selection: { ...ALL, stationIds: ["s1", "x"] } }],
    ["not-found.site", { selection: { ...ALL, siteId: "x" } }],
    ["not-found.site", { selection: { ...ALL, siteId: ["home", "x"] } }],
    ["task.secret", { command: { kind: "write-setting", name: "AuthorizationKey", value: "x" } }],
  ])("is refused by %s", async (code, change) => {
    const { start, documents, asked } = await lifeOf();
    await expect(start(change)).rejects.toMatchObject({ code });
    expect(await documents.list("station-task")).toEqual([]);
    expect(asked).toEqual([]);
  });

  it("is not begun beside too many others", async () => {
    const { start, tasks } = await lifeOf({ away: ids(6) });
    for (let count = 0; count < 50; count++) await start({ waitMs: MINUTE });
    await expect(start()).rejects.toMatchObject({ code: "task.too-many" });
    await tasks.cancel("t1");
    await start();
  });

  it("shares with all others how many stations are asked at once", async () => {
    const { start, open, answer } = await lifeOf({ count: 300 });
    for (let count = 0; count < 3; count++)
      await start({
        atOnce: 100,
        selection: { ...ALL, stationIds: ids(300).slice(100 * count, 100 * count + 100) },
      });
    expect(open.size).toBe(200);
    await answer("s1");
    expect(open.size).toBe(200);
  });

  it("shares with all others for how many stations they run, and are kept", async () => {
    const half = 50_001;
    const { start, tasks } = await lifeOf({ count: half, away: ids(half) });
    for (let count = 0; count < 2; count++) await start();
    expect(tasks.list().map(({ id }) => id)).toEqual(["t2"]);
    await start({ waitMs: MINUTE });
    await expect(start()).rejects.toMatchObject({ code: "task.too-many" });
  }, 60_000);

  it("tells what became of it a page at a time", async () => {
    const { start, tasks, kept } = await lifeOf({ count: 5 });
    kept.command = async () => ({ status: "accepted", version: 4 });
    const { id } = await start();
    const page = async (after: string | null) =>
      (await tasks.results(id, { after, limit: 2 })).map(({ stationId }) => stationId);
    expect([await page(null), await page("s2"), await page("s4"), await page("s5")]).toEqual([
      ["s1", "s2"],
      ["s3", "s4"],
      ["s5"],
      [],
    ]);
    await expect(page("s9")).rejects.toMatchObject({ code: "not-found.station" });
  });

  it("tells answers while it runs, from the disk alone", async () => {
    const { start, tasks, answer } = await lifeOf({ count: 3 });
    const { id } = await start();
    await answer("s1", { status: "accepted", version: 4 });
    expect((await tasks.results(id, WHOLE))[0]).toMatchObject({ state: "accepted", answer: { version: 4 } });
  });

  it("keeps the card that it is about for no longer than it runs, and can be read then", async () => {
    const { start, answer, documents, tasks } = await lifeOf({ count: 1 });
    const { id } = await start({ command: { kind: "remote-start", evseId: 1, idToken: "CARD-7" } });
    await answer("s1");
    expect(JSON.stringify(await documents.list("station-task"))).not.toContain("CARD-7");
    const after = await lifeOf({ documents, count: 1 });
    expect(after.tasks.find(id)).toEqual(tasks.find(id));
  });

  it("is kept among the newest, with its results", async () => {
    const { start, tasks, documents, kept } = await lifeOf({ count: 1 });
    kept.command = async () => ({ status: "accepted" });
    for (let count = 0; count < 203; count++) await start();
    expect(tasks.list()).toHaveLength(200);
    expect(tasks.find("t3")).toBeNull();
    expect(await documents.list("station-task/t3")).toEqual([]);
    expect(await documents.list("station-task/t4")).toHaveLength(1);
    expect(await documents.list("station-task")).toHaveLength(200);
  });

  it("keeps whose data it is about until it is over, and shows it to nobody", async () => {
    const { start, answer, tasks, documents, kept } = await lifeOf({ count: 1 });
    const seen: string[] = [];
    const { command } = kept;
    kept.command = async (stationId) => {
      seen.push(JSON.stringify(await documents.list("station-task")));
      return command(stationId);
    };
    const whose = { idToken: "CARD-9", customerIdentifier: null };
    const erase = { kind: "customer-information", report: false, clear: true, ...whose } as const;
    const { id } = await start({ command: erase });
    expect(seen.join("")).toContain("CARD-9");
    expect(JSON.stringify(tasks.list())).not.toContain("CARD-9");
    await answer("s1");
    expect(tasks.find(id)?.endedMs).toBe(0);
    expect(JSON.stringify(await documents.list("station-task"))).not.toContain("CARD-9");
  });
});
