import { describe, expect, it } from "vitest";
import { builtInScenario } from "../../src/app/package-files.js";
import { simulate } from "../../src/app/simulate.js";
import { loadScenario } from "../../sims/index.js";

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };
const LIMIT_KW = 24;

const evening = async (mode: "direct" | "wire", policy: string) => {
  const scenario = loadScenario(builtInScenario("shared-piles"));
  const { report, world } = await simulate({ scenario, mode, policy, log: SILENT });
  const table = (report.sharing ?? []).map(
    ({ stationId, driver, asked, plugged, unplugged, importedKwh, wantedKwh }) =>
      `${stationId} ${driver} ${asked} ${plugged.slice(-5)}-${unplugged?.slice(-5)} ${Math.round(importedKwh)}/${wantedKwh}`,
  );
  return { table, metrics: report.metrics, failures: world.failures() };
};

describe.each(["direct", "wire"] as const)("an evening of shared piles, %s", (mode) => {
  it("serves one after the other, lends the neighbour's space in its hours, and holds the limit", async () => {
    const { table, metrics, failures } = await evening(mode, "optimizer");
    expect(table).toEqual([
      // At once, beside all others; away when it has what it asked for.
      "fast-1 Ya emergency 19:08-19:58 8/8",
      // Within the owner's hours, 18:00 to 23:00.
      "home-7 Gao booking 18:33-20:35 8/8",
      "home-7 Hu booking 21:03-22:35 6/6",
      // In the order told to them: each three minutes after the one before has left; the last may stay.
      "pile-1 An queue 17:33-18:35 6/6",
      "pile-1 Bo queue 18:38-20:20 5/5",
      "pile-1 Chen queue 20:23-23:45 4/4",
      "pile-2 Du queue 17:33-18:49 8/8",
      "pile-2 Fan queue 18:52-23:45 5/5",
    ]);
    expect(failures).toEqual([]);
    expect(metrics.breach.seconds).toBe(0);
    expect(metrics.peakKw).toBeLessThanOrEqual(LIMIT_KW);
    expect(metrics.peakKw).toBeGreaterThan(0.9 * LIMIT_KW);
  });
});

it("breaks the limit where nobody steers", async () => {
  const { metrics } = await evening("direct", "uncontrolled");
  expect(metrics.peakKw).toBeGreaterThan(LIMIT_KW);
});
