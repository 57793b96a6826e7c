import { beforeAll, describe, expect, it } from "vitest";
import type { Simulation } from "../../src/app/simulate.js";
import { builtInScenario } from "../../src/app/package-files.js";
import { loadScenario, type Scenario } from "../../sims/index.js";
import { runEvening } from "./evening.js";

const BASE_KW = 20;

/** Twelve of the community's cars, eight of which give back, behind a transformer that lets nothing out. */
const closedEvening = (): Scenario => {
  const whole = loadScenario(builtInScenario("jinan-community"), { durationHours: 5 });
  const isPart = (stationId: string): boolean => Number(stationId.slice(-3)) >= 29;
  const { site } = whole;
  return {
    ...whole,
    site: {
      ...site,
      stations: site.stations.filter(({ id }) => isPart(id)),
      nodes: site.nodes.map((node) => (node.id === site.rootNodeId ? { ...node, exportLimitKw: 0 } : node)),
      baseProfileKw: site.baseProfileKw.map(() => BASE_KW),
      pvProfileKw: site.pvProfileKw.map(() => 0),
    },
    stations: whole.stations.filter(({ stationId }) => isPart(stationId)),
    arrivals: (fromMs, toMs) => whole.arrivals(fromMs, toMs).filter(({ stationId }) => isPart(stationId)),
  };
};

let run: Simulation;
beforeAll(async () => {
  run = await runEvening(closedEvening(), "direct");
}, 600_000);

describe("cars that give back behind an export limit of nothing", () => {
  it("cover the base load and never return more", () => {
    const { breach, dischargedKwh } = run.report.metrics;
    expect(breach).toEqual({ maxOverKw: 0, seconds: 0, longestSeconds: 0 });
    expect(dischargedKwh).toBeGreaterThan(BASE_KW);
  });

  it("could return more: together they are larger than the base load, and giving back pays", () => {
    const most = run.world.truth().slots.map(({ evExportKwh }) => evExportKwh * 4);
    expect(Math.max(...most)).toBeGreaterThan(0.9 * BASE_KW);
  });
});
