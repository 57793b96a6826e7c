/** What is told of a use of the emergency pile: before it, and while it runs. */
import { describe, expect, it } from "vitest";
import { policyByName } from "../../src/app/policies.js";
import { heldText } from "../../src/cli/held-text.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { createMemoryLedger } from "../../src/ports/ledger-memory.js";
import { communityOf, stationOf } from "../fixtures/sites.js";
import { connect, type Harness, harnessOf } from "./harness.js";
import { available, EMERGENCY } from "./lent-stage.js";
import { virtualPile } from "./shared-pile.js";

/** Of 100 kW at the transformer some 27 kW are left for a pile of 41.6 kW. */
const start = async (config: { readonly phases?: 1 | 3; readonly maxA?: number }, kept = {}) => {
  const baseProfileKw = Array.from({ length: 96 }, () => 68);
  const site = communityOf([stationOf("fast", { ...config, emergency: EMERGENCY })], {
    baseProfileKw,
    baseMarginShare: 0.02,
  });
  const policy = await policyByName("optimizer", 20_000);
  const h = await harnessOf(site, policy, { horizonSlots: 25, ...kept });
  const fast = virtualPile(h, "fast");
  available(h, "fast");
  await fast.pass(1);
  const quote = (energyKwh: number, minutes: number) =>
    h.control.sharing.quoteEmergency("community", {
      stationId: "fast",
      evseId: 1,
      driver: "Ya",
      idToken: "ya-card",
      energyKwh,
      minutes,
    });
  return { h, site, policy, fast, quote };
};

describe("the price of an emergency use", () => {
  it.each([
    { at: "in the middle of a quarter", minute: 8, kwh: 6, isHeld: false },
    { at: "soon after a quarter has begun", minute: 2, kwh: 8, isHeld: false },
    { at: "in the middle of a quarter, where the limit leaves less", minute: 8, kwh: 12, isHeld: true },
  ])("tells what the car then gets: $kwh kWh wanted $at", async ({ minute, kwh, isHeld }) => {
    const { h, fast, quote } = await start({ phases: 3, maxA: 63 });
    await fast.pass(minute);
    const { use, expectedKwh, heldBy } = await quote(kwh, 20);
    expect(heldBy === null ? "" : heldText(heldBy)).toBe(isHeld ? "the limit of node transformer" : "");
    await h.control.sharing.acceptEmergency("community", use.id);
    await fast.pass(1);
    await fast.plugIn("ya-card", 60);
    await fast.pass(22);
    expect(fast.powerKw()).toBe(0);
    expect(Math.abs(fast.drawnKwh() - expectedKwh)).toBeLessThan(0.08 * kwh);
  });
});

it("a use that runs has taken what its session has, minute by minute and over a restart", async () => {
  const kept = { ledger: createMemoryLedger(), documents: createMemoryDocuments() };
  const { h, site, policy, fast, quote } = await start({}, kept);
  const { use } = await quote(5, 30);
  await h.control.sharing.acceptEmergency("community", use.id);
  await fast.plugIn("ya-card", 60);
  const told = async (at: Harness): Promise<(number | undefined)[]> => {
    const [session] = await at.control.sessions({ active: true });
    const shown = at.control.sharing.view("community").emergency[0]?.uses[0];
    expect(shown?.surchargeDue).toBe((shown?.deliveredKwh ?? NaN) * EMERGENCY.surchargePerKwh);
    return [shown?.deliveredKwh, session?.deliveredKwh];
  };
  for (let minute = 0; minute < 7; minute++) {
    await fast.pass(1);
    const [ofUse, ofSession] = await told(h);
    expect(ofUse).toBe(ofSession);
  }
  expect(fast.drawnKwh()).toBeGreaterThan(0.5);
  await h.control.stop();
  const again = await harnessOf(site, policy, { ...kept, clock: h.clock, horizonSlots: 25 });
  connect(again, "fast");
  const [ofUse, ofSession] = await told(again);
  expect(ofUse).toBe(ofSession);
  expect(ofSession).toBeGreaterThan(0.5);
});
