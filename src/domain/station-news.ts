import type { AcceptedOutcome, OperatorCommand } from "./command.js";
import type { ChargingProfilesNews } from "./station-file/charging-profiles.js";
import type { CustomerNews } from "./station-file/customer.js";
import type { DisplayNews } from "./station-file/display.js";
import type { MonitorsNews } from "./station-file/monitors.js";
import type { SettingsNews, ValuesNews } from "./station-file/settings.js";
import type { TransferNews } from "./station-file/transfers.js";
import type { BatteryNews } from "./station-file/batteries.js";
import type { GridControlNews } from "./station-file/grid-control.js";
import type { BootNews } from "./station-file/identity.js";
import type { JobNews } from "./station-file/jobs.js";
import type { ReservationNews } from "./station-file/reservations.js";
import type { StationEvent } from "./station-file/events.js";
import type { EpochMs } from "./units.js";

/** What a station tells of itself beside charging, and what it took from an operator. */
export type StationNews = {
  readonly stationId: string;
  /** Our clock. */
  readonly atMs: EpochMs;
} & (
  | {
      /** It accepted an operator's command. */
      readonly kind: "commanded";
      readonly command: OperatorCommand;
      readonly outcome: AcceptedOutcome;
      /** When it was on its way; absent: as it was accepted. */
      readonly sentMs?: EpochMs;
    }
  | SettingsNews
  | ValuesNews
  | MonitorsNews
  | CustomerNews
  | ChargingProfilesNews
  | DisplayNews
  | TransferNews
  | GridControlNews
  | BatteryNews
  | JobNews
  | ReservationNews
  | BootNews
  | { readonly kind: "event"; readonly event: StationEvent }
);
