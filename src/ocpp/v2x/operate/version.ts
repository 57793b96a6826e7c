import type { OcppVersion } from "../../../domain/fleet.js";

export type Version2 = Exclude<OcppVersion, "1.6">;
