/** The exact solver that the configuration names. */
export const OPTIMIZER = "optimizer";
/** The same with every car taken as one-way: what V2G adds is the difference. */
export const ONE_WAY = "optimizer-one-way";
/** Nobody steers: every car draws all it can from plug-in on. */
export const UNCONTROLLED = "uncontrolled";
