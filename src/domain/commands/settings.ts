/** What a station is set to: keys of its configuration (1.6), variables of its device model (2.x). */
export type SettingsCommand =
  /** By `key` in 1.6, `Component.Variable` in 2.x; none: all, which 2.x cannot say in one answer. */
  | { readonly kind: "read-settings"; readonly names: readonly string[] }
  | { readonly kind: "write-setting"; readonly name: string; readonly value: string }
  /** Several at once, each with an outcome of its own; 1.6 writes them one by one. */
  | { readonly kind: "write-settings"; readonly settings: readonly WantedSetting[] }
  /** All of them; 2.x sends them after its answer, part by part. */
  | { readonly kind: "report-settings"; readonly inventory: SettingsInventory }
  /**
   * Some components of the device model (2.x), each `Component`, or a variable of it, `Component.Variable`;
   * those that meet one of the criteria. They come part by part, as all of them do.
   */
  | {
      readonly kind: "report-components";
      readonly components: readonly string[];
      readonly criteria: readonly ComponentCriterion[];
    };

/** What a component must be to be told of. */
export type ComponentCriterion = "active" | "available" | "enabled" | "problem";

/** What a setting shall be. */
export interface WantedSetting {
  readonly name: string;
  readonly value: string;
}

/** What can be set, or all that the station knows of itself; `summary`: only what is at fault or unavailable. */
export type SettingsInventory = "configuration" | "full" | "summary";

/** A key of a station's configuration (1.6), or a variable of its device model (2.x). */
export interface StationSetting {
  readonly name: string;
  /** null: it has none, or does not tell it. */
  readonly value: string | null;
  /** null: the station does not say. */
  readonly readOnly: boolean | null;
  /** Why there is no value, in the station's word: `UnknownVariable`; null: there is one. */
  readonly why: string | null;
}
