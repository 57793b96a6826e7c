/**
 * The laws of registers that cannot be, of an EVSE whose rating is known.
 *
 * 1. At no moment is more billed than the rating × the time × 1.1, whatever the registers tell, and the one step into
 *    which one that is told in whole kWh may have been.
 * 2. A register that is right is billed to the watt-hour, and nothing of it is estimated.
 * 3. Any order of the messages gives the same bill.
 * 4. Readings in Wh that are called kWh are billed in the right unit.
 * 5. Readings in kWh that are called Wh are, where their power or a later reading says so; see kwh-called-wh.test.ts.
 * 6. A register of whole kWh is billed as it is told, and at most one step off; one that lies thousandfold is not.
 * 7. A register that jumps once, or begins anew, costs no more than what flowed over the jump.
 */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TransactionEvent } from "../../src/domain/fleet.js";
import { createMemoryLedger } from "../../src/ports/ledger-memory.js";
import { ended, minutes, started, updated } from "./events.js";
import { kinds } from "./kinds.js";

const RATED_KW = 7.4;
const START_WH = 1_000_000;

interface Visit {
  /** By the minute. */
  readonly powersKw: readonly number[];
  readonly stopTold: boolean;
}
/** What a register tells at a minute in the place of the truth; the stop is one after the last. */
type Telling = (trueWh: number, minute: number) => number;

const visit: fc.Arbitrary<Visit> = fc.record({
  powersKw: fc.array(fc.double({ min: 0, max: RATED_KW, noNaN: true }), { minLength: 2, maxLength: 25 }),
  stopTold: fc.boolean(),
});
const minute = fc.nat({ max: 25 });

const truth = ({ powersKw }: Visit): readonly number[] => {
  let wh = START_WH;
  return [START_WH, ...powersKw.map((kw) => (wh += (kw * 1000) / 60))].map(Math.round);
};

/** The messages of a visit: its start, a sample at the end of each minute, and its stop with the last. */
const messages = (drawn: Visit, telling: Telling): readonly TransactionEvent[] => {
  const registers = truth(drawn);
  const at = (count: number) => ({ atMs: minutes(count), stationTimeMs: minutes(count), ratedKw: RATED_KW });
  const last = registers.length - 1;
  const samples = registers
    .slice(1)
    .map((wh, index) =>
      updated(
        { ...at(index + 1), seqNo: index + 1 },
        { importedWh: telling(wh, index + 1), powerKw: drawn.powersKw[index] ?? 0 },
      ),
    );
  const stopWh = telling(registers[last] ?? 0, last + 1);
  const stop = ended({ ...at(last), seqNo: last + 1, meterWh: drawn.stopTold ? stopWh : null });
  return [started({ ...at(0), meterWh: telling(START_WH, 0) }), ...samples, stop];
};

const FAULTS: Record<string, fc.Arbitrary<Telling>> = {
  none: fc.constant((wh) => wh),
  "Wh called kWh in its samples, for a time or for ever": fc.tuple(minute, minute).map(
    ([from, to]) =>
      (wh, at) =>
        at > from && at <= Math.max(to, from + 1) ? wh * 1000 : wh,
  ),
  "Wh called kWh everywhere": fc.constant((wh) => wh * 1000),
  "a jump": fc.tuple(minute, fc.integer({ min: 500, max: 5_000_000 })).map(
    ([from, byWh]) =>
      (wh, at) =>
        at > from ? wh + byWh : wh,
  ),
  "a jump of one reading": fc.tuple(minute, fc.integer({ min: 500, max: 5_000_000 })).map(
    ([only, byWh]) =>
      (wh, at) =>
        at === only ? wh + byWh : wh,
  ),
  "a beginning at 0": minute.map((from) => (wh, at) => (at > from ? wh - START_WH : wh)),
  "a jump after which it stands still": fc.tuple(minute, fc.integer({ min: 500, max: 5_000_000 })).map(
    ([from, byWh]) =>
      (wh, at) =>
        at > from ? START_WH + byWh : wh,
  ),
  "anything at all": fc
    .array(fc.integer({ min: 0, max: 2_000_000_000 }), { minLength: 30, maxLength: 30 })
    .map((whs) => (_, at) => whs[at] ?? 0),
};

const recordAll = async (
  events: readonly TransactionEvent[],
  each: (kwh: number, event: TransactionEvent) => void,
) => {
  const ledger = createMemoryLedger();
  for (const event of events) each((await ledger.record(event)).session?.importedKwh ?? 0, event);
  const [session] = await ledger.sessionsBetween(0, Number.MAX_SAFE_INTEGER);
  await ledger.close();
  if (session === undefined) throw new Error("there is no session");
  return session;
};
const nobody = (): void => undefined;
const kwhOf = (drawn: Visit): number => ((truth(drawn).at(-1) ?? 0) - START_WH) / 1000;
const mostKwh = (event: TransactionEvent): number =>
  (RATED_KW * 1.1 * (event.stationTimeMs - minutes(0))) / 3_600_000;
/** What is told a thousandfold looks like whole kWh. */
const stepKwh = (fault: string): number => (fault.startsWith("Wh called kWh") ? 1 : 0);
/** Whole Wh. */
const ROUNDING_KWH = 0.001;

describe.each(Object.entries(FAULTS))("a register with %s", (name, fault) => {
  it("is never billed beyond what its EVSE delivers", async () => {
    await fc.assert(
      fc.asyncProperty(visit, fault, async (drawn, telling) => {
        await recordAll(messages(drawn, telling), (kwh, event) =>
          expect(kwh).toBeLessThanOrEqual(mostKwh(event) + stepKwh(name) + ROUNDING_KWH),
        );
      }),
    );
  });

  it("has one bill in any order", async () => {
    const keys = fc.array(fc.nat(), { minLength: 30, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(visit, fault, keys, async (drawn, telling, order) => {
        const events = messages(drawn, telling);
        const mixed = events
          .map((event, index) => ({ event, key: order[index] ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ event }) => event);
        const [found, expected] = [await recordAll(mixed, nobody), await recordAll(events, nobody)];
        expect(found.importedKwh).toBe(expected.importedKwh);
        expect(found.estimate).toEqual(expected.estimate);
      }),
    );
  });

  if (name === "none")
    it("is billed to the watt-hour", async () => {
      await fc.assert(
        fc.asyncProperty(visit, async (drawn) => {
          const session = await recordAll(
            messages(drawn, (wh) => wh),
            nobody,
          );
          expect(session.importedKwh).toBeCloseTo(kwhOf(drawn), 6);
          expect(session.estimate).toBeUndefined();
        }),
      );
    });
});

describe("a register of whole kWh", () => {
  const cars = fc.record({
    powersKw: fc.array(fc.double({ min: 0, max: RATED_KW, noNaN: true }), { minLength: 2, maxLength: 120 }),
    intoStepWh: fc.nat({ max: 999 }),
    stopTold: fc.boolean(),
  });
  const STEP_WH = 1000;

  it("is billed as it is told: at most one step off, and nothing estimated", async () => {
    await fc.assert(
      fc.asyncProperty(cars, async ({ intoStepWh, ...drawn }) => {
        const inWhole = (wh: number): number => Math.floor((wh + intoStepWh) / STEP_WH) * STEP_WH;
        const { importedKwh, estimate } = await recordAll(messages(drawn, inWhole), nobody);
        const told = truth(drawn).map(inWhole);
        expect(importedKwh * 1000).toBeCloseTo((told.at(-1) ?? 0) - (told[0] ?? 0), 6);
        expect(Math.abs(importedKwh - kwhOf(drawn))).toBeLessThanOrEqual(STEP_WH / 1000);
        expect(estimate).toBeUndefined();
      }),
    );
  });

  it("that calls Wh kWh is billed no more than that step beyond the truth", async () => {
    await fc.assert(
      fc.asyncProperty(cars, async (drawn) => {
        const { importedKwh } = await recordAll(
          messages(drawn, (wh) => wh * 1000),
          nobody,
        );
        expect(importedKwh).toBeLessThanOrEqual(kwhOf(drawn) + STEP_WH / 1000 + ROUNDING_KWH);
      }),
    );
  });
});

describe("readings in kWh that are called Wh", () => {
  const steady = fc.record({
    powersKw: fc
      .tuple(fc.double({ min: 3.5, max: RATED_KW, noNaN: true }), fc.integer({ min: 3, max: 40 }))
      .map(([kw, count]) => Array.from({ length: count }, () => kw)),
    stopTold: fc.constant(true),
  });
  const inWh =
    (until: number): Telling =>
    (wh, at) =>
      at <= until ? wh / 1000 : wh;

  it.each([
    { what: "are billed in the right unit where their power says so", until: Infinity },
    { what: "are billed in the right unit once that is learnt, also those before", until: 3 },
  ])("$what", async ({ until }) => {
    await fc.assert(
      fc.asyncProperty(steady, async (drawn) => {
        const { importedKwh, estimate } = await recordAll(messages(drawn, inWh(until)), nobody);
        expect(importedKwh).toBeCloseTo(kwhOf(drawn), 2);
        expect(estimate).toEqual({ importedKwh: 0, exportedKwh: 0, reason: "unit-mended" });
      }),
    );
  });

  it("between a start and a stop that are in Wh leave a car that only stood at nothing", async () => {
    const standing = { powersKw: Array.from({ length: 40 }, () => 0), stopTold: true };
    const samplesAlone: Telling = (_, at) => (at > 0 && at <= 40 ? 0.375 : 375);
    expect((await recordAll(messages(standing, samplesAlone), nobody)).importedKwh).toBe(0);
  });

  it("are what they are told where nothing says otherwise", async () => {
    const silent = messages({ powersKw: [6, 6, 6], stopTold: true }, inWh(Infinity)).map((event) =>
      event.kind === "transaction-updated" && event.sample !== null
        ? { ...event, sample: { ...event.sample, powerKw: 0 } }
        : event,
    );
    const session = await recordAll(silent, nobody);
    expect([session.importedKwh, session.estimate]).toEqual([0, undefined]);
  });
});

it("of a clock that is hours ahead are as far apart as it says, also what was kept and heard at once", async () => {
  const AHEAD_MS = 8 * 3_600_000;
  const steady: Visit = { powersKw: Array.from({ length: 40 }, () => 7), stopTold: true };
  const minuteOf = ({ atMs }: TransactionEvent): number => (atMs - minutes(0)) / 60_000;
  // Every five minutes, and what was metered in between while it was offline, shortly before the next.
  const told = messages(steady, (wh) => wh).filter((event) => minuteOf(event) % 5 === 0);
  const events = told.map((event) => {
    const isKept = minuteOf(event) > 10 && minuteOf(event) < 40;
    const atMs = isKept ? minutes(40) - 55_000 : event.atMs;
    return { ...event, atMs, stationTimeMs: event.stationTimeMs + AHEAD_MS };
  });
  const { importedKwh, estimate } = await recordAll(events, nobody);
  expect([importedKwh, estimate]).toEqual([kwhOf(steady), undefined]);
});

it("of an unset clock cannot go in two seconds what takes a day, so one unit explains them all", async () => {
  const UNSET_MS = Date.parse("1970-01-01T00:14:38Z");
  const at = (second: number) => ({
    atMs: minutes(0) + second * 1000,
    stationTimeMs: UNSET_MS + second * 1000,
    ratedKw: 10.56,
  });
  // A car charges and then gives back; each Wh is called a kWh. By second: what was told of either way, and power.
  const samples = [
    [0, 0, 0, 0],
    [22, 0, 0, 0],
    [322, 0, 0, 0],
    [324, 0, 0, 1.32],
    [622, 109_000, 0, 1.32],
    [922, 219_000, 0, 1.32],
    [924, 220_000, 0, 0],
    [925, 220_000, 0, -4.7],
    [957, 220_000, 42_000, -4.9],
    [982, 220_000, 76_000, -5.1],
    [1046, 220_000, 166_000, -5.5],
    [1047, 220_000, 166_000, 0],
    [1222, 220_000, 166_000, 0],
  ].map(([second = 0, importedWh = 0, exportedWh = 0, powerKw = 0], index) =>
    updated({ ...at(second), seqNo: index + 1 }, { importedWh, exportedWh, powerKw }),
  );
  const events = [
    started({ ...at(0), meterWh: 0, exportedWh: 0 }),
    ...samples,
    ended({ ...at(1300), seqNo: samples.length + 1, meterWh: 220_000, exportedWh: 166_000 }),
  ];
  const { importedKwh, exportedKwh } = await recordAll(events, nobody);
  expect([importedKwh, exportedKwh]).toEqual([0.22, 0.166]);
});

it("what was given back is told after a stop of OCPP 1.6 too, which has no register for it", async () => {
  const sample = (seconds: number, exportedWh: number) =>
    updated(
      { atMs: minutes(10) + seconds * 1000, stationTimeMs: minutes(10) + seconds * 1000, seqNo: seconds },
      { powerKw: 0, importedWh: 10_000 + Math.max(0, seconds), exportedWh },
    );
  const stop = ended({ atMs: minutes(10), stationTimeMs: minutes(10), meterWh: 10_000 });
  const backOf = async (events: readonly TransactionEvent[]): Promise<readonly number[]> => {
    const { importedKwh, exportedKwh } = await recordAll(events, nobody);
    return [importedKwh, exportedKwh];
  };
  const before = [started(), sample(-300, 0), sample(-60, 400)];
  expect(await backOf([...before, stop])).toEqual([0, 0.4]);
  expect(await backOf([...before, stop, sample(5, 500)])).toEqual([0, 0.5]);
  expect(await backOf([...before, sample(5, 500), stop])).toEqual([0, 0.5]);
  expect(await backOf([...before, stop, sample(90, 500)])).toEqual([0, 0.4]);
});

/** A car of steady power for ten minutes. */
const STEADY: Visit = { powersKw: Array.from({ length: 10 }, () => 6), stopTold: true };

describe.each(kinds)("a visit of 1 kWh in $name", ({ open }) => {
  it.each<[string, Telling, { kwh: number; estimatedKwh: number; reason: string | undefined }]>([
    ["is right", (wh) => wh, { kwh: 1, estimatedKwh: 0, reason: undefined }],
    [
      "calls Wh kWh until it is mended",
      (wh, at) => (at >= 1 && at <= 3 ? wh * 1000 : wh),
      { kwh: 1, estimatedKwh: 0, reason: "unit-mended" },
    ],
    [
      "calls Wh kWh in all its samples, and not in its stop",
      (wh, at) => (at >= 1 && at <= 10 ? wh * 1000 : wh),
      { kwh: 1, estimatedKwh: 0, reason: "unit-mended" },
    ],
    ["calls Wh kWh everywhere", (wh) => wh * 1000, { kwh: 1, estimatedKwh: 0, reason: "unit-mended" }],
    [
      "jumps by 50 kWh",
      (wh, at) => (at > 4 ? wh + 50_000 : wh),
      { kwh: 1, estimatedKwh: 0.1, reason: "register-impossible" },
    ],
    [
      "jumps by 50 kWh in its stop alone",
      (wh, at) => (at > 10 ? wh + 50_000 : wh),
      { kwh: 1, estimatedKwh: 0, reason: "register-impossible" },
    ],
    [
      "begins at 0 again",
      (wh, at) => (at > 4 ? wh - START_WH - 500 : wh),
      { kwh: 1, estimatedKwh: 0.1, reason: "register-went-back" },
    ],
  ])("whose register %s", async (_, telling, { kwh, estimatedKwh, reason }) => {
    const { ledger, close } = await open();
    for (const event of messages(STEADY, (wh, at) => Math.max(0, telling(wh, at))))
      await ledger.record(event);
    const [session] = await ledger.sessionsBetween(0, Number.MAX_SAFE_INTEGER);
    await close();
    expect(session?.importedKwh).toBeCloseTo(kwh, 2);
    expect(session?.estimate?.importedKwh ?? 0).toBeCloseTo(estimatedKwh, 2);
    expect(session?.estimate?.reason).toBe(reason);
  });
});
