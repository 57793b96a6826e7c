/** The TLS listener: two certificates, the suites that OCPP demands, no older protocol, and renewal. */
import { afterEach, describe, expect, it } from "vitest";
import type { TLSSocket } from "node:tls";
import { until } from "../ocpp/harness.js";
import { papersOf } from "./papers.js";
import { openTlsStage, type TlsStage } from "./stage.js";

let tls: TlsStage;
afterEach(() => tls.close());

const open = async (): Promise<void> => {
  tls = await openTlsStage({ stations: { CP1: {} } });
};
const keyKind = (socket: TLSSocket): string => {
  const shown = socket.getPeerCertificate();
  socket.destroy();
  return "modulus" in shown && shown.modulus !== undefined ? "RSA" : "EC";
};

describe("a central system offers each suite that OCPP names [A00.FR.318, A00.FR.421]", () => {
  it.each([
    ["ECDHE-ECDSA-AES128-GCM-SHA256", "EC"],
    ["ECDHE-ECDSA-AES256-GCM-SHA384", "EC"],
    ["AES128-GCM-SHA256", "RSA"],
    ["AES256-GCM-SHA384", "RSA"],
  ])("%s with its %s certificate", async (ciphers, kind) => {
    await open();
    const socket = await tls.shake({ ciphers, maxVersion: "TLSv1.2" });
    expect(socket.authorized).toBe(true);
    expect(socket.getCipher().name).toBe(ciphers);
    expect(keyKind(socket)).toBe(kind);
  });

  it("and takes the first of them that a station knows with forward secrecy", async () => {
    await open();
    const all = "AES128-GCM-SHA256:AES256-GCM-SHA384:ECDHE-ECDSA-AES256-GCM-SHA384";
    const socket = await tls.shake({ ciphers: all, maxVersion: "TLSv1.2" });
    expect(socket.getCipher().name).toBe("ECDHE-ECDSA-AES256-GCM-SHA384");
    socket.destroy();
  });

  it("and TLS 1.3 to those that know it", async () => {
    await open();
    const socket = await tls.shake({});
    expect(socket.getProtocol()).toBe("TLSv1.3");
    socket.destroy();
  });
});

describe("what is refused [A00.FR.313, A00.FR.416]", () => {
  it.each([
    ["TLS 1.1", { maxVersion: "TLSv1.1", minVersion: "TLSv1", ciphers: "DEFAULT@SECLEVEL=0" }],
    ["a suite without authentication", { maxVersion: "TLSv1.2", ciphers: "AECDH-AES128-SHA@SECLEVEL=0" }],
    ["a suite of CBC and SHA-1", { maxVersion: "TLSv1.2", ciphers: "ECDHE-RSA-AES128-SHA" }],
  ] as const)("%s", async (_, options) => {
    await open();
    await expect(tls.shake(options)).rejects.toThrow(/alert|handshake|protocol|cipher/i);
    expect(await tls.knock("CP1")).toBe(101);
  });

  it("a session is not taken up again", async () => {
    await open();
    const first = await tls.shake({ maxVersion: "TLSv1.2" });
    const session = first.getSession();
    first.destroy();
    const second = await tls.shake({ maxVersion: "TLSv1.2", ...(session && { session }) });
    expect(second.isSessionReused()).toBe(false);
    second.destroy();
  });
});

describe("renewal", () => {
  it("new connections see the new certificate, and those that stand stay", async () => {
    await open();
    const standing = await tls.stage.connect("CP1", "1.6", {
      endpoint: `wss://127.0.0.1:${tls.listener.port()}/ocpp`,
      wsOpts: { ca: tls.trust.root.cert },
    });
    const next = await papersOf(tls.trust.root, { commonName: "renewed", use: "server" });
    tls.listener.renew({ certificates: [next], clientCas: [], clientCrls: [] });
    const socket = await tls.shake();
    expect(socket.getPeerCertificate().subject.CN).toBe("renewed");
    socket.destroy();
    expect(await standing.call("Heartbeat", {})).toHaveProperty("currentTime");
    expect(tls.stage.central.connections()).toMatchObject([{ stationId: "CP1", profile: 2 }]);
  });

  it("material that cannot be used changes nothing", async () => {
    await open();
    const broken = { cert: tls.trust.ec.cert, key: "no key" };
    expect(() => tls.listener.renew({ certificates: [broken], clientCas: [], clientCrls: [] })).toThrow();
    const socket = await tls.shake();
    expect(socket.authorized).toBe(true);
    socket.destroy();
  });
});

it("whoever says nothing, or what is no TLS, disturbs nobody", async () => {
  await open();
  const { connect } = await import("node:net");
  const plain = connect(tls.listener.port(), "127.0.0.1");
  const silent = connect(tls.listener.port(), "127.0.0.1");
  let over = false;
  plain.on("error", () => undefined).on("close", () => (over = true));
  plain.write("GET /ocpp/CP1 HTTP/1.1\r\n\r\n");
  await until(() => over);
  expect(await tls.knock("CP1")).toBe(101);
  silent.destroy();
});
