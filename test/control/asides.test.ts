/**
 * Words beside profiles, at a station whose vendor's setting stands until it is set otherwise.
 *
 * 1. No word below zero leaves while no driver there allows it.
 * 2. Whatever was lost, and whoever restarted: soon after all is well again nothing stands below zero at an EVSE whose
 *    driver does not allow it.
 * 3. Nor does anything stand below zero for longer than two slots after the last plan that asked for it.
 * 4. Nothing below zero leaves a server that stops.
 */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AsidePlay, type Fate, playAside, SETTING } from "./aside-play.js";

const PROBE_S = 200;
const QUIET_S = 25 * 60;
/** A plan speaks for so long. */
const TWO_SLOTS_S = 30 * 60;

/** A car whose driver allows it, at a station that a probe has passed: it gives back. */
const givingBack = async (entry = SETTING): Promise<AsidePlay> => {
  const play = await playAside(entry);
  play.connect();
  await play.plug();
  await play.consent(true);
  await play.pass(20);
  const probed = play.probe();
  await play.pass(PROBE_S);
  expect(await probed).toMatchObject([{ way: "setting", works: true }]);
  await play.pass(60);
  expect(play.truth.toldKw).toBeCloseTo(-3.3);
  return play;
};

const rowOf = (play: AsidePlay) => play.harness().control.stations("community")[0];
const notTakenBack = (play: AsidePlay) => play.harness().control.readings().sites[0]?.notTakenBack;

describe("a word that gives back", () => {
  it("is taken back with its session, by what the default allows", async () => {
    const play = await givingBack();
    const held = play.harness().sent.findLast(({ schedule }) => schedule.purpose === "default");
    await play.unplug();
    await play.pass(10);
    expect(play.truth.toldKw).toBe(0);
    const byDefault = held?.schedule.periods.map(({ powerKw }) => powerKw) ?? [];
    expect(byDefault).toContain(play.words.at(-1)?.word.powerKw);
    expect(Math.max(...byDefault)).toBeLessThan(2);
  });

  it("is taken back in the vendor's own text where one is stated", async () => {
    const play = await givingBack({ ...SETTING, dischargeReset: "off {evseId}" });
    await play.unplug();
    await play.pass(10);
    expect(play.words.at(-1)?.word.wording).toMatchObject({ to: "V2gPowerW", data: "off {evseId}" });
    expect(notTakenBack(play)).toBe(0);
  });

  it("and whose session ends between profile and word is never told", async () => {
    const play = await givingBack();
    await play.chargeNow(true);
    await play.pass(60);
    play.truth.answersAfterMs = 4_000;
    await play.chargeNow(false);
    const before = play.words.length;
    // The profile is on its way, the word has not left.
    await play.harness().run(5_000);
    expect(play.harness().sent.at(-1)?.schedule.periods[0]?.powerKw).toBeCloseTo(-3.3);
    await play.unplug();
    await play.pass(60);
    expect(play.words.slice(before).filter(({ word }) => word.powerKw < 0)).toEqual([]);
  });

  it("is taken back again and again, ever more rarely, and the operator sees that", async () => {
    const play = await givingBack();
    play.truth.fates = ["refused", "refused", "lost", "refused"];
    await play.unplug();
    const sinceMs = play.harness().clock.now();
    await play.pass(60);
    expect(play.truth.toldKw).toBeCloseTo(-3.3);
    expect(notTakenBack(play)).toBe(1);
    expect(rowOf(play)?.notTakenBackSinceMs).toBeLessThan(sinceMs);
    await play.pass(300);
    expect(play.truth.toldKw).toBe(0);
    expect(notTakenBack(play)).toBe(0);
    expect(rowOf(play)?.notTakenBackSinceMs).toBeUndefined();
    const told = play.words.filter(({ atMs }) => atMs >= sinceMs).map(({ atMs }) => (atMs - sinceMs) / 1_000);
    // 10 s, 20 s, 20 s of silence and 40 s, 80 s.
    expect(told.slice(0, 5)).toEqual([0, 10, 30, 90, 170]);
  });

  it.each(["connected", "booted"] as const)("is taken back at once when its station has %s", async (how) => {
    const play = await givingBack();
    play.truth.fates = Array.from({ length: 7 }, () => "refused" as const);
    await play.unplug();
    await play.pass(15 * 60);
    expect(play.truth.toldKw).toBeCloseTo(-3.3);
    play.truth.fates = [];
    if (how === "connected") play.disconnect();
    if (how === "connected") play.connect();
    else play.boot();
    await play.harness().run(1_000);
    expect(play.truth.toldKw).toBe(0);
  });

  it("is known of after a restart of the server, and taken back in the words in which it was told", async () => {
    const play = await givingBack();
    play.disconnect();
    await play.restart({ ...SETTING, dischargeTo: "AnotherKey", dischargeData: "{currentA}" });
    await play.pass(10);
    expect(play.truth.toldKw).toBeCloseTo(-3.3);
    expect(rowOf(play)?.notTakenBackSinceMs).toBeDefined();
    play.connect();
    await play.harness().run(1_000);
    expect(play.truth.toldKw).toBe(0);
    expect(play.words.at(-1)?.word.wording).toMatchObject({ to: "V2gPowerW", data: "{powerW}" });
    // And is forgotten then.
    await play.restart();
    expect(rowOf(play)?.notTakenBackSinceMs).toBeUndefined();
  });

  it("that cannot be kept is not told", async () => {
    const play = await givingBack();
    await play.consent(false);
    await play.pass(60);
    play.documents.put = async () => Promise.reject(new Error("the disk is full"));
    const before = play.words.length;
    await play.consent(true);
    await play.pass(60);
    expect(play.words.slice(before).filter(({ word }) => word.powerKw < 0)).toEqual([]);
    expect(notTakenBack(play)).toBe(0);
  });
});

const { dischargeUnattended: _unattended, ...REST } = SETTING;
const TIMED = { ...REST, dischargeTimeoutS: 60 };

describe("a discharge of a plan that no other follows", () => {
  const causes = ["throw", "leave all out"] as const;
  const ways = [
    ["without an end of its own", SETTING],
    ["that is told anew within the maker's time-out", TIMED],
  ] as const;
  const rows = causes.flatMap((does) => ways.map(([which, entry]) => ({ does, which, entry })));

  it.each(rows)("$which is over two slots after it, when planners $does", async ({ does, entry }) => {
    const play = await givingBack(entry);
    play.planner.does = does;
    const endMs = play.planner.lastBackMs + TWO_SLOTS_S * 1_000;
    const restS = Math.floor((endMs - play.harness().clock.now()) / 10_000) * 10;
    await play.pass(restS - 10);
    expect(play.truth.toldKw).toBeCloseTo(-3.3);
    await play.pass(20);
    expect(play.truth.toldKw).toBe(0);
    await play.pass(2 * TWO_SLOTS_S);
    const late = play.words.filter(({ atMs, word }) => atMs >= endMs && word.powerKw < 0);
    expect(late).toEqual([]);
    expect(notTakenBack(play)).toBe(0);
  });

  it("is over then also where nothing is heard of its station", async () => {
    const play = await givingBack();
    play.planner.does = "throw";
    const endMs = play.planner.lastBackMs + TWO_SLOTS_S * 1_000;
    await play.harness().run(endMs + 1_000 - play.harness().clock.now());
    expect(play.truth.toldKw).toBe(0);
  });

  it("begins again with the next plan", async () => {
    const play = await givingBack();
    play.planner.does = "throw";
    await play.pass(TWO_SLOTS_S + 60);
    expect(play.truth.toldKw).toBe(0);
    play.planner.does = "plan";
    await play.pass(TWO_SLOTS_S);
    expect(play.truth.toldKw).toBeCloseTo(-3.3);
  });

  it("goes on without a break for as long as plans follow", async () => {
    const play = await givingBack();
    const before = play.words.length;
    await play.pass(4 * TWO_SLOTS_S);
    const told = play.words.slice(before).map(({ word }) => word.powerKw);
    expect(told.length).toBeGreaterThanOrEqual(4);
    expect(told.filter((powerKw) => powerKw >= 0)).toEqual([]);
  });
});

describe("a server that stops", () => {
  it("takes back what it told", async () => {
    const play = await givingBack();
    await play.stop();
    expect(play.truth.toldKw).toBe(0);
    await play.startAgain();
    expect(rowOf(play)?.notTakenBackSinceMs).toBeUndefined();
  });

  it.each(["lost", "refused"] as const)("waits no longer than for an answer, %s", async (fate) => {
    const play = await givingBack();
    play.truth.fates = [fate];
    await play.stop();
    expect(play.truth.toldKw).toBeCloseTo(-3.3);
    // It is on disk still, and the first that the next one does.
    await play.startAgain();
    await play.harness().run(1_000);
    expect(play.truth.toldKw).toBe(0);
  });

  it("tells no word whose profile is still on its way", async () => {
    const play = await givingBack();
    await play.chargeNow(true);
    await play.pass(60);
    play.truth.answersAfterMs = 2_000;
    await play.chargeNow(false);
    await play.harness().run(3_000);
    expect(play.harness().sent.at(-1)?.schedule.periods[0]?.powerKw).toBeCloseTo(-3.3);
    const before = play.words.length;
    await play.stop();
    expect(play.words.slice(before).filter(({ word }) => word.powerKw < 0)).toEqual([]);
  });
});

describe("a probe", () => {
  it("does not take the plan's confirmation for its own", async () => {
    const play = await givingBack();
    await play.chargeNow(true);
    await play.pass(60);
    play.truth.answersAfterMs = 4_000;
    await play.chargeNow(false);
    // The plan's profile is on its way.
    await play.harness().run(3_000);
    play.truth.fates = ["answered", ...Array.from({ length: 9 }, () => "lost" as const)];
    const probed = play.probe();
    await play.pass(120);
    expect(await probed).toContain("it could not be asked");
  });

  it("of other words than those that stand is not begun", async () => {
    const play = await givingBack();
    play.truth.fates = Array.from({ length: 20 }, () => "refused" as const);
    await play.restart({ ...SETTING, dischargeTo: "AnotherKey" });
    await play.harness().run(1_000);
    const probed = play.probe();
    await play.pass(PROBE_S);
    expect(await probed).toContain("what it was told in other words is not taken back yet");
  });

  it("in other words leaves nothing proven by those before", async () => {
    const play = await givingBack();
    await play.restart({ ...SETTING, dischargeData: "-{powerW}" });
    await play.pass(300);
    const before = play.words.length;
    await play.pass(300);
    expect(play.words.slice(before).filter(({ word }) => word.powerKw < 0)).toEqual([]);
    expect(play.truth.toldKw).toBe(0);
  });
});

describe("a maker's time-out", () => {
  it("is told anew three times in its time, while its driver allows it, and no more", async () => {
    const play = await givingBack(TIMED);
    const before = play.words.length;
    await play.pass(120);
    const told = play.words.slice(before).map(({ word }) => word.powerKw);
    expect(told).toEqual(Array.from({ length: 6 }, () => expect.closeTo(-3.3)));
    await play.consent(false);
    await play.pass(120);
    expect(play.words.slice(before + 6).filter(({ word }) => word.powerKw < 0)).toEqual([]);
  });
});

type Step =
  | { readonly do: "consent" | "charge now"; readonly on: boolean }
  | { readonly do: "plug" | "unplug" | "probe" | "disconnect" | "connect" | "boot" | "restart" | "stop" }
  | { readonly do: "plans"; readonly how: "plan" | "throw" | "leave all out" }
  | { readonly do: "fates"; readonly fates: readonly Fate[] }
  | { readonly do: "slow"; readonly seconds: number }
  | { readonly do: "pass"; readonly seconds: number };

const fate = fc.constantFrom<Fate>("answered", "lost", "answer lost", "refused");
const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.record({ do: fc.constant("consent" as const), on: fc.boolean() }), weight: 3 },
  fc.record({ do: fc.constant("charge now" as const), on: fc.boolean() }),
  {
    arbitrary: fc.record({
      do: fc.constantFrom(
        "plug" as const,
        "unplug" as const,
        "probe" as const,
        "disconnect" as const,
        "connect" as const,
        "boot" as const,
        "restart" as const,
        "stop" as const,
      ),
    }),
    weight: 4,
  },
  fc.record({
    do: fc.constant("plans" as const),
    how: fc.constantFrom("plan" as const, "throw" as const, "leave all out" as const),
  }),
  fc.record({ do: fc.constant("fates" as const), fates: fc.array(fate, { minLength: 1, maxLength: 6 }) }),
  fc.record({ do: fc.constant("slow" as const), seconds: fc.integer({ min: 0, max: 6 }) }),
  {
    arbitrary: fc.record({
      do: fc.constant("pass" as const),
      seconds: fc.constantFrom(1, 10, 30, 60, 200, 900),
    }),
    weight: 4,
  },
);

const stopAndStart = async (play: AsidePlay): Promise<void> => {
  const { connected, fates, answersAfterMs } = play.truth;
  const isWell = connected && fates.length === 0 && answersAfterMs === 0;
  await play.stop();
  const before = play.words.length;
  if (isWell) expect(play.truth.toldKw).toBe(0);
  await play.pass(60);
  expect(play.words.length).toBe(before);
  await play.startAgain();
};

const take = async (play: AsidePlay, one: Step): Promise<void> => {
  switch (one.do) {
    case "consent":
      return play.consent(one.on);
    case "charge now":
      return play.chargeNow(one.on);
    case "plug":
      return play.plug();
    case "unplug":
      return play.unplug();
    case "probe":
      return void play.probe();
    case "disconnect":
      return play.disconnect();
    case "connect":
      return play.connect();
    case "boot":
      return play.boot();
    case "restart":
      return play.restart();
    case "stop":
      return stopAndStart(play);
    case "plans":
      play.planner.does = one.how;
      return;
    case "fates":
      play.truth.fates.push(...one.fates);
      return;
    case "slow":
      play.truth.answersAfterMs = one.seconds * 1_000;
      return;
    case "pass":
      return play.pass(one.seconds);
  }
};

/** Messages arrive again, and are answered. */
const calmDown = (play: AsidePlay): void => {
  play.truth.fates = [];
  play.truth.answersAfterMs = 0;
  play.connect();
};

describe("whatever happens, in whatever order", () => {
  it.each(["from the first car on", "at a station that gives back"] as const)(
    "nothing is told to give back against its driver's will, and nothing stands so in the end: %s",
    async (begins) => {
      let [everBack, stoodAtQuiet] = [0, 0];
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
          const play = begins === "from the first car on" ? await playAside() : await givingBack();
          for (const one of steps) await take(play, one);
          if (play.truth.toldKw < 0) stoodAtQuiet += 1;
          calmDown(play);
          play.planner.does = "throw";
          await play.pass(TWO_SLOTS_S + 60);
          expect(play.truth.toldKw).toBe(0);
          play.planner.does = "plan";
          play.connect();
          await play.pass(QUIET_S);
          if (play.words.some(({ word }) => word.powerKw < 0)) everBack += 1;
          expect(play.wrong).toEqual([]);
          if (play.truth.car?.willing !== true) expect(play.truth.toldKw).toBe(0);
          await play.stop();
          expect(play.truth.toldKw).toBe(0);
        }),
        { numRuns: 25 },
      );
      // What cannot fail shows nothing.
      if (begins !== "from the first car on") expect(Math.min(everBack, stoodAtQuiet)).toBeGreaterThan(0);
    },
  );
});
