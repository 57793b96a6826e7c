import type { NoticeKind } from "../../src/domain/sharing.js";
import type { EpochMs } from "../../src/domain/units.js";
import type { Notice } from "../../src/ports/notices.js";
import type { SharingDriver } from "../scenario-sharing.js";
import { drawCar } from "../world/draw-visits.js";
import type { Car, Visit } from "../world/visit.js";
import type { Agenda } from "./agenda.js";

/** What drivers who share piles say to the central system, and are told by it. */
export interface SharingApp {
  ask(driver: SharingDriver): Promise<void>;
  /** Calls back with each notice of the site. */
  follow(listener: (notice: Notice) => void): void;
}

export interface SharingWorld {
  readonly drivers: readonly SharingDriver[];
  readonly seed: number;
  readonly endMs: EpochMs;
  readonly agenda: Agenda;
  readonly now: () => EpochMs;
  readonly app: SharingApp;
  readonly errand: (work: Promise<void>) => void;
  readonly plug: (visit: Visit) => void;
  /** Gives the car as it leaves. */
  readonly unplug: (visit: Visit) => Car | null;
  readonly note: (failure: string) => void;
}

const CALLED: ReadonlySet<NoticeKind> = new Set(["your-turn", "booking-begins", "emergency-held"]);
const SENT_AWAY: ReadonlySet<NoticeKind> = new Set(["please-unplug", "booking-over", "emergency-over"]);
const REFUSED: ReadonlySet<NoticeKind> = new Set(["booking-refused", "booking-cancelled", "hold-refused"]);

/** Sets the drivers in motion: each asks at its time, comes when called, and leaves when asked to, or with its time. */
export const bringSharingDrivers = (world: SharingWorld): void => {
  if (world.drivers.length === 0) return;
  const followed = new Map(world.drivers.map((driver) => [driver.driver, playDriver(world, driver)]));
  world.app.follow((notice) => {
    if (REFUSED.has(notice.kind)) world.note(`${notice.to}: ${notice.text}`);
    followed.get(notice.to)?.(notice);
  });
};

/** Sets one driver in motion; the result hears what the driver is told. */
const playDriver = (world: SharingWorld, driver: SharingDriver): ((notice: Notice) => void) => {
  const { agenda, app, now } = world;
  const first = carOf(world, driver);
  let car = first;
  let stays = 0;
  let visit: Visit | null = null;
  const leave = (leaving: Visit): void => {
    if (visit !== leaving) return;
    visit = null;
    car = world.unplug(leaving) ?? car;
  };
  const come = (): void => {
    if (visit !== null) return;
    const gotKwh = (car.battery.energyKwh - first.battery.energyKwh) / car.battery.chargeEfficiency;
    const needKwh = Math.max(0, driver.energyKwh - gotKwh);
    const endMs = lastMs(driver, world.endMs);
    const coming = visitOf(driver, { car, needKwh, number: ++stays, nowMs: now(), endMs });
    visit = coming;
    world.plug(coming);
    agenda.at(coming.departMs, () => leave(coming));
  };
  agenda.at(driver.askMs, () => world.errand(app.ask(driver)));
  return ({ kind }) => {
    const leaving = visit;
    if (CALLED.has(kind)) agenda.at(now() + driver.comesInMs, come);
    if (SENT_AWAY.has(kind) && leaving !== null) agenda.at(now() + driver.leavesInMs, () => leave(leaving));
  };
};

/** By when the driver is gone, whatever is said. */
const lastMs = ({ asks, leavesInMs }: SharingDriver, endMs: EpochMs): EpochMs => {
  if (asks.kind === "queue") return asks.deadlineMs;
  return asks.kind === "booking" ? asks.toMs + leavesInMs : endMs;
};

const carOf = ({ seed }: SharingWorld, { driver, carClass, className }: SharingDriver): Car =>
  drawCar({ seed }, { stationId: `sharing/${driver}`, className, carClass }, 0);

interface Stay {
  readonly car: Car;
  readonly needKwh: number;
  readonly number: number;
  readonly nowMs: EpochMs;
  readonly endMs: EpochMs;
}

const visitOf = (
  { driver, stationId }: SharingDriver,
  { car, needKwh, number, nowMs, endMs }: Stay,
): Visit => ({
  id: `${driver} ${number}`,
  stationId,
  car,
  idToken: `card-${driver}`,
  arriveMs: nowMs,
  departMs: Math.max(nowMs, endMs),
  energyNeedKwh: needKwh,
  reserveKwh: 0,
  // They said what they want when they asked.
  preference: null,
});
