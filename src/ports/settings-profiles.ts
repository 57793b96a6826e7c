import type { WantedSetting } from "../domain/commands/settings.js";

/** What became, or would become, of one setting at one station. */
export interface AppliedSetting {
  readonly name: string;
  readonly wanted: string;
  /** As last told before; null: not known. */
  readonly present: string | null;
  /** `would-write` in a dry run. `not-written`: the station refused, or the message did not reach it, or it would not even be sent. */
  readonly result: "same" | "read-only" | "would-write" | "written" | "not-written";
  /** Why it was not written, or that it takes a restart; null: nothing to say. */
  readonly detail: string | null;
}

/** A profile of settings at one station. */
export interface AppliedProfile {
  readonly stationId: string;
  readonly settings: readonly AppliedSetting[];
}

export interface ProfileRequest {
  readonly stationIds: readonly string[];
  readonly settings: readonly WantedSetting[];
  /** Only say what would be written. */
  readonly dryRun: boolean;
}

/** Gives many stations the same settings: what each has already is not written again. */
export interface SettingsProfiles {
  readonly apply: (request: ProfileRequest) => Promise<readonly AppliedProfile[]>;
}
