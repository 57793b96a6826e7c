/**
 * Older stations that give back, each in its own way, over real websockets.
 *
 * 1. Nothing is given back before the station's own meter has shown that it does, but for the probe's few watt-hours.
 * 2. Where it does, the plan discharges the car, within what its driver allows.
 * 3. Where it does not, or does something else, that is recorded, and the car goes on as before.
 */
import { describe, expect, it } from "vitest";
import type { DischargeWay } from "../../src/domain/discharge.js";
import type { OcppVersion } from "../../src/domain/fleet.js";
import type { QuirkEntry } from "../../src/domain/quirks.js";
import type { StationFaultName } from "../../sims/station/faults/index.js";
import type { ProbeTried } from "../../src/ports/discharge-probes.js";
import { BIDIRECTIONAL } from "../fixtures/visits.js";
import { type Field, idOf, runField } from "./stage.js";

const ALLOWED_KWH = 1.5;
const PROBED_MINUTE = 6;
/** Base load alone is above it: only what cars give back keeps it. */
const BELOW_BASE_KW = 2.5;

interface Case {
  readonly version: OcppVersion;
  readonly faults: readonly StationFaultName[];
  readonly way?: DischargeWay;
  readonly quirks?: readonly QuirkEntry[];
  readonly consent?: boolean;
  readonly cutOffMinute?: number;
  /** The driver no longer allows it. */
  readonly withdrawnMinute?: number;
}

interface Seen {
  tried: readonly ProbeTried[] | string;
  /** Before the probe, a few minutes after it, and at the end. */
  readonly backWh: number[];
  quirks: Record<string, string>;
}

const probe = async (field: Field, way: DischargeWay | null): Promise<Seen["tried"]> => {
  const { dischargeProbes } = field.server.control;
  try {
    return (await dischargeProbes?.probe(idOf(0), { evseId: 1, way })) ?? "no probes";
  } catch (error) {
    return String(error);
  }
};

const play = async ({
  version,
  faults,
  way,
  quirks = [],
  consent = true,
  cutOffMinute,
  withdrawnMinute,
}: Case): Promise<Seen> => {
  const seen: Seen = { tried: [], backWh: [], quirks: {} };
  const script = (field: Field): void => {
    const note = (): void => {
      field.fleet.settle();
      seen.backWh.push(Math.round(field.station().model().exportedWh));
    };
    const allow = async (dischargeAllowed: boolean): Promise<void> => {
      const [session] = await field.server.control.sessions({ active: true });
      await field.server.control.setPreference(session?.id ?? "", {
        dischargeAllowed,
        maxDischargeKwh: ALLOWED_KWH,
        energyNeedKwh: 0,
        departureMs: field.clock.now() + 4 * 3_600_000,
      });
    };
    if (consent) field.at(3, () => void allow(true));
    if (withdrawnMinute !== undefined) field.at(withdrawnMinute, () => void allow(false));
    field.at(PROBED_MINUTE, () => {
      note();
      void probe(field, way ?? null).then((tried) => (seen.tried = tried));
    });
    field.at(PROBED_MINUTE + 5, note);
    if (cutOffMinute !== undefined) {
      field.at(cutOffMinute, () => field.station().cutOff());
      field.at(cutOffMinute + 31, note);
    }
    field.at(54, note);
  };
  await runField(
    {
      version,
      faults: [faults],
      quirks,
      hours: 1,
      limitKw: BELOW_BASE_KW,
      laterBaseKw: 0,
      policy: "structured",
      evse: BIDIRECTIONAL,
      car: { maxDischargeKw: 6 },
      script,
    },
    (field) => {
      const { values, origins } = field.server.quirks.of(idOf(0));
      seen.quirks = {
        method: `${values.dischargeMethod} (${origins.dischargeMethod})`,
        probe: `${values.dischargeProbe} (${origins.dischargeProbe})`,
      };
      expect(field.violations()).toEqual([]);
    },
  );
  return seen;
};

const verdicts = ({ tried }: Seen): string =>
  typeof tried === "string" ? tried : tried.map(({ way, why }) => `${way}: ${why ?? "works"}`).join(", ");

const TRANSFER: QuirkEntry = {
  vendor: "youxu",
  dischargeMethod: "data-transfer",
  dischargeTo: "com.example.v2g/SetPower",
  dischargeData: '{"w":{powerW}}',
  dischargeUnattended: true,
};
const WHILE_TOLD: QuirkEntry = { ...TRANSFER, dischargeUnattended: false, dischargeTimeoutS: 60 };
const settingOf = (name: string): QuirkEntry => ({
  vendor: "youxu",
  dischargeMethod: "setting",
  dischargeTo: name,
  dischargeUnattended: true,
});

describe("an older station whose meter shows that it gives back", () => {
  it.each<[string, Case, string]>([
    ["1.6 by watts", { version: "1.6", faults: ["back-by-watts"] }, "negative-limit-W: works"],
    [
      "1.6 by amperes, found second",
      { version: "1.6", faults: ["back-by-amperes"] },
      "negative-limit-W: its meter saw no power given back within 90 s, negative-limit-A: works",
    ],
    ["2.0.1 by watts", { version: "2.0.1", faults: ["back-by-watts"] }, "negative-limit-W: works"],
    [
      "1.6 by a vendor's message",
      { version: "1.6", faults: ["back-by-transfer"], quirks: [TRANSFER] },
      "data-transfer: works",
    ],
    [
      "1.6 by a vendor's message that ends by itself",
      { version: "1.6", faults: ["back-while-told"], quirks: [WHILE_TOLD] },
      "data-transfer: works",
    ],
    [
      "1.6 by a vendor's key",
      { version: "1.6", faults: ["back-by-setting"], quirks: [settingOf("V2gPowerW")] },
      "setting: works",
    ],
    [
      "2.0.1 by a vendor's variable",
      { version: "2.0.1", faults: ["back-by-setting"], quirks: [settingOf("V2gCtrlr.PowerW")] },
      "setting: works",
    ],
  ])(
    "%s: its car is discharged from then on, and no more than its driver allows",
    async (_, one, expected) => {
      const seen = await play(one);
      expect(verdicts(seen)).toBe(expected);
      const [before = NaN, , after = NaN] = seen.backWh;
      expect(before).toBe(0);
      expect(after).toBeGreaterThan(0.6 * ALLOWED_KWH * 1_000);
      expect(after).toBeLessThan(1.1 * ALLOWED_KWH * 1_000);
      expect(seen.quirks["probe"]).toMatch(/works \(learnt-station\)$/);
    },
  );
});

describe("an older station that gives back and is lost", () => {
  it("stops at its maker's time-out where it is told beside its profile", async () => {
    const cutOffMinute = 14;
    const whole = await play({ version: "1.6", faults: ["back-while-told"], quirks: [WHILE_TOLD] });
    const lost = await play({
      version: "1.6",
      faults: ["back-while-told"],
      quirks: [WHILE_TOLD],
      cutOffMinute,
    });
    const [, atProbesEnd = NaN, , after = NaN] = lost.backWh;
    expect(after).toBeLessThan(0.75 * (whole.backWh.at(-1) ?? 0));
    expect(after).toBeGreaterThan(atProbesEnd);
    expect(lost.backWh.at(-2)).toBe(after);
  });

  it("stops by itself within half an hour and its slot", async () => {
    const seen = await play({ version: "1.6", faults: ["back-by-watts"], cutOffMinute: 14 });
    const [, , atLimit = NaN, after = NaN] = seen.backWh;
    expect(atLimit).toBeGreaterThan(400);
    expect(after).toBe(atLimit);
  });
});

/** What a probe itself may give back, and a pass of the loop until it is taken away. */
const PROBE_WH = 200;

describe("an older station that does not give back, or otherwise than it is asked", () => {
  it.each<[string, Case, string, string]>([
    [
      "takes a limit below zero and gives nothing",
      { version: "1.6", faults: [], way: "negative-limit-W" },
      "negative-limit-W: its meter saw no power given back within 90 s",
      "negative-limit-W fails (learnt-station)",
    ],
    [
      "gives back too much",
      { version: "2.0.1", faults: ["back-too-much"], way: "negative-limit-W" },
      "negative-limit-W: gave back 4.0 kW, asked for 1.3 kW",
      "negative-limit-W fails (learnt-station)",
    ],
    [
      "gives back and counts nothing of it, whatever its register stands at",
      { version: "1.6", faults: ["back-uncounted"], way: "negative-limit-W" },
      "negative-limit-W: gives back and does not count the energy",
      "negative-limit-W fails (learnt-station)",
    ],
    [
      "whose maker states no end to what is told beside its profile is not even asked",
      {
        version: "1.6",
        faults: ["back-by-transfer"],
        quirks: [{ ...TRANSFER, dischargeUnattended: false }],
      },
      "YouxuError: a lost connection would let it give back for good: state `dischargeTimeoutS`, or `dischargeUnattended`",
      "untried (default)",
    ],
    [
      "does not know the vendor's message",
      { version: "1.6", faults: [], quirks: [TRANSFER] },
      "data-transfer: the station refused it",
      "data-transfer fails (learnt-station)",
    ],
    [
      "whose driver allows nothing is not even asked",
      { version: "1.6", faults: ["back-by-watts"], consent: false },
      "YouxuError: its driver has not allowed discharge",
      "untried (default)",
    ],
    [
      "whose driver takes back the consent meanwhile is asked no more",
      { version: "1.6", faults: [], way: "negative-limit-W", withdrawnMinute: PROBED_MINUTE + 0.5 },
      "YouxuError: the car, its driver's consent or the connection was gone meanwhile",
      "untried (default)",
    ],
    [
      "whose schedules have no end is not even asked",
      {
        version: "1.6",
        faults: ["back-by-watts"],
        quirks: [{ vendor: "youxu", profileKind: "relative" }],
      },
      "YouxuError: what it is told has no end there: a lost connection would let it give back for good",
      "untried (default)",
    ],
  ])("%s: that is recorded, and its car is not discharged", async (_, one, expected, recorded) => {
    const seen = await play(one);
    expect(verdicts(seen)).toBe(expected);
    expect(seen.quirks["probe"]).toBe(recorded);
    const [before = NaN, soon = NaN, after = NaN] = seen.backWh;
    expect(before).toBe(0);
    expect(soon).toBeLessThan(PROBE_WH);
    expect(after).toBe(soon);
  });
});
