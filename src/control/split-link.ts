import type { CommandOutcome } from "../domain/command.js";
import { isOfSeveral, mergedOutcome, partsOf, type ToldPart } from "../management/parts.js";
import type { StationFile } from "../domain/station-file/file.js";
import type { StationFiles } from "../ports/station-files.js";
import type { StationLink } from "../ports/station-link.js";

/** As if the station had told nothing of what it takes, where what it told cannot be read. */
const partsFor = async (
  command: Parameters<typeof partsOf>[0],
  read: () => Promise<StationFile>,
): Promise<ReturnType<typeof partsOf>> => {
  try {
    return partsOf(command, await read());
  } catch {
    return [];
  }
};

/**
 * The way to the stations for commands about several things: told in parts that each station takes, one after the
 * other, and answered as one. Once it does not answer, the rest is not told.
 */
export const splitLink = ({
  link,
  files,
}: {
  readonly link: StationLink;
  readonly files: Pick<StationFiles, "of">;
}): StationLink => ({
  send: async (stationId, command) => {
    if (!isOfSeveral(command)) return link.send(stationId, command);
    const parts = await partsFor(command, () => files.of(stationId));
    if (parts.length < 2) return link.send(stationId, command);
    const told: ToldPart[] = [];
    let lost: CommandOutcome | null = null;
    for (const part of parts) {
      const outcome: CommandOutcome = lost ?? (await link.send(stationId, part.command));
      if (outcome.status === "offline" || outcome.status === "timeout") lost = outcome;
      told.push({ names: part.names, outcome });
    }
    return mergedOutcome(told, command.kind);
  },
});
