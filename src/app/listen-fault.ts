import { YouxuError } from "../domain/errors.js";

export interface ListenPlace {
  readonly host: string;
  readonly port: number;
  /** Key of the configuration that says so. */
  readonly key: "server" | "server.tls" | "metrics";
  /** Of the port below it; `port` where it is left out. */
  readonly portKey?: "loopbackPort";
}

/** Where metrics are told without a token. */
export const loopbackPlace = (port: number): ListenPlace => ({
  host: "127.0.0.1",
  port,
  key: "metrics",
  portKey: "loopbackPort",
});

/** What the system's code for a failed attempt to listen means; null: nothing that an owner can mend. */
export const listenFault = (code: string, { host, port, key, portKey }: ListenPlace): YouxuError | null => {
  const portPlace = `${key}.${portKey ?? "port"}`;
  switch (code) {
    case "EADDRINUSE":
      return new YouxuError("address.in-use", `${host}:${port} is taken`, portPlace);
    case "EACCES":
      return new YouxuError("address.unusable", `no right to listen at port ${port}`, portPlace);
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
