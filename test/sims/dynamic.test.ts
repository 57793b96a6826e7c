import { describe, expect, it } from "vitest";
import type { HeldProfile } from "../../sims/station/profiles.js";
import { allowedAt, withUpdate } from "../../sims/station/profiles.js";

const T0 = 1_000_000;
const held = (over: Partial<HeldProfile>): HeldProfile => ({
  id: 1,
  evseId: 1,
  purpose: "transaction",
  stackLevel: 4,
  kind: "absolute",
  startMs: T0,
  durationMs: 3_600_000,
  validFromMs: null,
  validToMs: null,
  periods: [{ offsetMs: 0, mode: "setpoint", unit: "W", value: -6_000, phases: null }],
  maxOfflineMs: null,
  ...over,
});
const value = (profiles: readonly HeldProfile[], afterMs: number, hasPriority = false): number | undefined =>
  allowedAt(profiles, { evseId: 1, transactionStartMs: T0, offlineSinceMs: null, hasPriority }, T0 + afterMs)
    .period?.value;
const plan = held({});
const correction = held({
  id: 2,
  kind: "dynamic",
  stackLevel: 5,
  durationMs: 120_000,
  periods: [{ offsetMs: 0, mode: "setpoint", unit: "W", value: -2_000, phases: null }],
});
const priority = held({
  id: 3,
  purpose: "priority",
  kind: "daily",
  stackLevel: 0,
  durationMs: null,
  periods: [{ offsetMs: 0, mode: "limit", unit: "W", value: 7_000, phases: null }],
});

describe("a virtual station", () => {
  it("goes by a dynamic profile until its dead-man's switch, then by the plan below", () => {
    expect([0, 119_999, 120_000].map((ms) => value([plan, correction], ms))).toEqual([
      -2_000, -2_000, -6_000,
    ]);
  });

  it("counts from an update anew, also from one that comes late", () => {
    const updated = withUpdate([plan, correction], 2, { value: -1_000, atMs: T0 + 300_000 });
    expect(updated).not.toBeNull();
    expect([300_000, 419_999, 420_000].map((ms) => value(updated!, ms))).toEqual([-1_000, -1_000, -6_000]);
    expect(withUpdate([plan], 1, { value: 0, atMs: T0 })).toBeNull();
  });

  it("goes by priority alone while it is pressed, whatever else it holds", () => {
    const all = [plan, correction, priority];
    expect([value(all, 5, true), value(all, 5), value([plan], 5, true)]).toEqual([7_000, -2_000, -6_000]);
  });
});
