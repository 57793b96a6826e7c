import type { EmergencyTerms, OwnerTerms } from "../../src/domain/sharing.js";
import { HOUR_MS } from "../../src/domain/units.js";
import { EVENING_MS } from "../fixtures/sites.js";
import { connect, type Harness } from "./harness.js";

/** Lends from 18:00 to 22:00, when asked; the evening begins at 17:00. */
export const OWNER: OwnerTerms = {
  idTokens: ["owner-card"],
  hours: [{ days: [1, 2, 3, 4, 5], from: "18:00", to: "22:00" }],
  pricePerKwh: 0.9,
  consent: "ask",
  noticeMinutes: 30,
  comeWithinMinutes: 15,
  handoverMinutes: 15,
  withoutBooking: "refuse",
};

export const EMERGENCY: EmergencyTerms = {
  surchargePerKwh: 1.5,
  mostKwhPerUse: 12,
  mostMinutesPerUse: 30,
  mostUsesPerDay: 2,
  mostKwhPerDay: 15,
  comeWithinMinutes: 10,
};

export const kindsTo = (h: Harness, to: string): string[] =>
  h.control.sharing.notices.of("community", { afterId: 0, to, limit: 99 }).map(({ kind }) => kind);

export const available = (h: Harness, stationId: string): void => {
  connect(h, stationId);
  h.control.report({ kind: "status", stationId, evseId: 1, atMs: h.clock.now(), status: "Available" });
};

/** Bo's, between two hours of the evening. */
export const bookingWish = (fromH: number, toH: number) => ({
  stationId: "n1",
  evseId: 1,
  driver: "Bo",
  idToken: "bo-card",
  energyNeedKwh: 7,
  fromMs: EVENING_MS + fromH * HOUR_MS,
  toMs: EVENING_MS + toH * HOUR_MS,
});
