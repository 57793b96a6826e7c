/**
 * The composition root: every way in which the product runs. Each name is a composition in `src/app/`
 * of the same parts; the command line gets its work from here, and nothing else imports it.
 */
export { type Demo, type DemoOptions, startDemo } from "./app/demo.js";
export { examine, type Finding } from "./app/doctor.js";
export { writeSiteFile } from "./app/init.js";
export { ConfigFaults, readConfig } from "./app/installation.js";
export { planFile, problemFileSchema } from "./app/plan-file.js";
export { builtInScenario, packageRoot } from "./app/package-files.js";
export { OPTIMIZER, UNCONTROLLED } from "./app/policies.js";
export { outdatedPages, writePages } from "./app/reference-pages.js";
export { serve, type Serving } from "./app/serve.js";
export { simulate, type Simulation } from "./app/simulate.js";
export { addStation, type AddedStation, listStations, removeStation } from "./app/stations.js";
export { addToken } from "./app/tokens.js";
export { configEntries } from "./config/index.js";
export { ERROR_CATALOGUE, YouxuError } from "./domain/errors.js";
export { loadScenario, reportTable, type RunReport } from "../sims/index.js";
