import type { SharingClient } from "../app.js";
import { timeText } from "./time-text.js";

type View = Awaited<ReturnType<SharingClient["view"]>>;

const pile = ({ stationId, evseId }: { readonly stationId: string; readonly evseId: number }): string =>
  `${stationId}/${evseId}`.padEnd(20);

const turnText = (turnUntilMs: number | null, expectedFromMs: number | null): string => {
  if (turnUntilMs !== null) return `, may plug in until ${timeText(turnUntilMs)}`;
  return expectedFromMs === null ? "" : `, by the plan from ${timeText(expectedFromMs)}`;
};

/** A line for each pile, and one below it for each who waits, has booked or uses it. */
export const sharingLines = ({ currency, queues, lent, emergency }: View): string[] => [
  ...queues.flatMap(({ turn, waiting, ...place }) => [
    `${pile(place)} queue      ${turn === null ? "free" : (turn.driver ?? "a car that did not wait")}`,
    ...waiting.map(
      ({ position, id, driver, deadlineMs, expectedFromMs, turnUntilMs }) =>
        `  ${position}. ${id}  ${driver}, ready by ${timeText(deadlineMs)}${turnText(turnUntilMs, expectedFromMs)}`,
    ),
  ]),
  ...lent.flatMap(({ bookings, terms, ...place }) => [
    `${pile(place)} lent       ${terms.pricePerKwh} ${currency} per kWh`,
    ...bookings.map(
      ({ id, driver, fromMs, toMs, status }) =>
        `  ${id}  ${driver}, ${timeText(fromMs)} – ${timeText(toMs)}, ${status}`,
    ),
  ]),
  ...emergency.flatMap(({ uses, terms, ...place }) => [
    `${pile(place)} emergency  ${terms.surchargePerKwh} ${currency} per kWh above the tariff`,
    ...uses.map(
      ({ id, driver, status, deliveredKwh }) =>
        `  ${id}  ${driver}, ${status}, ${deliveredKwh.toFixed(2)} kWh`,
    ),
  ]),
];
