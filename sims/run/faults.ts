import { SECOND_MS } from "../../src/domain/units.js";
import type { ScenarioFault } from "../scenario.js";
import type { SimStation } from "../station/station.js";
import type { Fate } from "../station/uplink.js";
import { randomStream } from "../world/random.js";

/** Begins and ends a fault at one station. */
type Turn = (station: SimStation, on: boolean, fates: () => Fate) => void;

const TURNS: Readonly<Record<ScenarioFault["kind"], Turn>> = {
  offline: (station, on) => (on ? station.cutOff() : station.restore()),
  stuck: (station, on) => station.stick(on),
  silent: (station, on) => station.silence(on),
  off: (station, on) => (on ? station.switchOff() : station.switchOn()),
  lossy: (station, on, fates) => station.disturb(on ? fates : () => "answered"),
  late: (station, on, fates) => station.disturb(on ? fates : () => "answered"),
};

export const turnFault = (fault: ScenarioFault, on: boolean, station: SimStation, seed: number): void =>
  TURNS[fault.kind](station, on, fatesOf(fault, station.id, seed));

/** Half of what is lost is lost on its way there, half on its way back; each station draws for itself. */
const fatesOf = (
  { kind, lossShare = 0, lateSeconds = 0 }: ScenarioFault,
  stationId: string,
  seed: number,
): (() => Fate) => {
  const stream = randomStream(seed, `${stationId}/losses`);
  const lateMs = (): number => Math.round(stream.uniform(0, lateSeconds) * SECOND_MS);
  if (kind === "late") return () => ({ thereMs: lateMs(), backMs: lateMs() });
  return () => {
    const drawn = stream.uniform(0, 1);
    if (drawn >= lossShare) return "answered";
    return drawn < lossShare / 2 ? "lost" : "answer-lost";
  };
};
