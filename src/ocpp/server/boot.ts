import type { StationCapabilities } from "../../domain/fleet.js";
import type { EpochMs } from "../../domain/units.js";
import type { Payload } from "../wire.js";
import type { Line } from "./commands.js";
import { capabilitiesOf } from "./station.js";

/** Asks the station for its abilities; what it refuses to tell is taken as the stated default. */
export async function askAbilities(line: Line, deadlineMs: EpochMs): Promise<StationCapabilities | null> {
  const answers: (Payload | null)[] = [];
  for (const question of line.codec.abilityQuestions) {
    const result = await line.session.call({ ...question, deadlineMs, key: null });
    if (result.kind === "offline") return null;
    answers.push(result.kind === "result" ? result.payload : null);
  }
  line.station.abilities = line.codec.readAbilities(answers);
  return capabilitiesOf(line.station);
}
