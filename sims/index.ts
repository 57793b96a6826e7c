/** The simulator: scenarios, virtual stations, runs, and what came of them. */
export { loadScenario, type Scenario, type ScenarioEvent, type ScenarioOptions } from "./scenario.js";
export { scenarioSchema } from "./scenario-schema.js";
export { createDirectFleet, type DirectFleet } from "./station/direct.js";
export { createWireFleet, type WireFleet } from "./station/wire/fleet.js";
export type { SimFleet } from "./station/fleet.js";
export { createWorldRun, type DriverApp, type WorldRun } from "./run/world-run.js";
export { operationsDriver } from "./run/operations-driver.js";
export { runLockStep } from "./run/lockstep.js";
export type { SlotTruth, Truth, VisitResult } from "./run/truth-types.js";
export { evProfile, runMetrics, type RunMetrics } from "./metrics.js";
export { reportTable, type RunReport } from "./report.js";
