import type { StationCommand } from "../../src/domain/command.js";
import type { EvseStatus } from "../../src/domain/fleet.js";
import { scheduledKw } from "../../src/domain/draw.js";
import { HOUR_MS, MINUTE_MS } from "../../src/domain/units.js";
import type { Harness } from "./harness.js";

/** A pile that the car at it obeys: it draws what its schedule allows, until it has enough. */
export interface VirtualPile {
  readonly stationId: string;
  plugIn(idToken: string, wantsKwh: number): Promise<void>;
  unplug(): Promise<void>;
  /** Lets time pass; the meter is read every minute. */
  pass(minutes: number): Promise<void>;
  /** Reads the meter of another minute that has passed. */
  read(): Promise<void>;
  readonly heldFor: () => string | null;
  readonly drawnKwh: () => number;
  readonly powerKw: () => number;
  isFree(): boolean;
  /** The same pile, and the car at it, when another server is there. */
  movedTo(h: Harness): VirtualPile;
}

interface Car {
  readonly transactionId: string;
  wantsKwh: number;
  gotWh: number;
  seqNo: number;
}

interface State {
  readonly car: Car | null;
  readonly hold: { readonly number: number; readonly idToken: string; readonly untilMs: number } | null;
  readonly plugs: number;
  readonly registerWh: number;
}
const NEW: State = { car: null, hold: null, plugs: 0, registerWh: 0 };

/** A virtual pile at the harness: its station takes what it is told and holds itself for whom it is told. */
export const virtualPile = (h: Harness, stationId: string, from: State = { ...NEW }): VirtualPile => {
  let { car, hold, plugs, registerWh } = from;
  let nowKw = 0;
  const before = h.answer;
  h.answer = (station: string, command: StationCommand) => {
    if (station !== stationId) return before(station, command);
    if (command.kind === "reserve")
      hold = { number: command.reservationId, idToken: command.idToken, untilMs: command.expiresMs };
    if (command.kind === "cancel-reservation" && hold?.number === command.reservationId) hold = null;
    return { status: "accepted" };
  };
  const at = () => ({ stationId, evseId: 1, atMs: h.clock.now() });
  const say = (status: EvseStatus): void => h.control.report({ kind: "status", ...at(), status });
  const allowedKw = (): number => {
    const told = h.sent.findLast(
      (one) => one.stationId === stationId && one.schedule.transactionId === car?.transactionId,
    );
    return told === undefined ? 0 : Math.max(0, scheduledKw(told.schedule, h.clock.now()) ?? 0);
  };
  const meterOnce = async (): Promise<void> => {
    if (car === null) return;
    const leftKwh = car.wantsKwh - car.gotWh / 1000;
    const kw = Math.min(allowedKw(), (leftKwh * HOUR_MS) / MINUTE_MS);
    nowKw = kw;
    car.gotWh += (kw * 1000) / 60;
    registerWh += (kw * 1000) / 60;
    const { transactionId } = car;
    await h.control.record({
      kind: "transaction-updated",
      ...at(),
      transactionId,
      seqNo: car.seqNo++,
      stationTimeMs: h.clock.now(),
      sample: {
        atMs: h.clock.now(),
        powerKw: kw,
        importedWh: registerWh,
        exportedWh: null,
        socPercent: null,
      },
    });
  };
  return {
    stationId,
    plugIn: async (idToken, wantsKwh) => {
      const transactionId = `tx-${stationId}-${++plugs}`;
      car = { transactionId, wantsKwh, gotWh: 0, seqNo: 1 };
      if (hold?.idToken === idToken) hold = null;
      say("Occupied");
      await h.control.record({
        kind: "transaction-started",
        ...at(),
        transactionId,
        seqNo: 0,
        stationTimeMs: h.clock.now(),
        idToken,
        meterWh: registerWh,
      });
    },
    unplug: async () => {
      if (car === null) return;
      const { transactionId, seqNo } = car;
      car = null;
      nowKw = 0;
      await h.control.record({
        kind: "transaction-ended",
        ...at(),
        transactionId,
        seqNo,
        stationTimeMs: h.clock.now(),
        meterWh: registerWh,
        exportedWh: null,
        reason: "Local",
      });
      say("Available");
    },
    pass: async (minutes) => {
      for (let minute = 0; minute < minutes; minute++) {
        await h.run(MINUTE_MS);
        await meterOnce();
      }
    },
    read: meterOnce,
    heldFor: () => (hold !== null && hold.untilMs > h.clock.now() ? hold.idToken : null),
    drawnKwh: () => registerWh / 1000,
    powerKw: () => nowKw,
    isFree: () => car === null,
    movedTo: (other) => virtualPile(other, stationId, { car, hold, plugs, registerWh }),
  };
};
