import type { CommandOutcome, StationCommand } from "../domain/command.js";
import { isSecretSetting, namesSecret } from "../domain/secret-settings.js";
import type {
  StationSelection,
  TaskCounts,
  TaskHead,
  TaskResult,
  TaskState,
} from "../domain/station-task.js";
import type { EpochMs } from "../domain/units.js";

/** What stations are selected by. */
export interface SelectableStation {
  readonly stationId: string;
  readonly siteId: string;
  readonly vendor: string | null;
  readonly model: string | null;
  readonly version: string | null;
}

/** What a term of a selection names, one or several; null: it says nothing. */
export const namedBy = (
  selection: StationSelection,
  term: "siteId" | "vendor" | "model" | "version",
): ReadonlySet<string> | null => {
  const named = selection[term];
  if (named === null) return null;
  return new Set(typeof named === "string" ? [named] : named);
};

const TERMS = ["siteId", "vendor", "model", "version"] as const;

/** Of some stations those of which all that a selection states holds: of several of one kind, any. */
export const selectedStations = (
  stations: readonly SelectableStation[],
  selection: StationSelection,
): readonly SelectableStation[] => {
  const ids = selection.stationIds === null ? null : new Set(selection.stationIds);
  const stated = TERMS.map((term) => [term, namedBy(selection, term)] as const);
  return stations.filter(
    (station) =>
      (ids?.has(station.stationId) ?? true) &&
      stated.every(([term, named]) => named?.has(station[term] ?? "") ?? true),
  );
};

/** A station that has not been asked yet. */
export const waitingResult = (stationId: string, atMs: EpochMs): TaskResult => ({
  stationId,
  state: "waiting",
  detail: null,
  answer: null,
  atMs,
});

const STATE_OF: Readonly<Record<CommandOutcome["status"], TaskState>> = {
  accepted: "accepted",
  rejected: "refused",
  unsupported: "refused",
  error: "refused",
  timeout: "unanswered",
  // Never written to the connection: the station can be asked when it comes.
  offline: "waiting",
};

/** Characters of an answer, and of what is said of it, that are kept of each of many stations. */
const MOST_ANSWER_CHARACTERS = 2_000;
const MOST_DETAIL_CHARACTERS = 250;
const CUT = "the answer is cut: the station's messages have all of it";

/** The beginning alone of an answer that is too long: thousands of stations may answer. */
const shortAnswer = (answer: object): Pick<TaskResult, "answer" | "detail"> => {
  const text = JSON.stringify(answer);
  if (text.length <= MOST_ANSWER_CHARACTERS)
    return { answer: text === "{}" ? null : { ...answer }, detail: null };
  const beginning = text.slice(0, MOST_ANSWER_CHARACTERS);
  return { answer: { characters: text.length, beginning }, detail: CUT };
};

/** What became of asking a station. */
export const resultOf = (stationId: string, outcome: CommandOutcome, atMs: EpochMs): TaskResult => {
  const state = STATE_OF[outcome.status];
  const { status, detail: said = null, ...rest } = outcome;
  const { answer, detail } = shortAnswer(status === "accepted" ? rest : {});
  const words = (detail ?? said)?.slice(0, MOST_DETAIL_CHARACTERS) ?? null;
  return { stationId, state, detail: words, answer, atMs };
};

/** Whether nothing more comes of it. */
export const isOver = ({ state }: TaskResult): boolean => state !== "waiting" && state !== "asking";

export const countsOf = (results: Iterable<TaskResult>): TaskCounts => {
  const counts = {
    waiting: 0,
    asking: 0,
    accepted: 0,
    refused: 0,
    unanswered: 0,
    offline: 0,
    cancelled: 0,
  };
  for (const { state } of results) counts[state] += 1;
  return counts;
};

/** Whether a command holds what nobody is to read: a task stands on disk and is shown. */
export const holdsSecret = (command: StationCommand): boolean => {
  switch (command.kind) {
    case "write-setting":
      return isSecretSetting(command.name);
    case "write-settings":
      return command.settings.some(({ name }) => isSecretSetting(name));
    case "set-network-profile":
      return command.profile.password !== null || (command.profile.apn?.password ?? null) !== null;
    case "data-transfer":
      return namesSecret([command.vendorId, command.messageId, command.data].join(" "));
    default:
      return false;
  }
};

const TOO_LATE = "not asked: the station, or the server, was not there in time";

type Over = Pick<TaskHead, "cancelledMs" | "endedMs">;

/** A station that a task which is over never asked: it was cancelled, or the station did not come in time. */
export const settledResult = (result: TaskResult, { cancelledMs, endedMs }: Over): TaskResult => {
  if (endedMs === null || isOver(result)) return result;
  return cancelledMs === null
    ? { ...result, state: "offline", detail: TOO_LATE, atMs: endedMs }
    : { ...result, state: "cancelled", detail: null, atMs: cancelledMs };
};

/** A station that was being asked when the server ended: nobody knows what it did, so it is not asked again. */
export const afterRestart = (result: TaskResult): TaskResult =>
  result.state === "asking"
    ? { ...result, state: "unanswered", detail: "the server ended before the station answered" }
    : result;
