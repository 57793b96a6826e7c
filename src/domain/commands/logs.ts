import type { EpochMs } from "../units.js";
import type { Located, Retrying } from "./firmware.js";

/** `data-collector` is 2.1's. */
export type LogType = "diagnostics" | "security" | "data-collector";

/** A log that a station shall upload. */
export interface LogsCommand extends Retrying, Located {
  readonly kind: "get-log";
  readonly logType: LogType;
  /** null: from the oldest on. */
  readonly fromMs: EpochMs | null;
  /** null: to the newest. */
  readonly toMs: EpochMs | null;
  /** 1.6: diagnostics by GetLog of the security extension instead of GetDiagnostics. */
  readonly extended: boolean;
}
