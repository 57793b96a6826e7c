/** A charging profile by hand over time: laid out over the days that a plan sees, and taken back when it ends. */
import { describe, expect, it } from "vitest";
import type { OutsideLimit } from "../../src/domain/fleet.js";
import type { HandProfile } from "../../src/domain/hand-profile.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { BY_ME, DAILY, handStage, turns } from "./hand-stage.js";

const HOUR = 3_600_000;
/** In summer time, two hours ahead of UTC, which ends in the night to the 25th. */
const OCTOBER = Date.UTC(2026, 9, 23, 12);

const assigned = async (profile: HandProfile) => {
  const stage = await handStage(createMemoryDocuments(), OCTOBER);
  await stage.book.put("calm", profile);
  await stage.book.assign({ ...BY_ME, name: "calm" });
  const limits = () => stage.reported.flatMap((event) => (event.kind === "outside-limit" ? event.limit : []));
  return { ...stage, limits };
};

describe("a daily profile", () => {
  const twoPeriods = { ...DAILY, periods: [...DAILY.periods, { startS: 8 * 3_600, limitKw: 20 }] };
  const rows = (limit: OutsideLimit | undefined) =>
    limit?.steps?.map(({ startMs, chargeKw }) => `${new Date(startMs).toISOString()} ${chargeKw}`);

  it("limits three days by the clock of the site, from the midnight before now", async () => {
    const { limits } = await assigned(twoPeriods);
    expect(rows(limits().at(-1))).toEqual([
      "2026-10-22T22:00:00.000Z 2",
      "2026-10-23T06:00:00.000Z 20",
      "2026-10-23T22:00:00.000Z 2",
      "2026-10-24T06:00:00.000Z 20",
      "2026-10-24T22:00:00.000Z 2",
      "2026-10-25T06:00:00.000Z 20",
    ]);
  });

  it("is laid out anew as the days pass", async () => {
    const { limits, until } = await assigned(DAILY);
    await until(OCTOBER + 24 * HOUR);
    expect(rows(limits().at(-1))).toEqual([
      "2026-10-23T22:00:00.000Z 2",
      "2026-10-24T22:00:00.000Z 2",
      "2026-10-25T23:00:00.000Z 2",
    ]);
  });
});

describe("a profile that ends", () => {
  const endMs = OCTOBER + 2.5 * HOUR;
  it.each<[string, HandProfile]>([
    ["daily", { ...DAILY, endMs }],
    ["absolute", { ...DAILY, kind: "absolute", startMs: OCTOBER, endMs }],
  ])("is taken back from its station then: %s", async (_, profile) => {
    const { book, told, reported, until } = await assigned(profile);
    await until(endMs - 1);
    expect(told.map(({ kind }) => kind)).toEqual(["set-schedule"]);
    expect(book.find("calm")?.assignments).toMatchObject([{ state: "held" }]);
    await until(endMs);
    await turns();
    expect(told.map(({ kind }) => kind)).toEqual(["set-schedule", "clear-schedule"]);
    expect(reported.at(-1)).toMatchObject({ kind: "outside-limit-cleared", atMs: endMs });
    expect(book.find("calm")?.assignments).toEqual([]);
  });
});
