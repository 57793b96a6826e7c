import type { StationCommand } from "../domain/command.js";
import type { DriverTariff } from "../domain/commands/tariffs.js";
import type { ProfileState } from "../domain/security.js";
import { networkFault } from "../management/network.js";
import type { StationFiles } from "../ports/station-files.js";
import type { StationLink } from "../ports/station-link.js";

export interface CheckedParts {
  readonly link: StationLink;
  readonly files: StationFiles;
  /** What a station's connections showed; null: it is not registered. */
  readonly securityOf: (stationId: string) => Promise<ProfileState | null>;
  /** What drivers pay at a station; null: it is not known. */
  readonly driverTariff: (stationId: string) => DriverTariff | null;
}

/** The way to the stations for operators: what would cut a station off is not sent, and the site's tariff filled in. */
export const checkedLink = ({ link, files, securityOf, driverTariff }: CheckedParts): StationLink => {
  const filled = (stationId: string, command: StationCommand): StationCommand => {
    const takesTariff = command.kind === "set-default-tariff" || command.kind === "change-transaction-tariff";
    return takesTariff && command.tariff === null ? { ...command, tariff: driverTariff(stationId) } : command;
  };
  return {
    send: async (stationId, command) => {
      if (command.kind === "set-network-profile") {
        const detail = networkFault(command, {
          state: await securityOf(stationId),
          file: await files.of(stationId),
        });
        if (detail !== null) return { status: "error", detail };
      }
      return link.send(stationId, filled(stationId, command));
    },
  };
};
