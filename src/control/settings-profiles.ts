import type { CommandOutcome } from "../domain/command.js";
import type { ItemResult } from "../domain/commands/monitoring.js";
import type { WantedSetting } from "../domain/commands/settings.js";
import { partsOf } from "../management/parts.js";
import { compareSettings, type SettingDifference } from "../management/settings-profile.js";
import type { AppliedProfile, AppliedSetting, SettingsProfiles } from "../ports/settings-profiles.js";
import type { StationFiles } from "../ports/station-files.js";
import type { StationLink } from "../ports/station-link.js";
import { someAtOnce } from "./some-at-once.js";

/** Stations that are written to at once. */
const MOST_AT_ONCE = 8;
/** Settings in a message to a station that did not tell how many it takes. */
const USUAL_PER_MESSAGE = 10;

interface ProfileParts {
  readonly files: StationFiles;
  readonly link: StationLink;
  readonly isConnected: (stationId: string) => boolean;
  /** Why a setting would not even be sent to a station; null: it would be, as far as is known. */
  readonly whyNotSent: (stationId: string, setting: WantedSetting) => string | null;
}

type Became = Pick<AppliedSetting, "result" | "detail">;
/** What became of each of some settings, by name. */
type Results = ReadonlyMap<string, Became>;

const OFFLINE = "offline: the station is not connected";

/** Gives stations the settings of a profile: several in a message in 2.x, one by one in 1.6. */
export const createSettingsProfiles = ({
  files,
  link,
  isConnected,
  whyNotSent,
}: ProfileParts): SettingsProfiles => {
  const writeOne = async (stationId: string, setting: WantedSetting): Promise<Results> => {
    const outcome = await link.send(stationId, { kind: "write-setting", ...setting });
    return new Map([[setting.name, resultOf(outcome)]]);
  };

  const write = async (stationId: string, settings: readonly WantedSetting[]): Promise<Results> => {
    const outcome = await link.send(stationId, { kind: "write-settings", settings });
    if (outcome.status === "accepted") {
      const { results = [], detail = null } = outcome;
      return new Map(settings.map(({ name }) => [name, itemResult(results, name, detail)]));
    }
    if (outcome.status === "offline" || outcome.status === "timeout")
      return new Map(settings.map(({ name }) => [name, resultOf(outcome)]));
    // One by one: 1.6 has no other way, and in 2.x one that is at fault shall not keep back the others.
    const all: Results[] = [];
    for (const setting of settings) all.push(await writeOne(stationId, setting));
    return new Map(all.flatMap((one) => [...one]));
  };

  /** What keeps settings from being written, as far as it can be known beforehand. */
  const foreseen = (stationId: string, settings: readonly WantedSetting[]): Map<string, Became> =>
    new Map(
      settings.flatMap((setting): [string, Became][] => {
        const detail = whyNotSent(stationId, setting) ?? (isConnected(stationId) ? null : OFFLINE);
        return detail === null ? [] : [[setting.name, { result: "not-written", detail }]];
      }),
    );

  const applyTo = async (
    stationId: string,
    wanted: readonly WantedSetting[],
    dryRun: boolean,
  ): Promise<AppliedProfile> => {
    const file = await files.of(stationId);
    const differences = compareSettings(wanted, file);
    const lacking = differences.filter(({ kind }) => kind === "different" || kind === "unknown");
    const settings = lacking.map(({ name, wanted: value }) => ({ name, value }));
    const parts =
      dryRun || settings.length === 0
        ? []
        : partsOf({ kind: "write-settings", settings }, file, USUAL_PER_MESSAGE);
    const results = dryRun ? foreseen(stationId, settings) : new Map<string, Became>();
    for (const { names } of parts) {
      const told = settings.filter(({ name }) => names.includes(name));
      for (const [name, result] of await write(stationId, told)) results.set(name, result);
    }
    return { stationId, settings: differences.map((difference) => applied(difference, results)) };
  };

  return {
    apply: ({ stationIds, settings, dryRun }) =>
      someAtOnce(stationIds, MOST_AT_ONCE, (id) => applyTo(id, settings, dryRun)),
  };
};

const itemResult = (results: readonly ItemResult[], name: string, detail: string | null): Became => {
  const why = results.find(({ item }) => item === name)?.why;
  return why === null ? { result: "written", detail } : { result: "not-written", detail: why ?? "no result" };
};

const resultOf = (outcome: CommandOutcome): Became =>
  outcome.status === "accepted"
    ? { result: "written", detail: outcome.detail ?? null }
    : { result: "not-written", detail: `${outcome.status}: ${outcome.detail}` };

const applied = ({ name, wanted, present, kind }: SettingDifference, results: Results): AppliedSetting => {
  const head = { name, wanted, present };
  if (kind === "same" || kind === "read-only") return { ...head, result: kind, detail: null };
  return { ...head, ...(results.get(name) ?? { result: "would-write", detail: null }) };
};
