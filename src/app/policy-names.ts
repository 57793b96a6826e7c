/** The exact solver that the configuration names. */
export const OPTIMIZER = "optimizer";
/** Nobody steers: every car draws all it can from plug-in on. */
export const UNCONTROLLED = "uncontrolled";
