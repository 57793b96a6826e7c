import type { Cancel } from "../../ports/clock.js";
import { createBucket } from "./bucket.js";
import type { SessionParts } from "./contract.js";
import type { Reading } from "./reading.js";

/** Slows a peer down that sends more than it may: nothing is dropped, it is read later. */
export interface Throttle {
  /** Counts a message; stops reading for a while when there were too many. */
  take(): void;
  end(): void;
}

export function createThrottle(parts: SessionParts, reading: Reading): Throttle {
  const { clock, settings } = parts;
  const bucket = createBucket(settings.messageBurst, settings.messagesPerSecond, clock.elapsed());
  let resumeTimer: Cancel | null = null;
  return {
    take() {
      if (bucket.take(clock.elapsed()) || resumeTimer) return;
      parts.count("throttled", "more messages than allowed");
      reading.hold();
      resumeTimer = clock.afterElapsed(bucket.refillMs(), () => {
        resumeTimer = null;
        reading.release();
      });
    },
    end: () => resumeTimer?.(),
  };
}
