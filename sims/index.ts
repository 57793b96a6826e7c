/** The simulator: scenarios, virtual stations, runs, and what came of them. */
export { scenarioReference } from "./scenario-reference.js";
export { loadScenario, type Scenario, type ScenarioEvent, type ScenarioFault } from "./scenario.js";
export { createDirectFleet } from "./station/direct.js";
export { createWireFleet } from "./station/wire/fleet.js";
export { createWorldRun, type DriverApp, type WorldRun } from "./run/world-run.js";
export type { SharingApp } from "./run/sharing-drivers.js";
export { sharingApp } from "./run/sharing-app.js";
export { operationsDriver } from "./run/operations-driver.js";
export { postedEvent, simEventId } from "./run/posted-events.js";
export { createLoneStation, type LoneStation } from "./run/lone-station.js";
export type { Unconnected } from "./station/wire/fleet.js";
export { runLockStep } from "./run/lockstep.js";
export { sharedStays } from "./shared-stays.js";
export { runMetrics } from "./metrics.js";
export { reportTable, solveTimesLine, type TimedRun } from "./report.js";
export { solveTimes } from "./solve-times.js";
