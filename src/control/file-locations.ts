import type { StationCommand } from "../domain/command.js";
import type { FileExchange } from "../ports/file-exchange.js";
import type { Operations } from "../ports/operations.js";

/** Commands that name no location get one of our own: a place for a log, a link to an image that we keep. */
export const withFileLocations = (
  command: Operations["command"],
  files: Pick<FileExchange, "openUpload" | "openDownload">,
): Operations["command"] => {
  const located = async (stationId: string, asked: StationCommand): Promise<StationCommand> => {
    switch (asked.kind) {
      case "get-log": {
        if (asked.location !== null) return asked;
        const { url } = await files.openUpload(stationId, `${stationId}-${asked.logType}.log`);
        return { ...asked, location: url };
      }
      case "update-firmware":
      case "publish-firmware": {
        if (asked.location !== null || asked.fileId === null) return asked;
        return { ...asked, location: (await files.openDownload(asked.fileId)).url };
      }
      default:
        return asked;
    }
  };
  return async (stationId, asked) => command(stationId, await located(stationId, asked));
};
