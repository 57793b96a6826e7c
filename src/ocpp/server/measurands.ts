import type { CommandOutcome, StationCommand } from "../../domain/command.js";
import type { QuirkBook } from "../../ports/quirk-book.js";

type WriteSetting = Extract<StationCommand, { kind: "write-setting" }>;

/** Keys of 1.6 and variables of 2.x that are lists of measurands. */
const LISTS = /(SampledData|AlignedData|Measurands)$/;

export const isMeasurandList = (command: StationCommand): command is WriteSetting =>
  command.kind === "write-setting" && LISTS.test(command.name);

/** Per boot of a station: OCPP knows some thirty measurands, and each takes two tries at most. */
export const MOST_MEASURAND_TRIES = 64;

interface MeasurandParts {
  /** Counts what it was asked since its boot. */
  readonly station: { readonly id: string; measurandTries: number };
  readonly quirks: Pick<QuirkBook, "of" | "learn">;
  readonly ask: (command: WriteSetting) => Promise<CommandOutcome>;
}

type Ask = (names: readonly string[]) => Promise<CommandOutcome>;

const split = (list: string): string[] => list.split(",").flatMap((name) => name.trim() || []);

/**
 * Writes a list of measurands. Stations refuse a list as a whole for one that they do not sample, or for its length:
 * those known to be refused are left out, and a refused list is built up one by one.
 */
export async function writeMeasurands(
  command: WriteSetting,
  { station, quirks, ask }: MeasurandParts,
): Promise<CommandOutcome> {
  const known = split(quirks.of(station.id).values.refusedMeasurands);
  const wanted = split(command.value);
  const left = wanted.filter((name) => !known.includes(name));
  if (left.length === 0 && wanted.length > 0)
    return { status: "rejected", detail: "it samples none of these" };
  const askFor: Ask = (names) => ask({ ...command, value: names.join(",") });
  const first = await askFor(left);
  const without = wanted.filter((name) => !left.includes(name));
  if (first.status !== "rejected" || left.length < 2) return said(first, { without, tooMany: [] });
  const built = await oneByOne(left, { station, ask: askFor });
  const { outcome, refused, tooMany } = built;
  // Where it takes none at all, the setting is refused and not what it names.
  if (outcome === null) return first;
  if (outcome.status === "accepted" && refused.length > 0)
    quirks.learn(station.id, { refusedMeasurands: [...new Set([...known, ...refused])].sort().join(",") });
  return said(outcome, { without: [...without, ...refused], tooMany });
}

interface Built {
  /** Of the list that stands now, or what brought no answer; null: none was accepted. */
  readonly outcome: CommandOutcome | null;
  /** Not taken alone either. */
  readonly refused: readonly string[];
  /** Taken alone, or not tried, and not beside the others. */
  readonly tooMany: readonly string[];
}

/**
 * Adds one name after the other. One that is refused beside others is asked for alone before it counts as not
 * sampled; where that is taken, it stands in place of the list, and the list is told again at the end.
 */
async function oneByOne(
  names: readonly string[],
  { station, ask }: { readonly station: MeasurandParts["station"]; readonly ask: Ask },
): Promise<Built> {
  const [taken, refused, tooMany]: [string[], string[], string[]] = [[], [], []];
  const answers: { readonly list: string; readonly outcome: CommandOutcome }[] = [];
  const isTaken = async (list: readonly string[]): Promise<boolean> => {
    const outcome = await ask(list);
    if (outcome.status !== "rejected") answers.push({ list: list.join(","), outcome });
    return outcome.status !== "rejected";
  };
  const isLost = (): boolean => answers.some(({ outcome }) => outcome.status !== "accepted");
  const mayTry = (): boolean => !isLost() && ++station.measurandTries <= MOST_MEASURAND_TRIES;
  const place = async (name: string): Promise<string[]> => {
    if (!mayTry()) return tooMany;
    if (await isTaken([...taken, name])) return taken;
    if (taken.length === 0) return refused;
    return !mayTry() || (await isTaken([name])) ? tooMany : refused;
  };
  for (const name of names) (await place(name)).push(name);
  const last = answers.at(-1);
  const stands = isLost() || last === undefined || last.list === taken.join(",");
  return { outcome: stands ? (last?.outcome ?? null) : await ask(taken), refused, tooMany };
}

interface LeftOut {
  readonly without: readonly string[];
  readonly tooMany: readonly string[];
}

const said = (outcome: CommandOutcome, { without, tooMany }: LeftOut): CommandOutcome => {
  if (outcome.status !== "accepted") return outcome;
  const details = [
    outcome.detail,
    without.length === 0 ? "" : `without ${without.join(", ")}`,
    tooMany.length === 0 ? "" : `without ${tooMany.join(", ")}, which it takes alone or which were not tried`,
  ].filter(Boolean);
  return details.length === 0 ? outcome : { ...outcome, detail: details.join("; ") };
};
