/** What is wanted of an EVSE, what its station confirmed and what is measured there: what to do next. */
import { describe, expect, it } from "vitest";
import {
  endedByPause,
  isHeldByOthers,
  type NextStep,
  NOT_YET_FOLLOWED,
  reconcile,
} from "../../src/dispatch/reconcile.js";
import { z } from "zod";
import type { AllowedSpan, OcppVersion } from "../../src/domain/fleet.js";
import { readSchemas } from "../../src/ocpp/schemas.js";
import { MINUTE_MS } from "../../src/domain/units.js";
import { EVENING_MS, evseOf, scheduleOfKw, SINGLE_PHASE_32A } from "../fixtures/sites.js";

/** A car's minutes: what it was told (null: by the schedule in force) and what it draws; each gives a step. */
const play = (minutes: readonly (readonly [told: number, drawsKw: number])[], holds = {}): NextStep[] => {
  let followed = NOT_YET_FOLLOWED;
  let [toldKw, toldMs] = [NaN, EVENING_MS];
  let allowedBefore: AllowedSpan[] = [];
  return minutes.map(([kw, drawsKw], minute) => {
    const atMs = EVENING_MS + minute * MINUTE_MS;
    if (kw !== toldKw) {
      if (minute > 0) allowedBefore = [...allowedBefore, { mostKw: toldKw, leastKw: 0, untilMs: atMs }];
      [toldKw, toldMs] = [kw, atMs];
    }
    const evse = evseOf("p1", {
      sample: { atMs, powerKw: drawsKw, importedWh: null, exportedWh: null, socPercent: null },
      held: scheduleOfKw(
        "p1",
        Array.from({ length: 40 }, () => kw),
      ),
      toldMs,
      allowedBefore,
      ...holds,
    });
    const next = reconcile({ config: SINGLE_PHASE_32A, evse, followed, followWithinMs: MINUTE_MS });
    followed = next.followed;
    return next.step;
  });
};

describe("a car that follows", () => {
  it("needs nothing, charging, waiting, and charging again at once", () => {
    const steps = play([
      [7, 0],
      [7, 7],
      [7, 7],
      [0, 0],
      [0, 0],
      [7, 7],
      [7, 7],
    ]);
    expect(new Set(steps)).toEqual(new Set(["none", "came-back"]));
    expect(steps.filter((step) => step === "came-back")).toHaveLength(1);
  });

  it("and waits before it ever charged is not asked to come back", () => {
    expect(
      play([
        [0, 0],
        [0, 0],
        [7, 0],
        [7, 0],
        [7, 7],
      ]),
    ).not.toContain("resend");
  });
});

describe("a car that does not go on after its pause", () => {
  const lost = [
    [7, 7],
    [7, 7],
    [0, 0],
    [0, 0],
    [7, 0],
    [7, 0],
    [7, 0],
    [7, 0],
    [7, 0],
    [7, 0],
  ] as const;

  it("is told again so often, then given up, once", () => {
    expect(play(lost).filter((step) => step !== "none")).toEqual(["resend", "resend", "gave-up"]);
  });

  it("has the time to follow first, and may come back late", () => {
    const steps = play([...lost.slice(0, 6), [7, 7], [7, 7]]);
    expect(steps.indexOf("resend")).toBe(5);
    expect(steps.at(6)).toBe("came-back");
    expect(steps.at(7)).toBe("none");
  });
});

describe("a car that draws less than it may", () => {
  it("makes us ask what its station holds, but not over and over", () => {
    const steps = play(Array.from({ length: 40 }, () => [7, 3] as const));
    expect(steps.flatMap((step, minute) => (step === "ask" ? [minute] : []))).toEqual([1, 31]);
  });

  it("is asked about again while others hold it, until they do not", () => {
    const steps = play(
      Array.from({ length: 3 }, () => [1.4, 1.4] as const),
      { heldAtKw: 1.4 },
    );
    expect(steps).toContain("ask");
  });

  it("is held by others when its station holds clearly less than it was told", () => {
    expect(isHeldByOthers(7, 1.4)).toBe(true);
    expect(isHeldByOthers(7, 6.6)).toBe(false);
    expect(isHeldByOthers(7, 22)).toBe(false);
  });
});

describe("a session that ended while it was told to wait", () => {
  const waiting = { config: SINGLE_PHASE_32A, evse: evseOf("p1", { held: scheduleOfKw("p1", [0, 0]) }) };
  const ended = (version: OcppVersion | null, endReason: string | null, importedKwh = 1): boolean =>
    endedByPause({ ...waiting, version }, { importedKwh, endReason }, EVENING_MS);

  it.each<[OcppVersion, string, string]>([
    [
      "1.6",
      "Other",
      "DeAuthorized EVDisconnected EmergencyStop HardReset Local PowerLoss Reboot Remote SoftReset UnlockCommand",
    ],
    [
      "2.0.1",
      "Other Timeout",
      "DeAuthorized EVDisconnected EmergencyStop EnergyLimitReached GroundFault ImmediateReset Local LocalOutOfCredit MasterPass OvercurrentFault PowerLoss PowerQuality Reboot Remote SOCLimitReached StoppedByEV TimeLimitReached",
    ],
    [
      "2.1",
      "Other Timeout",
      "DeAuthorized EVDisconnected EmergencyStop EnergyLimitReached GroundFault ImmediateReset Local LocalOutOfCredit MasterPass OvercurrentFault PowerLoss PowerQuality Reboot Remote ReqEnergyTransferRejected SOCLimitReached StoppedByEV TimeLimitReached",
    ],
  ])("OCPP %s: by its pause with %s, by something else with %s", (version, byPause, bySomethingElse) => {
    const all = reasonsOf(version);
    expect(all.filter((reason) => ended(version, reason)).sort()).toEqual(byPause.split(" "));
    expect(all.filter((reason) => !ended(version, reason)).sort()).toEqual(bySomethingElse.split(" "));
  });

  it.each<[string, boolean]>([
    ["what no schema knows", ended("2.1", "VendorSpecificStop")],
    ["a reason that was left out", ended("1.6", null)],
    ["what our own bookkeeping closed", ended("1.6", "next-transaction")],
    ["a station of which no version is known", ended(null, "Other")],
    ["a car that had never charged", ended("1.6", "Other", 0)],
    [
      "one that was not told to wait",
      endedByPause(
        {
          ...waiting,
          version: "1.6",
          evse: evseOf("p1", { held: scheduleOfKw("p1", [7, 7]) }),
        },
        { importedKwh: 1, endReason: "Other" },
        EVENING_MS,
      ),
    ],
  ])("%s proves nothing", (_, isByPause) => {
    expect(isByPause).toBe(false);
  });
});

/** As the schema of a version has them. */
function reasonsOf(version: OcppVersion): string[] {
  const found =
    /"(?:enum)":(\["DeAuthorized"[^\]]*"EVDisconnected"[^\]]*\]|\["EmergencyStop","EVDisconnected"[^\]]*\])/.exec(
      JSON.stringify(readSchemas(version)),
    );
  return z.array(z.string()).parse(JSON.parse(found?.[1] ?? "[]"));
}
