import type { EpochMs } from "./units.js";

/** A limit that measured power is above of, beyond its grace, or is below of again. */
export interface LimitExcess {
  readonly siteId: string;
  readonly nodeId: string;
  readonly direction: "import" | "export";
  readonly powerKw: number;
  /** null: there is none any more. */
  readonly limitKw: number | null;
  readonly atMs: EpochMs;
  readonly isOver: boolean;
}
