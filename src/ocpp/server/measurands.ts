import type { CommandOutcome, StationCommand } from "../../domain/command.js";
import type { QuirkBook } from "../../ports/quirk-book.js";

type WriteSetting = Extract<StationCommand, { kind: "write-setting" }>;

/** Keys of 1.6 and variables of 2.x that are lists of measurands. */
const LISTS = /(SampledData|AlignedData|Measurands)$/;

export const isMeasurandList = (command: StationCommand): command is WriteSetting =>
  command.kind === "write-setting" && LISTS.test(command.name);

interface MeasurandParts {
  readonly stationId: string;
  readonly quirks: Pick<QuirkBook, "of" | "learn">;
  readonly ask: (command: WriteSetting) => Promise<CommandOutcome>;
}

const split = (list: string): string[] => list.split(",").flatMap((name) => name.trim() || []);

/**
 * Writes a list of measurands. Stations refuse a list as a whole for one that they do not sample: those known to be
 * refused are left out, and a refused list is built up one by one. The last that was accepted is what stands.
 */
export async function writeMeasurands(
  command: WriteSetting,
  { stationId, quirks, ask }: MeasurandParts,
): Promise<CommandOutcome> {
  const known = split(quirks.of(stationId).values.refusedMeasurands);
  const wanted = split(command.value);
  const left = wanted.filter((name) => !known.includes(name));
  if (left.length === 0 && wanted.length > 0)
    return { status: "rejected", detail: "it samples none of these" };
  const first = await ask({ ...command, value: left.join(",") });
  const without = wanted.filter((name) => !left.includes(name));
  if (first.status !== "rejected" || left.length < 2) return said(first, without);
  const built = await oneByOne(left, (names) => ask({ ...command, value: names.join(",") }));
  if (built.outcome === null) return first;
  if (built.outcome.status !== "accepted") return built.outcome;
  const refused = [...new Set([...known, ...built.refused])].sort();
  quirks.learn(stationId, { refusedMeasurands: refused.join(",") });
  return said(built.outcome, [...without, ...built.refused]);
}

interface Built {
  /** Of the last that was accepted, or that brought no answer; null: none was accepted. */
  readonly outcome: CommandOutcome | null;
  readonly refused: readonly string[];
}

async function oneByOne(
  names: readonly string[],
  ask: (names: readonly string[]) => Promise<CommandOutcome>,
): Promise<Built> {
  const [taken, refused]: [string[], string[]] = [[], []];
  let outcome: CommandOutcome | null = null;
  for (const name of names) {
    const next = await ask([...taken, name]);
    if (next.status === "accepted") {
      taken.push(name);
      outcome = next;
    } else if (next.status === "rejected") refused.push(name);
    else return { outcome: next, refused };
  }
  return { outcome, refused };
}

const said = (outcome: CommandOutcome, without: readonly string[]): CommandOutcome =>
  outcome.status !== "accepted" || without.length === 0
    ? outcome
    : { ...outcome, detail: [outcome.detail, `without ${without.join(", ")}`].filter(Boolean).join("; ") };
