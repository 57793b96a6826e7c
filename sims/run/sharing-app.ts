import type { Sharing } from "../../src/ports/sharing.js";
import type { SharingDriver } from "../scenario-sharing.js";
import type { SharingApp } from "./sharing-drivers.js";

/** Drivers' apps that speak to the sharing of the same process. */
export const sharingApp = (sharing: Sharing, siteId: string): SharingApp => ({
  ask: (driver) => ask(sharing, siteId, driver),
  follow: (listener) => void sharing.notices.follow(siteId, listener),
});

const ask = async (
  sharing: Pick<Sharing, "join" | "book" | "quoteEmergency" | "acceptEmergency">,
  siteId: string,
  { driver, stationId, evseId, energyKwh, asks }: SharingDriver,
): Promise<void> => {
  const who = { stationId, evseId, driver, idToken: `card-${driver}` };
  switch (asks.kind) {
    case "queue": {
      const wish = { ...who, energyNeedKwh: energyKwh, deadlineMs: asks.deadlineMs };
      await sharing.join(siteId, { ...wish, readyFromMs: null, reachableUntilMs: null });
      return;
    }
    case "booking":
      await sharing.book(siteId, {
        ...who,
        energyNeedKwh: energyKwh,
        fromMs: asks.fromMs,
        toMs: asks.toMs,
      });
      return;
    default: {
      const { use } = await sharing.quoteEmergency(siteId, { ...who, energyKwh, minutes: asks.minutes });
      await sharing.acceptEmergency(siteId, use.id);
    }
  }
};
