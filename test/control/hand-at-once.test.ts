/**
 * Charging profiles by hand that are made, assigned and removed at the same moment.
 *
 * 1. There are never more than the bound, however many are asked for at once.
 * 2. One that is being assigned is not removed, and one that is being removed is not assigned: each that is told as
 *    assigned limits something.
 * 3. What a station may hold is on disk before it is told.
 */
import { describe, expect, it } from "vitest";
import type { Documents } from "../../src/ports/documents.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { BY_ME, DAILY, gateOf, handStage, HERE, turns } from "./hand-stage.js";

const OFFLINE = { status: "offline", detail: "away" } as const;

describe("charging profiles by hand", () => {
  it("are 1,000 at most, also where they are made at once", async () => {
    const { book } = await handStage();
    const names = Array.from({ length: 1_010 }, (_, index) => `n${index}`);
    const all = await Promise.allSettled(names.map((name) => book.put(name, DAILY)));
    expect(book.list()).toHaveLength(1_000);
    for (const one of all.slice(1_000))
      expect(one).toMatchObject({ reason: { code: "charging-profile.too-many" } });
    // One that is there is changed, and one that goes makes room.
    await book.put("n0", DAILY);
    await book.remove("n1");
    await Promise.all([book.put("more", DAILY), book.put("more", DAILY)]);
    await expect(book.put("most", DAILY)).rejects.toMatchObject({ code: "charging-profile.too-many" });
  });
});

/** Documents of which none is removed before it is let. */
const heldRemovals = () => {
  const documents = createMemoryDocuments();
  const { gate, passed } = gateOf();
  const held: Documents = {
    ...documents,
    remove: async (collection, id) => {
      await passed;
      return documents.remove(collection, id);
    },
  };
  return { documents: held, gate };
};

describe("a charging profile by hand", () => {
  it("is not removed while it is being assigned, and limits what it is assigned to", async () => {
    const stage = await handStage();
    await stage.book.put("tight", DAILY);
    const { gate, passed } = gateOf();
    stage.lookedUp = passed;
    const assigning = stage.book.assign({ ...BY_ME, name: "tight" });
    await expect(stage.book.remove("tight")).rejects.toMatchObject({ code: "charging-profile.assigned" });
    gate.open();
    expect(await assigning).toMatchObject([{ stationId: "p1", state: "held" }]);
    expect(stage.reported).toMatchObject([{ kind: "outside-limit", limit: { steps: expect.anything() } }]);
  });

  it("can be removed where it was assigned to nobody after all", async () => {
    const { book } = await handStage();
    await book.put("tight", DAILY);
    const selection = { ...HERE.selection, model: "none" };
    await expect(book.assign({ ...BY_ME, name: "tight", selection })).rejects.toThrow();
    expect(await book.remove("tight")).toBe(true);
  });

  it("is not assigned while it is being removed", async () => {
    const { documents, gate } = heldRemovals();
    const { book, reported } = await handStage(documents);
    await book.put("tight", DAILY);
    const removing = book.remove("tight");
    await expect(book.assign({ ...BY_ME, name: "tight" })).rejects.toMatchObject({
      code: "not-found.charging-profile",
    });
    gate.open();
    expect(await removing).toBe(true);
    expect([book.find("tight"), reported]).toEqual([null, []]);
  });

  it("is there until its removal is on disk, and stays where that fails", async () => {
    const { documents, gate } = heldRemovals();
    const { book } = await handStage(documents);
    await book.put("tight", DAILY);
    const removing = book.remove("tight");
    expect(book.find("tight")).not.toBeNull();
    gate.fail(new Error("the disk is full"));
    await expect(removing).rejects.toThrow("the disk is full");
    expect(await book.assign({ ...BY_ME, name: "tight" })).toMatchObject([{ state: "held" }]);
  });

  it("that cannot be read any more is said to limit nothing where it is assigned", async () => {
    const documents = createMemoryDocuments();
    const before = await handStage(documents);
    await before.book.put("tight", DAILY);
    before.answer = async () => OFFLINE;
    await before.book.assign({ ...BY_ME, name: "tight" });
    await documents.put("hand-profile", "tight", { name: "tight", profile: "of a later version" });
    const { book } = await handStage(documents);
    book.heard({ kind: "connected", stationId: "p1", atMs: 0, version: "2.0.1" });
    const capabilities = {
      rateUnit: "W",
      maxPeriods: 24,
      maxStackLevel: 8,
      dischargeSetpoint: false,
    } as const;
    book.heard({ kind: "capabilities", stationId: "p1", atMs: 0, capabilities });
    await turns();
    expect(await documents.get("hand-profile-assignment", "p1/0")).toMatchObject({
      state: "plan",
      detail: "it limits nothing: the charging profile cannot be read",
    });
  });

  it("may be held where the server ended between the message and its answer", async () => {
    const documents = createMemoryDocuments();
    const before = await handStage(documents);
    await before.book.put("tight", DAILY);
    before.answer = async () => new Promise(() => undefined);
    void before.book.assign({ ...BY_ME, name: "tight" });
    await turns();
    expect(before.told).toMatchObject([{ kind: "set-schedule" }]);
    // The process ends here.
    const after = await handStage(documents);
    after.answer = async () => OFFLINE;
    expect(await after.book.release(HERE)).toMatchObject([{ state: "releasing" }]);
    expect(after.told).toMatchObject([{ kind: "clear-schedule" }]);
  });
});
