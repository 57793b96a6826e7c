import { YouxuError } from "../domain/errors.js";

interface ListenPlace {
  readonly host: string;
  readonly port: number;
  /** Key of the configuration that says so. */
  readonly key: "server" | "server.tls";
}

/** What the system's code for a failed attempt to listen means; null: nothing that an owner can mend. */
export const listenFault = (code: string, { host, port, key }: ListenPlace): YouxuError | null => {
  switch (code) {
    case "EADDRINUSE":
      return new YouxuError("address.in-use", `${host}:${port} is taken`, `${key}.port`);
    case "EACCES":
      return new YouxuError("address.unusable", `no right to listen at port ${port}`, `${key}.port`);
    case "EADDRNOTAVAIL":
      return new YouxuError("address.unusable", `${host} is no address of this computer`, `${key}.host`);
    case "ENOTFOUND":
    case "EAI_AGAIN":
    case "EINVAL":
      return new YouxuError("address.unusable", `${host} is no address: ${code}`, `${key}.host`);
    default:
      return null;
  }
};
