import { describe, expect, it } from "vitest";
import { builtInScenario } from "../../src/app/package-files.js";
import { simulate } from "../../src/app/simulate.js";
import type { OcppVersion } from "../../src/domain/fleet.js";
import { loadScenario, type Scenario } from "../../sims/index.js";

const PLACE = "jn-001";
/** 22 kW on three phases, 7.36 on one. */
const EVSE = { evseId: 1, phases: 3 as const, voltageV: 230, minA: 6, maxA: 32, maxDischargeKw: 0 };
const ONE_PHASE_KW = 7.36;

/** One car of one phase at a pile of three, alone behind the transformer for a night. */
const oneCar = (version: OcppVersion): Scenario => {
  const whole = loadScenario(builtInScenario("jinan-community"));
  return {
    ...whole,
    site: {
      ...whole.site,
      stations: whole.site.stations
        .filter(({ id }) => id === PLACE)
        .map((station) => ({ ...station, evses: [EVSE] })),
    },
    stations: whole.stations
      .filter(({ stationId }) => stationId === PLACE)
      .map((station) => ({ ...station, version, evse: EVSE })),
    arrivals: (fromMs, toMs) => whole.arrivals(fromMs, toMs).filter(({ stationId }) => stationId === PLACE),
  };
};

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

describe.each(["1.6", "2.0.1"] as const)("a car of one phase at a pile of three, OCPP %s", (version) => {
  it("gets its energy, and once it has charged it is promised no more than one phase gives", async () => {
    const run = await simulate({
      scenario: oneCar(version),
      mode: "direct",
      policy: "optimizer",
      keepCycles: true,
      log: SILENT,
    });
    const { needKwh, servedKwh } = run.report.metrics;
    expect(servedKwh / needKwh).toBeGreaterThan(0.999);
    const truth = run.world.truth().slots;
    const first = truth.find(({ evImportKwh }) => evImportKwh > 0.1);
    expect(Math.max(...truth.map(({ evImportKwh }) => evImportKwh * 4))).toBeLessThanOrEqual(ONE_PHASE_KW);
    const later = run.cycles.filter(({ startedMs }) => startedMs >= (first?.endMs ?? Infinity));
    const promised = later.flatMap(({ problem }) => problem.sessions.map(({ maxChargeKw }) => maxChargeKw));
    expect(promised.length).toBeGreaterThan(5);
    expect(Math.max(...promised)).toBeLessThanOrEqual(ONE_PHASE_KW);
  }, 240_000);
});
