import type { Server } from "node:https";
import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import type { TlsConfig } from "../config/index.js";
import { createTlsListener } from "../server/tls-listener.js";
import { readTlsFiles, watchTlsFiles } from "./tls-files.js";

export interface TlsParts {
  readonly files: TlsConfig;
  /** Roots of the local authority, PEM: its client certificates count too. */
  readonly localRoots: readonly string[];
  /** How often files are looked at; left out: every few seconds. */
  readonly lookEveryMs?: number;
}

export interface RunningTls {
  readonly server: Server;
  readonly listen: () => Promise<void>;
  port(): number;
  close(): Promise<void>;
}

/** The TLS listener of a configuration, its certificates read again whenever they change. */
export const openTls = (app: FastifyInstance, parts: TlsParts, log: FastifyBaseLogger): RunningTls => {
  const { files, localRoots } = parts;
  const listener = createTlsListener(app, readTlsFiles(files, localRoots), log);
  const watch = watchTlsFiles({ ...parts, tls: files, log, renew: (material) => listener.renew(material) });
  return {
    server: listener.server,
    listen: () => listener.listen({ host: files.host, port: files.port }),
    port: () => listener.port(),
    close: async () => {
      watch.close();
      await listener.close();
    },
  };
};
