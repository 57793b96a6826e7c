import type { WantedSetting } from "../domain/commands/settings.js";
import type { StationFile } from "../domain/station-file/file.js";

/** What a setting of a profile means for a station, as far as its file knows. */
export interface SettingDifference {
  readonly name: string;
  readonly wanted: string;
  /** As last told; null: not known. */
  readonly present: string | null;
  /** `same`: nothing to write. `unknown`: the station never told it. `read-only`: it cannot be written. */
  readonly kind: "same" | "different" | "unknown" | "read-only";
}

/** A station's settings beside the wanted ones. Pure. */
export const compareSettings = (
  wanted: readonly WantedSetting[],
  { settings: { settings } }: StationFile,
): SettingDifference[] => {
  const known = new Map(settings.map((setting) => [setting.name, setting]));
  return wanted.map(({ name, value }) => {
    const setting = known.get(name);
    const present = setting?.value ?? null;
    if (setting === undefined) return { name, wanted: value, present, kind: "unknown" };
    if (present === value) return { name, wanted: value, present, kind: "same" };
    return { name, wanted: value, present, kind: setting.readOnly === true ? "read-only" : "different" };
  });
};
