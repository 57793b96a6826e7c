import type { OcppVersion } from "../../../src/domain/fleet.js";
import type { NewStation } from "../model.js";
import type { Words } from "../wire/words.js";

/** What a station does otherwise than the standard says, as it is seen over a wire. */
export interface StationFault {
  /** What is wrong, in one line. */
  readonly about: string;
  /** Versions in which it makes sense; all when left out. */
  readonly versions?: readonly OcppVersion[];
  /** How it speaks and listens; made anew for each station, so that it may remember. */
  readonly words?: (words: Words, spec: NewStation) => Words;
  /** Once a car has waited at nothing, it takes nothing more. */
  readonly sleepsAtZero?: boolean;
  /** Once its car has waited at nothing, its transaction ends. */
  readonly endsAtZero?: boolean;
  /** It charges on as many phases as it is told. */
  readonly switchesPhases?: boolean;
  /** It takes profiles and draws what it likes. */
  readonly ignoresProfiles?: boolean;
  /** What it says is not held against the schema before it leaves. */
  readonly unchecked?: boolean;
  /** How it calls itself on the wire, by the name that it was given. */
  readonly identity?: (given: string) => string;
  /** What it makes of a limit below zero in a unit: so many times as much is given back. Nothing, where it is left out. */
  readonly givesBack?: { readonly unit: "A" | "W"; readonly times: number };
}
