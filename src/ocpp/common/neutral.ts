import { LARGEST_EVSE_ID } from "../../domain/fleet.js";
import type { BootNews } from "../../domain/station-file/identity.js";
import { writeTime } from "./time.js";
import type { InboundContext, InboundHandler, Meaning } from "./codec.js";
import { numberAt, type Payload } from "../wire.js";

/** A message that is understood and of which nothing is used: a fixed valid answer. */
export const neutral =
  (answer: Payload): InboundHandler =>
  () => ({ answer: () => answer });

/** Heartbeat, in every version. */
export const heartbeat: InboundHandler = (_, context) => ({
  reports: [{ kind: "seen", stationId: context.stationId, atMs: context.nowMs }],
  answer: () => ({ currentTime: writeTime(context.nowMs) }),
});

/** BootNotification's answer and report, in every version. */
export function booted(told: Omit<BootNews, "kind">, context: InboundContext): Meaning {
  const { stationId, nowMs } = context;
  const { vendor, model, firmwareVersion } = told;
  return {
    booted: true,
    news: [{ kind: "booted", stationId, atMs: nowMs, ...told }],
    reports: [
      {
        kind: "booted",
        stationId,
        atMs: nowMs,
        vendor: named(vendor),
        model: named(model),
        ...(firmwareVersion === null ? {} : { firmware: firmwareVersion }),
      },
    ],
    answer: () => ({
      status: "Accepted",
      currentTime: writeTime(nowMs),
      interval: jittered(context.heartbeatIntervalS, stationId),
    }),
  };
}

/** ± 10 % by identity, so that a fleet that came back at once does not beat at once. */
function jittered(intervalS: number, identity: string): number {
  let hash = 0;
  for (const character of identity) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 1_000;
  return Math.max(1, Math.round(intervalS * (0.9 + (0.2 * hash) / 1_000)));
}

/** The field as a whole number of 0 or more, as ids of EVSEs and connectors are. */
export const idAt = (payload: Payload, key: string): number | null => {
  const id = numberAt(payload, key);
  return id !== null && Number.isSafeInteger(id) && id >= 0 ? id : null;
};

/** The field as the id of an EVSE that may exist; 0, the station itself, for all else. */
export const evseIdAt = (payload: Payload, key: string): number => {
  const id = idAt(payload, key) ?? 0;
  return id <= LARGEST_EVSE_ID ? id : 0;
};

/** Longer than the specifications allow is cut: the name stays with the station for as long as we run. */
const LONGEST_NAME = 50;
const named = (text: string | null): string => text?.slice(0, LONGEST_NAME) ?? "unknown";
