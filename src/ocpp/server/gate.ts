import { clamp, type EpochMs, SECOND_MS } from "../../domain/units.js";
import { createBucket } from "../session/bucket.js";

export interface GateSettings {
  /** Handshakes at once; more are sent away for a while. */
  readonly maxHandshakes: number;
  /** Handshakes begun per second in the long run, and at once after a pause. */
  readonly handshakesPerSecond: number;
  readonly handshakeBurst: number;
}

/** Lets handshakes in at a bounded rate: the work of a reconnect storm is spread, and stations in the meantime served. */
export interface Gate {
  /** Null: come in. Else after how many whole seconds to come again. */
  enter(nowMs: EpochMs, handshakes: number): number | null;
}

/** No line is taken to be longer: a storm's end is not known, and a station may be full of messages. */
const LONGEST_LINE_MS = 80 * SECOND_MS;

/**
 * Who is sent away is told the time at which its turn would come if all that were sent away before it came
 * back just in time, and up to half as long again, so that those told at one moment do not come at one moment. The
 * line shortens as time passes, whether they come or not.
 */
export const createGate = (settings: GateSettings, startMs: EpochMs, random: () => number): Gate => {
  const { maxHandshakes, handshakesPerSecond, handshakeBurst } = settings;
  const bucket = createBucket(handshakeBurst, handshakesPerSecond, startMs);
  let lineEndsMs = startMs;
  return {
    enter: (nowMs, handshakes) => {
      if (handshakes <= maxHandshakes && bucket.take(nowMs)) return null;
      const longestMs = nowMs + LONGEST_LINE_MS;
      lineEndsMs = clamp(lineEndsMs, nowMs, longestMs - SECOND_MS) + SECOND_MS / handshakesPerSecond;
      const waitMs = (lineEndsMs - nowMs) * (1 + random() / 2);
      return Math.max(1, Math.ceil(waitMs / SECOND_MS));
    },
  };
};
