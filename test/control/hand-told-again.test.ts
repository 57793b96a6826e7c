/** A charging profile by hand that a station did not take, or that clocks changed, is told again. */
import { describe, expect, it } from "vitest";
import { openHandProfiles } from "../../src/control/hand-profiles/hand-profiles.js";
import { VirtualClock } from "../../src/ports/clock.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import type { StationLink } from "../../src/ports/station-link.js";
import { siteOf } from "./v2g-play.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const ALL = { stationIds: null, siteId: null, vendor: null, model: null, version: null };
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve));
};
type Answer = Awaited<ReturnType<StationLink["send"]>>;

const LATE: Answer = { status: "timeout", detail: "late" };

/** One station that answers as it is let, and holds a daily maximum since `fromMs`. */
const holding = async (fromMs: number, firstAnswer: Answer) => {
  const clock = new VirtualClock(fromMs);
  const told: { atMs: number; command: Parameters<StationLink["send"]>[1] }[] = [];
  const answering = { answer: firstAnswer };
  const profiles = await openHandProfiles({
    documents: createMemoryDocuments(),
    clock,
    log: silent,
    sites: [{ ...siteOf("graced"), timeZone: "Europe/Berlin" }],
    link: {
      send: async (_, command) => {
        told.push({ atMs: clock.now() - fromMs, command });
        return answering.answer;
      },
    },
    stations: async () => [{ stationId: "p1", siteId: "home", vendor: null, model: null, version: "2.0.1" }],
    unitOf: () => "W",
    report: () => undefined,
  });
  const periods = [
    { startS: 0, limitKw: 5 },
    { startS: 8 * 3_600, limitKw: 20 },
  ];
  await profiles.put("calm", { kind: "daily", startMs: null, endMs: null, periods });
  await profiles.assign({ name: "calm", selection: ALL, evseId: 0, assignedBy: "me" });
  return {
    profiles,
    told,
    answering,
    until: async (toMs: number) => {
      while (clock.step(fromMs + toMs)) await turns();
    },
    states: () => profiles.find("calm")?.assignments.map(({ state }) => state),
  };
};

const JUNE = Date.UTC(2026, 5, 1);

describe("a connected station that answers late", () => {
  it("is told again with growing pauses until it answers", async () => {
    const { told, answering, until, states } = await holding(JUNE, LATE);
    await until(9 * HOUR);
    const minutes = told.map(({ atMs }) => atMs / MINUTE);
    expect(minutes).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243, 303, 363, 423, 483]);
    expect(states()).toEqual(["waiting"]);
    answering.answer = { status: "accepted" };
    await until(24 * HOUR);
    expect([states(), told.length]).toEqual([["held"], minutes.length + 1]);
  });

  it("is told again what it is to forget, until it has", async () => {
    const { profiles, told, answering, until, states } = await holding(JUNE, { status: "accepted" });
    answering.answer = LATE;
    await profiles.release({ selection: ALL, evseId: 0 });
    await until(2 * MINUTE);
    expect(states()).toEqual(["releasing"]);
    answering.answer = { status: "accepted" };
    await until(24 * HOUR);
    expect(states()).toEqual([]);
    expect(told.map(({ atMs, command }) => `${atMs / MINUTE} ${command.kind}`)).toEqual([
      "0 set-schedule",
      "0 clear-schedule",
      "1 clear-schedule",
      "3 clear-schedule",
    ]);
  });

  it("is not told again once the server stops", async () => {
    const { profiles, told, until } = await holding(JUNE, LATE);
    profiles.stop();
    await until(HOUR);
    expect(told).toHaveLength(1);
  });
});

describe("a daily maximum", () => {
  it("is told anew when clocks change, and at no other time", async () => {
    const { told, until } = await holding(Date.UTC(2026, 9, 20), { status: "accepted" });
    await until(10 * 24 * HOUR);
    const begins = told.map(({ command }) =>
      command.kind === "set-schedule" ? new Date(command.schedule.startMs).toISOString() : command.kind,
    );
    // Midnight in Berlin: of summer until the 25th, of winter after it.
    expect(begins).toEqual(["2026-10-19T22:00:00.000Z", "2026-10-25T23:00:00.000Z"]);
  });
});
