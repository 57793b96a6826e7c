import { expect, it } from "vitest";
import type { Policy } from "../../src/control/contract.js";
import { createMemoryDevices } from "../../src/ports/devices.js";
import { EVENING_MS } from "../fixtures/sites.js";
import { bankState, storageOf } from "../fixtures/storages.js";
import { flatPolicy } from "./harness.js";
import { of, play, powers, row, siteOf, V2G } from "./v2g-play.js";

/** The car waits; the battery gives 4 kW. */
const policy: Policy = {
  name: "bank",
  plan: async (problem) => {
    const outcome = await flatPolicy(0).plan(problem);
    if (outcome.status === "invalid") return outcome;
    const { startsMs } = problem.horizon;
    const storages = problem.storages.map(({ id }) => ({
      storageId: id,
      chargeKw: startsMs.map(() => 0),
      dischargeKw: startsMs.map(() => 4),
      energyKwh: [],
    }));
    return { ...outcome, plan: { ...outcome.plan, storages } };
  },
};

it("between two plans cars give back no more than a battery leaves of what a limit lets out", async () => {
  const site = siteOf("graced", { storages: [storageOf({ watchdogMs: 600_000 })] });
  const nodes = site.nodes.map((node) => (node.id === "transformer" ? { ...node, exportLimitKw: 6 } : node));
  const devices = createMemoryDevices();
  devices.put(bankState(EVENING_MS));
  const played = await play({ ...site, nodes }, policy, V2G, { devices: () => devices });
  const needs = {
    departureMs: null,
    energyNeedKwh: 5,
    capacityKwh: 45,
    energyKwh: 30,
    maxChargeKw: 7,
    maxDischargeKw: 6,
    reserveKwh: 0,
    transfers: ["AC_BPT"],
  };
  played.tell({ kind: "needs", evseId: 1, needs });
  await played.harness.control.setPreference(row(played).session!.id, { dischargeAllowed: true });
  const keep = (powerKw: number): void => {
    const atMs = played.harness.clock.now();
    devices.put(bankState(atMs, { power: { value: powerKw, atMs } }));
  };
  keep(0);
  await played.harness.run(10_000);
  expect(devices.told.at(-1)?.powerKw).toBe(-4);
  keep(-4);
  await played.measure(27);
  expect(powers(of(played.asked, "correction"))).toEqual([-2]);
});
