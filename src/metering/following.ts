import type { DeviceAnswer } from "../domain/device.js";
import type { EpochMs } from "../domain/units.js";
import type { Clock } from "../ports/clock.js";

/** A power beside the setpoint that still counts as following: meter error and ripple. */
const TOLERANCE_KW = 0.25;
const TOLERANCE_SHARE = 0.05;

const toleranceKw = (setpointKw: number): number =>
  Math.max(TOLERANCE_KW, TOLERANCE_SHARE * Math.abs(setpointKw));

/** Whether a power that was told or measured is that of a setpoint, kW. */
export const isNear = (powerKw: number, setpointKw: number): boolean =>
  Math.abs(powerKw - setpointKw) <= toleranceKw(setpointKw);

/** Whether it is no more than a limit lets through. */
const isBelow = (powerKw: number, limitKw: number): boolean => powerKw <= limitKw + toleranceKw(limitKw);

/** A setpoint that waits for its device to follow. */
export interface Following {
  readonly answer: Promise<DeviceAnswer>;
  see(powerKw: number, atMs: EpochMs): void;
  lose(why: string): void;
  /** Another setpoint is to be told. */
  supersede(): void;
}

interface Awaited {
  readonly clock: Clock;
  readonly powerKw: number;
  readonly withinMs: number;
  /** Any power below it follows. */
  readonly isLimit: boolean;
}

/** What became of a setpoint that another overtook. */
export const SUPERSEDED: DeviceAnswer = { status: "superseded", detail: "another setpoint came" };

const openAnswer = () => {
  const open: ((answer: DeviceAnswer) => void)[] = [];
  const promise = new Promise<DeviceAnswer>((resolve) => void open.push(resolve));
  return { promise, settle: (answer: DeviceAnswer) => open[0]?.(answer) };
};

/** Confirmed by the first power near the setpoint, or below it where that is a limit, that was told or measured after it was sent. */
export const awaitFollowing = ({ clock, powerKw, withinMs, isLimit }: Awaited): Following => {
  const sentMs = clock.now();
  const { promise: answer, settle } = openAnswer();
  const cancel = clock.afterElapsed(withinMs, () =>
    settle({ status: "unknown", detail: `it did not follow within ${withinMs} ms` }),
  );
  return {
    answer,
    see: (seenKw, atMs) => {
      if (atMs < sentMs || !(isLimit ? isBelow : isNear)(seenKw, powerKw)) return;
      cancel();
      settle({ status: "confirmed" });
    },
    lose: (why) => {
      cancel();
      settle({ status: "unknown", detail: why });
    },
    supersede: () => {
      cancel();
      settle(SUPERSEDED);
    },
  };
};
