/**
 * Energy by quarter of an hour, at a station whose clock is off and that tells registers alone, while the server
 * restarts in the middle of the session: what was read by one clock and what is read by the other are of one scale.
 *
 * 1. Of each quarter of an hour the ledger's registers give the energy that flowed in it, but for the samples that the
 *    table allows: one where the clock is known.
 * 2. So do the powers that are derived from them.
 * 3. Together they give all that flowed: no jump of a clock loses energy, or spreads it over the jump.
 */
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { noteRegisters, openAccount } from "../../src/control/session-account.js";
import type { MeterSample } from "../../src/domain/fleet.js";
import { HOUR_MS, MINUTE_MS, SLOT_MS } from "../../src/domain/units.js";
import { VirtualClock } from "../../src/ports/clock.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { quarterOf } from "../../src/ports/quarter.js";
import { sessionOf } from "../fixtures/sites.js";
import { openStage, type Stage } from "./harness.js";

const T0 = Date.parse("2026-11-02T18:00:00Z");
const QUARTERS_KW = [2, 7, 4, 6] as const;
const MOST_KW = Math.max(...QUARTERS_KW);
/** Registers are told in whole Wh. */
const ONE_SAMPLE_KWH = MOST_KW / 60 + 0.001;
const MINUTES = 15 * QUARTERS_KW.length;

const BOOT = { chargePointVendor: "Acme", chargePointModel: "Wall" };
type Interruption = "restart of the server" | "boot of the station";

let stage: Stage;
afterEach(() => stage.close());

const kwhAt = (minute: number): number =>
  QUARTERS_KW.reduce(
    (sum, kw, quarter) => sum + (kw / 60) * Math.min(15, Math.max(0, minute - 15 * quarter)),
    0,
  );

const samplesOf = ({ gateway }: Stage): MeterSample[] =>
  [...gateway.reports, ...gateway.records].flatMap((event) =>
    (event.kind === "sampled" || event.kind === "transaction-updated") && event.sample !== null
      ? [event.sample]
      : [],
  );

/** What is told over an hour, a sample a minute, by a clock that is ahead by so much; one of the two restarts once. */
const play = async (
  aheadMs: number,
  what: Interruption,
  interruptedMinute: number,
): Promise<readonly MeterSample[]> => {
  const clock = new VirtualClock(T0);
  const documents = createMemoryDocuments();
  const serve = () =>
    openStage({ clock, documents, evseElectrics: () => ({ voltageV: 230, phases: 1, ratedKw: 7.4 }) });
  const told = (): string => new Date(clock.now() + aheadMs).toISOString();
  const samples: MeterSample[] = [];
  stage = await serve();
  let client = await stage.connect("CP1", "1.6");
  await client.call("BootNotification", BOOT);
  const start = { connectorId: 1, idTag: "driver", meterStart: 0, timestamp: told() };
  const { transactionId } = z
    .object({ transactionId: z.int() })
    .parse(await client.call("StartTransaction", start));
  for (let minute = 1; minute <= MINUTES; minute += 1) {
    while (clock.step(T0 + minute * MINUTE_MS));
    if (minute === interruptedMinute && what === "boot of the station")
      await client.call("BootNotification", BOOT);
    if (minute === interruptedMinute && what === "restart of the server") {
      samples.push(...samplesOf(stage));
      const { open } = stage.gateway;
      await stage.close();
      stage = await serve();
      stage.gateway.open = open;
      client = await stage.connect("CP1", "1.6");
    }
    const register = { value: String(Math.round(1_000 * kwhAt(minute))), unit: "Wh" };
    const value = { timestamp: told(), sampledValue: [register] };
    await client.call("MeterValues", { connectorId: 1, transactionId, meterValue: [value] });
    const status = { connectorId: 1, errorCode: "NoError", status: "Charging", timestamp: told() };
    await client.call("StatusNotification", status);
  }
  return [...samples, ...samplesOf(stage)];
};

const byRegisters = (samples: readonly MeterSample[]): number[] => {
  const session = { ...sessionOf("p1"), startedMs: T0, endedMs: null, importedKwh: 0, exportedKwh: 0 };
  const account = samples.reduce(
    (before, { atMs, importedWh }) =>
      noteRegisters(before, { ...session, importedKwh: (importedWh ?? 0) / 1_000 }, atMs),
    openAccount(session, T0),
  );
  return QUARTERS_KW.map((_, quarter) => account.byQuarter.get(T0 + quarter * SLOT_MS)?.importedKwh ?? 0);
};

const byPowers = (samples: readonly MeterSample[]): number[] => {
  const values = samples.toSorted((a, b) => a.atMs - b.atMs);
  return QUARTERS_KW.map((_, quarter) => {
    const found = quarterOf(values, T0 + quarter * SLOT_MS);
    return found === null ? 0 : (found.meanKw * found.coveredMs) / HOUR_MS;
  });
};

const truth = QUARTERS_KW.map((kw) => kw / 4);
const worst = (kwh: readonly number[]): number =>
  Math.max(...kwh.map((each, quarter) => Math.abs(each - (truth[quarter] ?? 0))));
const sum = (kwh: readonly number[]): number => kwh.reduce((total, each) => total + each, 0);

describe("a station that tells registers by a clock that is off", () => {
  it.each<[clock: string, aheadMs: number, what: Interruption, minute: number, samples: number]>([
    ["right", 0, "restart of the server", 31, 1],
    ["2 h ahead", 2 * HOUR_MS, "restart of the server", 31, 1],
    ["2 h behind", -2 * HOUR_MS, "restart of the server", 31, 1],
    ["three minutes ahead", 3 * MINUTE_MS, "restart of the server", 31, 1],
    // Dated by our clock, since nobody believes it.
    ["2 h ahead, not yet known", 2 * HOUR_MS, "restart of the server", 2, 1],
    ["2 h ahead", 2 * HOUR_MS, "boot of the station", 31, 1],
    // Believed until three moments have told otherwise, and from the beginning after the restart.
    ["2 h behind, not yet known", -2 * HOUR_MS, "restart of the server", 2, 5],
    ["three minutes ahead, not yet known", 3 * MINUTE_MS, "restart of the server", 2, 5],
    ["three minutes ahead", 3 * MINUTE_MS, "boot of the station", 31, 3],
    ["2 h behind", -2 * HOUR_MS, "boot of the station", 31, 3],
  ])(
    "that is %s (%d ms): after a %s in minute %d a quarter is wrong by %d samples at most",
    async (...row) => {
      const [, aheadMs, what, minute, most] = row;
      const samples = await play(aheadMs, what, minute);
      expect(samples).toHaveLength(MINUTES);
      const [registers, powers] = [byRegisters(samples), byPowers(samples)];
      expect(worst(registers)).toBeLessThanOrEqual(most * ONE_SAMPLE_KWH);
      expect(sum(registers)).toBeCloseTo(sum(truth), 2);
      expect(worst(powers)).toBeLessThanOrEqual(most * ONE_SAMPLE_KWH);
    },
  );
});
