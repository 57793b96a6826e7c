/**
 * Whatever meters and inverters tell, or do not: gaps, delays, values out of order, texts and values out of range.
 * What reaches the loop passed the same record as behind every protocol.
 */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SimulatedInverter } from "../../sims/devices/inverter-unit.js";
import { flatPolicy, harnessOf } from "./harness.js";
import type { DeviceConfig } from "../../src/domain/device.js";
import { SECOND_MS } from "../../src/domain/units.js";
import { type DeviceRecord, emptyRecord, nextRecord, stateOf } from "../../src/metering/device-record.js";
import { valueOfMessage } from "../../src/metering/payload.js";
import { VirtualClock } from "../../src/ports/clock.js";
import { createMemoryDevices } from "../../src/ports/devices.js";
import { mqttAccess } from "../metering/device-configs.js";
import { inverterOf } from "../fixtures/inverters.js";
import { communityOf, EVENING_MS, stationOf } from "../fixtures/sites.js";

const STEP_MS = 5 * SECOND_MS;
const LIMIT_KW = 10;
/** What houses draw at the least, and the lower forecast without a meter is no more. */
const LEAST_KW = 18;
const HOUSES_SWING_KW = 12;
/** What the sun moves from one step to the next at the most; two readings are two steps apart at the most. */
const SUN_SWING_KW = 3;
const RATED_KW = 80;

const wrong = fc.constantFrom("NaN", "nothing", "{}", "1e9", "-1e300", "", "0x10", "null", "[3]");

/** What becomes of one reading: it comes, late or at once, is lost, or something else comes in its place. */
const fate = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ kind: "comes" as const, lateSteps: 0 }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("comes" as const), lateSteps: fc.integer({ min: 1, max: 6 }) }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: "lost" as const }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("wrong" as const), text: wrong }) },
);

/** A meter behind its record, as every adapter feeds one. */
class Channel {
  readonly #config: DeviceConfig;
  #record: DeviceRecord;

  constructor(kind: "pv" | "site-import", id: string) {
    const access = mqttAccess({ broker: "mqtt://b", values: { power: VALUE, soc: null } });
    this.#config = { id, siteId: "community", kind, staleMs: 30_000, access };
    this.#record = nextRecord(emptyRecord(EVENING_MS), { kind: "connected" }, EVENING_MS);
  }

  take(text: string, nowMs: number): void {
    const found = valueOfMessage(VALUE, text, { nowMs, retained: false });
    const event =
      typeof found === "string"
        ? ({ kind: "refused", why: found } as const)
        : ({ kind: "value", quantity: "power", value: found.value, measuredMs: found.atMs } as const);
    this.#record = nextRecord(this.#record, event, nowMs);
  }

  state(nowMs: number) {
    return stateOf(this.#config, this.#record, nowMs);
  }
}

const VALUE = { topic: "t", pointer: "/kw", timePointer: "/at", factor: 1 };

interface Step {
  readonly meter: { kind: "comes"; lateSteps: number } | { kind: "lost" } | { kind: "wrong"; text: string };
  readonly roof: Step["meter"];
  readonly reaches: boolean;
  /** More than the step before. */
  readonly sunKw: number;
  /** Above the least, as houses do. */
  readonly moreKw: number;
}

const step = fc.record({
  meter: fate,
  roof: fate,
  reaches: fc.boolean(),
  sunKw: fc.integer({ min: -SUN_SWING_KW, max: SUN_SWING_KW }),
  moreKw: fc.integer({ min: 0, max: HOUSES_SWING_KW }),
});

const open = async () => {
  const clock = new VirtualClock(EVENING_MS);
  const devices = createMemoryDevices();
  const roof = new SimulatedInverter({ ...inverterOf({ ratedKw: RATED_KW }), rampKwPerS: 100 }, EVENING_MS);
  roof.sunKw = 60;
  const channels = { meter: new Channel("site-import", "meter"), roof: new Channel("pv", "roof") };
  const plain = communityOf([stationOf("A")]);
  const site = {
    ...plain,
    measurementStaleMs: 60_000,
    inverters: [inverterOf({ ratedKw: RATED_KW })],
    baseProfileKw: Array.from({ length: 96 }, () => 20),
    pvProfileKw: Array.from({ length: 96 }, () => 20),
    nodes: plain.nodes.map((node) =>
      node.id === "transformer" ? { ...node, exportLimitKw: LIMIT_KW } : node,
    ),
  };
  devices.put(channels.roof.state(EVENING_MS));
  const harness = await harnessOf(site, flatPolicy(0), { clock, devices: () => devices });
  let reaches = true;
  devices.answer = (_id, powerKw) => {
    if (!reaches) return { status: "unknown", detail: "lost" };
    roof.take(powerKw, clock.now());
    return { status: "confirmed" };
  };
  const waiting: { readonly atStep: number; readonly channel: "meter" | "roof"; readonly text: string }[] =
    [];
  let number = 0;
  const send = (channel: "meter" | "roof", what: Step["meter"], kw: number): void => {
    if (what.kind === "lost") return;
    const text = what.kind === "wrong" ? what.text : JSON.stringify({ kw, at: clock.now() });
    waiting.push({ atStep: number + (what.kind === "comes" ? what.lateSteps : 0), channel, text });
  };
  const deliver = (): void => {
    const nowMs = clock.now();
    for (const one of waiting.filter(({ atStep }) => atStep === number)) {
      const before = channels[one.channel].state(nowMs).power;
      channels[one.channel].take(one.text, nowMs);
      const { power, kind } = channels[one.channel].state(nowMs);
      if (power !== null && power !== before && kind !== "battery" && kind !== "node")
        devices.measure({ siteId: "community", kind, powerKw: power.value, atMs: power.atMs });
    }
    devices.put(channels.roof.state(nowMs));
  };
  /** Plays a step; what goes out at its end, kW. */
  const play = async ({ meter, roof: roofFate, ...one }: Step): Promise<number> => {
    number += 1;
    reaches = one.reaches;
    roof.sunKw = Math.min(RATED_KW, Math.max(0, roof.sunKw + one.sunKw));
    const housesKw = LEAST_KW + one.moreKw;
    roof.advance(clock.now());
    send("roof", roofFate, roof.powerKw);
    send("meter", meter, housesKw - roof.powerKw);
    deliver();
    await harness.run(STEP_MS);
    roof.advance(clock.now());
    return roof.powerKw - housesKw;
  };
  return { play, roof, harness };
};

const WELL: Step = {
  meter: { kind: "comes", lateSteps: 0 },
  roof: { kind: "comes", lateSteps: 0 },
  reaches: true,
  sunKw: 0,
  moreKw: 0,
};

describe("an export limit below a roof whose meters cannot be relied on", () => {
  it("holds with the least that houses draw while the site meter is silent, and what there is room for is let go after it is back", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const stage = await open();
        try {
          for (let at = 0; at < 6; at++) await stage.play(WELL);
          for (const one of steps) await stage.play(one);
          // Silent for good: within a minute nothing that was measured before counts any more.
          const silent: Step = { ...WELL, meter: { kind: "lost" } };
          for (let at = 0; at < 30; at++) await stage.play(silent);
          for (let at = 0; at < 12; at++)
            expect(await stage.play({ ...silent, moreKw: at % 3 })).toBeLessThanOrEqual(LIMIT_KW + 0.05);
          for (let at = 0; at < 30; at++) await stage.play({ ...WELL, sunKw: SUN_SWING_KW, moreKw: 12 });
          expect(stage.roof.powerKw).toBeGreaterThan(LEAST_KW + 12 + LIMIT_KW - 1);
        } finally {
          await stage.harness.control.stop();
        }
      }),
      { numRuns: 15 },
    );
  });

  it("is exceeded by no more than houses swing, and the sun between two readings, whatever else comes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
        const stage = await open();
        try {
          for (let at = 0; at < 6; at++) await stage.play(WELL);
          const mostKw = LIMIT_KW + HOUSES_SWING_KW + 2 * SUN_SWING_KW + 0.05;
          for (const one of steps) expect(await stage.play(one)).toBeLessThanOrEqual(mostKw);
        } finally {
          await stage.harness.control.stop();
        }
      }),
      { numRuns: 15 },
    );
  });
});
