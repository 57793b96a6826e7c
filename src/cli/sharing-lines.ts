import type { SharingClient } from "../app.js";

type View = Awaited<ReturnType<SharingClient["view"]>>;

const iso = (atMs: number): string => new Date(atMs).toISOString();
const pile = ({ stationId, evseId }: { readonly stationId: string; readonly evseId: number }): string =>
  `${stationId}/${evseId}`.padEnd(20);

/** A line for each pile, and one below it for each who waits, has booked or uses it. */
export const sharingLines = ({ queues, lent, emergency }: View): string[] => [
  ...queues.flatMap(({ turn, waiting, ...place }) => [
    `${pile(place)} queue      ${turn === null ? "free" : (turn.driver ?? "a car that did not wait")}`,
    ...waiting.map(
      ({ position, id, driver, deadlineMs }) =>
        `  ${position}. ${id}  ${driver}, ready by ${iso(deadlineMs)}`,
    ),
  ]),
  ...lent.flatMap(({ bookings, terms, ...place }) => [
    `${pile(place)} lent       ${terms.pricePerKwh} per kWh`,
    ...bookings.map(
      ({ id, driver, fromMs, toMs, status }) =>
        `  ${id}  ${driver}, ${iso(fromMs)} – ${iso(toMs)}, ${status}`,
    ),
  ]),
  ...emergency.flatMap(({ uses, terms, ...place }) => [
    `${pile(place)} emergency  ${terms.surchargePerKwh} per kWh above the tariff`,
    ...uses.map(
      ({ id, driver, status, deliveredKwh }) => `  ${id}  ${driver}, ${status}, ${deliveredKwh} kWh`,
    ),
  ]),
];
