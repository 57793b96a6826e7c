import { z } from "zod";
import type { EpochMs } from "./units.js";

/**
 * How a station that has no word for discharge is told to give back.
 * - `negative-limit-W`, `negative-limit-A`: a limit below zero in its charging profile.
 * - `data-transfer`: a vendor's message. - `setting`: a vendor's key or variable.
 */
export const DISCHARGE_METHODS = [
  "none",
  "negative-limit-W",
  "negative-limit-A",
  "data-transfer",
  "setting",
] as const;
export type DischargeMethod = (typeof DISCHARGE_METHODS)[number];
export type DischargeWay = Exclude<DischargeMethod, "none">;

/** What a probe found last, by which way: nothing but its meter's word makes a way work. */
export const PROBE_RESULTS = [
  "untried",
  "negative-limit-W works",
  "negative-limit-A works",
  "data-transfer works",
  "setting works",
  "negative-limit-W fails",
  "negative-limit-A fails",
  "data-transfer fails",
  "setting fails",
] as const;
export type ProbeResult = (typeof PROBE_RESULTS)[number];

export const probeResult = (way: DischargeWay, works: boolean): ProbeResult =>
  works ? `${way} works` : `${way} fails`;

/** Told beside the profile, one value at a time, which holds until the next. */
export const isToldAside = (way: DischargeMethod): boolean => way === "data-transfer" || way === "setting";

/** What probes have shown of a station: only at these EVSEs does it give back so. */
export interface ProvenDischarge {
  readonly way: DischargeWay;
  readonly evseIds: readonly number[];
}

/** How an EVSE gives back, as its own probe has shown; undefined: it does not. */
export const dischargesAt = (
  { dischargesBy }: { readonly dischargesBy?: ProvenDischarge },
  evseId: number,
): DischargeWay | undefined =>
  dischargesBy?.evseIds.includes(evseId) === true ? dischargesBy.way : undefined;

/** A small discharge that is asked to see whether it comes. */
export interface DischargeProbe {
  readonly way: DischargeWay;
  /** Asked of the car, > 0. */
  readonly powerKw: number;
  readonly sinceMs: EpochMs;
  /** It ends there by itself, whatever becomes of us. */
  readonly endMs: EpochMs;
}

/** A vendor's words for a power: where it is told, what is sent there, and what sets it back where that is another text. */
export interface AsideWording {
  readonly to: string;
  readonly data: string;
  /** Empty: what is safe is told as any power is. */
  readonly reset: string;
}

/**
 * An EVSE that may have been told beside its profile to give back. It may do so, whichever car stands there, until a
 * word that is not below zero was taken.
 */
export interface ToldAside {
  readonly way: DischargeWay;
  readonly wording: AsideWording;
  /** For which it was told last. */
  readonly sessionId: string;
  /** The least that may stand, < 0, kW. */
  readonly leastKw: number;
  readonly sinceMs: EpochMs;
  /** Words below zero that are not answered yet. */
  readonly underWay: number;
  /** One that was answered, or never will be, may stand. */
  readonly mayStand: boolean;
}

/** What is kept of it over a restart: whatever was under way may stand then. */
export interface KeptAside extends Omit<ToldAside, "underWay" | "mayStand"> {
  readonly stationId: string;
  readonly evseId: number;
}

export const keptAsideSchema: z.ZodType<KeptAside> = z.object({
  stationId: z.string(),
  evseId: z.int(),
  way: z.enum(DISCHARGE_METHODS).exclude(["none"]),
  wording: z.object({ to: z.string(), data: z.string(), reset: z.string() }),
  sessionId: z.string(),
  leastKw: z.number().negative(),
  sinceMs: z.number(),
});

/** Whether a word of the one takes the place of a word of the other at a station. */
export const isSameAside = (
  a: Pick<ToldAside, "way" | "wording">,
  b: Pick<ToldAside, "way" | "wording">,
): boolean => a.way === b.way && a.wording.to === b.wording.to && a.wording.data === b.wording.data;

/** Whether a station has one EVSE, of all that are known of it: those that it named, and those that a site file gives it. */
export const isAlone = (knownEvseIds: Iterable<number>): boolean => new Set(knownEvseIds).size <= 1;

/** Whether words name the EVSE that they are about: without it a station of several gives back at whichever it likes. */
export const namesEvse = ({ to, data, reset }: AsideWording): boolean =>
  isOfEvse(to) || (isOfEvse(data) && (reset === "" || isOfEvse(reset)));

const isOfEvse = (text: string): boolean => text.includes("{evseId}");

/** What a probe was about; a limit in the profile has no words beside it. */
export interface Proof {
  readonly evseId: number;
  readonly way: DischargeWay;
  readonly wording: AsideWording;
}

const asText = ({ evseId, way, wording: { to, data } }: Proof): string =>
  isToldAside(way)
    ? `EVSE ${evseId} ${way} ${JSON.stringify(to)} ${JSON.stringify(data)}`
    : `EVSE ${evseId} ${way}`;

const linesOf = (proofs: string): string[] => proofs.split("\n").filter((line) => line !== "");

/** Proofs after a probe: one that failed leaves none of that EVSE and way. */
export const withProof = (proofs: string, probed: Proof, works: boolean): string => {
  const sameWay = `EVSE ${probed.evseId} ${probed.way}`;
  const others = linesOf(proofs).filter((line) => line !== sameWay && !line.startsWith(`${sameWay} `));
  return [...others, ...(works ? [asText(probed)] : [])].join("\n");
};

/** EVSEs of which a probe has shown that they give back by this way in these very words. */
export const provenEvses = (proofs: string, by: Omit<Proof, "evseId">): number[] =>
  linesOf(proofs).flatMap((line) => {
    const evseId = Number(/^EVSE (\d+) /.exec(line)?.[1]);
    return line === asText({ ...by, evseId }) ? [evseId] : [];
  });
