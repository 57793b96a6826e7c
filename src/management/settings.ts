import { isSecretSetting } from "../domain/secret-settings.js";
import type { CachedSetting, SettingsFile } from "../domain/station-file/settings.js";
import type { StationNews } from "../domain/station-news.js";
import type { EpochMs } from "../domain/units.js";

/** So many variables are kept of a station; a large device model has some hundreds. */
const MOST_SETTINGS = 2_000;
/** Of a value, as 2.x allows it. */
const MOST_CHARACTERS = 2_500;

export const NO_SETTINGS: SettingsFile = { settings: [], report: null };

/** What is known of a station's settings after it told something, or took a command that sets one. */
export const reduceSettings = (file: SettingsFile, news: StationNews): SettingsFile => {
  switch (news.kind) {
    case "settings-told":
      return told(file, news);
    case "values-told":
      return { ...file, settings: merged(file.settings, valued(file, news.values, news.atMs)) };
    case "commanded":
      return commanded(file, news);
    default:
      return file;
  }
};

type Told = Extract<StationNews, { kind: "settings-told" }>;

/** A part of a report that was not asked for is taken, too: a station may send one of its own. */
const told = (file: SettingsFile, { requestId, settings, more, atMs }: Told): SettingsFile => ({
  settings: merged(
    file.settings,
    settings.map((setting) => ({ ...setting, toldMs: atMs })),
  ),
  report: file.report?.requestId === requestId && !more ? { ...file.report, completeMs: atMs } : file.report,
});

type Commanded = Extract<StationNews, { kind: "commanded" }>;

const commanded = (file: SettingsFile, { command, outcome, atMs }: Commanded): SettingsFile => {
  switch (command.kind) {
    case "report-settings": {
      const requestId = outcome.requestId ?? null;
      const completeMs = requestId === null ? atMs : null;
      const report = { requestId, askedMs: atMs, completeMs };
      return { settings: merged(file.settings, answered(file, outcome.settings, atMs)), report };
    }
    case "read-settings":
      return { ...file, settings: merged(file.settings, answered(file, outcome.settings, atMs)) };
    case "write-setting":
      return { ...file, settings: merged(file.settings, valued(file, [command], atMs)) };
    case "write-settings": {
      const results = outcome.results ?? [];
      const taken = command.settings.filter(({ name }) =>
        results.some(({ item, why }) => item === name && why === null),
      );
      return { ...file, settings: merged(file.settings, valued(file, taken, atMs)) };
    }
    default:
      return file;
  }
};

const knownOf = (file: SettingsFile, name: string): CachedSetting =>
  file.settings.find((setting) => setting.name === name) ?? {
    name,
    value: null,
    readOnly: null,
    unit: null,
    dataType: null,
    values: null,
    toldMs: 0,
  };

/** What does not exist is not kept. */
const answered = (
  file: SettingsFile,
  settings: Commanded["outcome"]["settings"] = [],
  toldMs: EpochMs,
): CachedSetting[] =>
  settings.flatMap(({ name, value, readOnly, why }) => {
    const known = knownOf(file, name);
    return why === null ? [{ ...known, value, readOnly: readOnly ?? known.readOnly, toldMs }] : [];
  });

const valued = (
  file: SettingsFile,
  values: readonly { readonly name: string; readonly value: string }[],
  toldMs: EpochMs,
): CachedSetting[] => values.map(({ name, value }) => ({ ...knownOf(file, name), value, toldMs }));

/** Passwords of stations are kept where credentials are, and shown to nobody. */
const shown = ({ name, value }: CachedSetting): string | null =>
  isSecretSetting(name) ? null : (value?.slice(0, MOST_CHARACTERS) ?? null);

/** By name, the newer in place of the older, no more than are kept. */
const merged = (older: readonly CachedSetting[], newer: readonly CachedSetting[]): CachedSetting[] => {
  const byName = new Map(older.map((setting) => [setting.name, setting]));
  for (const setting of newer) byName.set(setting.name, { ...setting, value: shown(setting) });
  return [...byName.values()]
    .slice(0, MOST_SETTINGS)
    .sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
};
