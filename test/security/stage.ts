import { request } from "node:https";
import { pino } from "pino";
import type { ConnectionOptions } from "node:tls";
import { connect as connectTls, type TLSSocket } from "node:tls";
import {
  createStationRegistry,
  type ManagedStationRegistry,
  type StatedSecurity,
} from "../../src/accounts/station-registry.js";
import type { SecurityProfile, ShownCertificate } from "../../src/domain/security.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import type { Documents } from "../../src/ports/documents.js";
import { createTlsListener, type TlsListener, type TlsMaterial } from "../../src/server/tls-listener.js";
import { openStage, PASSWORD, type Stage } from "../ocpp/harness.js";
import { basic } from "../ocpp/raw.js";
import { type Papers, sharedTrust, type Trust } from "./papers.js";

export interface TlsStage {
  readonly stage: Stage;
  readonly trust: Trust;
  readonly listener: TlsListener;
  readonly registry: ManagedStationRegistry;
  readonly documents: Documents;
  readonly revoked: Set<string>;
  /** Status of an upgrade over TLS. */
  knock(identity: string, how?: Knock): Promise<number>;
  /** A TLS connection without anything said on it. */
  shake(options?: ConnectionOptions): Promise<TLSSocket>;
  close(): Promise<void>;
}

interface Knock {
  readonly papers?: Papers;
  readonly password?: string | null;
  readonly protocol?: string;
}

interface Setting {
  readonly stations: Record<
    string,
    { profile?: SecurityProfile; serialNumber?: string; password?: string | null }
  >;
  readonly documents?: Documents;
  readonly openNetworks?: readonly string[];
  readonly isRevoked?: (certificate: ShownCertificate) => Promise<boolean>;
  readonly material?: Partial<TlsMaterial>;
}

/** A central system with a plain and a TLS listener, and the real registry of stations behind both. */
export const openTlsStage = async (setting: Setting): Promise<TlsStage> => {
  const trust = await sharedTrust();
  const documents = setting.documents ?? createMemoryDocuments();
  const revoked = new Set<string>();
  const registry = createStationRegistry({
    documents,
    pepper: "a pepper",
    configured: Object.entries(setting.stations).flatMap(([id, { password = PASSWORD }]) =>
      password === null ? [] : [{ id, password }],
    ),
    stated: statedOf(setting),
    isRevoked:
      setting.isRevoked ?? (async ({ fingerprint256 }: ShownCertificate) => revoked.has(fingerprint256)),
  });
  const stage = await openStage({
    registry,
    documents,
    settings: { openNetworks: setting.openNetworks ?? [] },
    configured: new Set(Object.keys(setting.stations)),
  });
  const listener = createTlsListener(
    { routing: (_, response) => void response.end() },
    {
      certificates: [trust.ec, trust.rsa],
      clientCas: [trust.root.cert],
      clientCrls: [],
      ...setting.material,
    },
    pino({ level: "silent" }),
  );
  stage.central.attach(listener.server);
  await listener.listen({ host: "127.0.0.1", port: 0 });
  const open = { host: "127.0.0.1", port: listener.port(), ca: trust.root.cert };
  return {
    stage,
    trust,
    listener,
    registry,
    documents,
    revoked,
    knock: (identity, how = {}) => knockAt(open, identity, how),
    shake: (options = {}) =>
      new Promise((resolve, reject) => {
        const socket = connectTls({ ...open, ...options }, () => resolve(socket));
        socket.on("error", reject);
      }),
    close: async () => {
      await stage.close();
      listener.server.closeAllConnections();
      await listener.close();
    },
  };
};

const statedOf = ({ stations }: Setting): Map<string, StatedSecurity> =>
  new Map(
    Object.entries(stations).map(([id, { profile, serialNumber }]) => [
      id,
      { securityProfile: profile ?? null, serialNumber: serialNumber ?? null },
    ]),
  );

const knockAt = (
  open: { host: string; port: number; ca: string },
  identity: string,
  { papers, password = PASSWORD, protocol = "ocpp1.6" }: Knock,
): Promise<number> =>
  new Promise((resolve, reject) => {
    const outgoing = request({
      ...open,
      path: `/ocpp/${identity}`,
      agent: false,
      ...(papers === undefined ? {} : { cert: papers.cert, key: papers.key }),
      headers: {
        Connection: "Upgrade",
        Upgrade: "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": Buffer.alloc(16).toString("base64"),
        "Sec-WebSocket-Protocol": protocol,
        ...(password === null ? {} : { Authorization: basic(identity, password) }),
      },
    });
    outgoing.on("response", (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    outgoing.on("upgrade", (_, socket) => {
      socket.destroy();
      resolve(101);
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
