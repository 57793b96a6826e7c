import type { Config } from "../config/index.js";
import { YouxuError } from "../domain/errors.js";

/** What the system's code for a failed attempt to listen means; null: nothing that an owner can mend. */
export const listenFault = (
  code: string,
  { host, port }: Config["server"],
  place = "server.port",
): YouxuError | null => {
  switch (code) {
    case "EADDRINUSE":
      return new YouxuError("address.in-use", `${host}:${port} is taken`, place);
    case "EACCES":
      return new YouxuError("address.unusable", `no right to listen at port ${port}`, place);
    case "EADDRNOTAVAIL":
      return new YouxuError("address.unusable", `${host} is no address of this computer`, "server.host");
    case "ENOTFOUND":
    case "EAI_AGAIN":
    case "EINVAL":
      return new YouxuError("address.unusable", `${host} is no address: ${code}`, "server.host");
    default:
      return null;
  }
};
