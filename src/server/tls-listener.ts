import { constants } from "node:crypto";
import { createServer, type Server } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { type SecureContextOptions, TLSSocket } from "node:tls";
import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import { createAttempts } from "../domain/attempts.js";
import { MINUTE_MS, SECOND_MS } from "../domain/units.js";

/** What a TLS server shows and whom it believes; all PEM. */
export interface TlsMaterial {
  readonly certificates: readonly { readonly cert: string; readonly key: string }[];
  /** Authorities of client certificates; none: no client is asked for one. */
  readonly clientCas: readonly string[];
  readonly clientCrls: readonly string[];
}

/**
 * What OCPP demands of a central system: forward secrecy with an EC key first, and static RSA for stations
 * that know nothing else; beside them what browsers speak.
 */
const SUITES = [
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
  "TLS_AES_128_GCM_SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "AES256-GCM-SHA384",
  "AES128-GCM-SHA256",
].join(":");

/**
 * Sessions are not resumed: a certificate that was revoked or whose authority was taken away would live on
 * in a ticket. OCPP forbids compression and renegotiation, and so does this.
 */
const contextOf = ({ certificates, clientCas, clientCrls }: TlsMaterial): SecureContextOptions => ({
  cert: certificates.map(({ cert }) => cert),
  key: certificates.map(({ key }) => key),
  ...(clientCas.length === 0 ? {} : { ca: [...clientCas] }),
  ...(clientCrls.length === 0 ? {} : { crl: [...clientCrls] }),
  minVersion: "TLSv1.2",
  ciphers: SUITES,
  honorCipherOrder: true,
  secureOptions:
    constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION | constants.SSL_OP_NO_COMPRESSION,
});

export interface TlsListener {
  readonly server: Server;
  listen(at: { host: string; port: number }): Promise<void>;
  port(): number;
  /** For connections from now on; throws when it cannot be used, and then nothing changes. */
  renew(material: TlsMaterial): void;
  close(): Promise<void>;
}

const HANDSHAKE_TIMEOUT_MS = 10 * SECOND_MS;
/** Time for requests under way to be answered when it closes. */
const CLOSE_AFTER_MS = 2 * SECOND_MS;

/** The same routes as `app` serves, with TLS. Throws where the material cannot be used. */
export const createTlsListener = (
  app: Pick<FastifyInstance, "routing">,
  material: TlsMaterial,
  log: FastifyBaseLogger,
): TlsListener => {
  const server = createServer(
    {
      ...contextOf(material),
      // Whom a certificate belongs to is judged where its owner is known; pages and passwords need none.
      requestCert: material.clientCas.length > 0,
      rejectUnauthorized: false,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    },
    (request, response) => app.routing(request, response),
  );
  logFailures(server, log);
  return {
    server,
    listen: (at) =>
      new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(at, () => {
          server.off("error", reject);
          resolve();
        });
      }),
    port: () => portOf(server.address()),
    renew: (next) => server.setSecureContext(contextOf(next)),
    close: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), CLOSE_AFTER_MS).unref();
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
};

const portOf = (address: AddressInfo | string | null): number =>
  address === null || typeof address === "string" ? 0 : address.port;

/** A line per address and cause a minute: strangers must not fill the log. */
const logFailures = (server: Server, log: FastifyBaseLogger): void => {
  const told = createAttempts(MINUTE_MS);
  server.on("tlsClientError", (error: Error & { code?: string }, socket: Socket) => {
    const address = (socket instanceof TLSSocket ? socket.remoteAddress : undefined) ?? "unknown";
    const key = `${address} ${error.code ?? error.message}`;
    const isTold = told.blockedUntilMs([[key, 1]], Date.now()) !== null;
    if (!isTold) log.warn({ address, cause: error.code ?? error.message }, "a TLS handshake failed");
    told.failed(key, Date.now());
    socket.destroy();
  });
};
