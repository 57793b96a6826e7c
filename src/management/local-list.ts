import type { CommandOf } from "../domain/command.js";
import type { LocalListEntry } from "../domain/commands/authorization.js";
import type { OcppVersion } from "../domain/fleet.js";
import { type IdToken, tokenKey } from "../domain/id-token.js";
import type { LocalListFile } from "../domain/station-file/local-list.js";
import type { StationNews } from "../domain/station-news.js";
import type { EpochMs } from "../domain/units.js";

type SendList = CommandOf<"send-local-list">;

/** Entries that are kept of a list; one that is longer is sent whole each time. */
const MOST_ENTRIES = 5_000;
/** Longest token of each version. */
const LONGEST: Readonly<Record<OcppVersion, number>> = { "1.6": 20, "2.0.1": 36, "2.1": 255 };

export const NO_LIST: LocalListFile = { version: null, isKept: false, sentMs: null, entries: [] };

/** What is told of an entry, to be compared. */
const toldOf = ({ standing, type, groupId, expiresMs }: LocalListEntry): string =>
  [standing, type ?? "", groupId ?? "", expiresMs ?? ""].join("|");

/** What is known of a station's list after it took one, or told its version. */
export const reduceLocalList = (file: LocalListFile, news: StationNews): LocalListFile => {
  if (news.kind !== "commanded") return file;
  const { command, outcome, atMs } = news;
  if (command.kind === "local-list-version")
    return outcome.version === file.version ? file : { ...file, version: null, entries: [] };
  return command.kind === "send-local-list" ? sent(file, command, atMs) : file;
};

const sent = (file: LocalListFile, command: SendList, atMs: EpochMs): LocalListFile => {
  const { version, isWhole, entries, isKept = false } = command;
  const list = new Map(isWhole ? [] : file.entries.map((entry) => [tokenKey(entry.idToken), entry]));
  for (const entry of entries)
    if (entry.standing === null) list.delete(tokenKey(entry.idToken));
    else list.set(tokenKey(entry.idToken), { idToken: entry.idToken, told: toldOf(entry) });
  const tooLong = list.size > MOST_ENTRIES;
  return {
    version: tooLong ? null : version,
    isKept,
    sentMs: atMs,
    entries: tooLong ? [] : [...list.values()],
  };
};

/** The known tokens as a station of a site and a version can be told them. */
export const entriesFor = (
  tokens: readonly IdToken[],
  { siteId, version, nowMs }: { siteId: string | null; version: OcppVersion; nowMs: EpochMs },
): LocalListEntry[] =>
  tokens
    .filter(({ idToken }) => idToken.length <= LONGEST[version])
    .filter(({ siteIds }) => siteIds === null || (siteId !== null && siteIds.includes(siteId)))
    .map(({ idToken, standing, type, groupId, expiresMs }) => ({
      idToken,
      standing: standing === "Accepted" && expiresMs !== null && expiresMs <= nowMs ? "Expired" : standing,
      type: version === "1.6" ? null : type,
      groupId: groupId !== null && groupId.length <= LONGEST[version] ? groupId : null,
      expiresMs,
    }));

/** What a list is brought from, and how. */
export interface ListBase {
  /** What the station holds; null: it is not known. */
  readonly held: LocalListFile["entries"] | null;
  /** Of the list that it holds; what is sent has higher ones. */
  readonly version: number;
  /** Entries of a message. */
  readonly mostPerMessage: number;
}

/**
 * What makes of the held list the wanted one: nothing, what differs, or, where the held one is not known, all
 * of it; in messages of so many entries, of which only the first may be whole.
 */
export const listChanges = (
  { held, version, mostPerMessage }: ListBase,
  wanted: readonly LocalListEntry[],
): readonly SendList[] => {
  const differing = held === null ? wanted : differences(held, wanted);
  const count = Math.max(held === null ? 1 : 0, Math.ceil(differing.length / mostPerMessage));
  return Array.from({ length: count }, (_, index) => ({
    kind: "send-local-list",
    version: version + 1 + index,
    isWhole: held === null && index === 0,
    entries: differing.slice(index * mostPerMessage, (index + 1) * mostPerMessage),
    isKept: true,
  }));
};

const differences = (
  entries: LocalListFile["entries"],
  wanted: readonly LocalListEntry[],
): LocalListEntry[] => {
  const told = new Map(entries.map((entry) => [tokenKey(entry.idToken), entry.told]));
  const wantedKeys = new Set(wanted.map(({ idToken }) => tokenKey(idToken)));
  return [
    ...wanted.filter((entry) => told.get(tokenKey(entry.idToken)) !== toldOf(entry)),
    ...entries
      .filter(({ idToken }) => !wantedKeys.has(tokenKey(idToken)))
      .map(({ idToken }) => ({ idToken, standing: null })),
  ];
};
