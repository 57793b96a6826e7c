/** The product with TLS, from the commands that make its certificates to a station that was revoked. */
import { X509Certificate } from "node:crypto";
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type PeerCertificate } from "node:tls";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { initCa, issueServerFiles, issueStationFiles, listIssued, revokeIssued } from "../../src/app/ca.js";
import { certificates } from "../../src/app/doctor/certificates.js";
import { writeSiteFile } from "../../src/app/init.js";
import { readConfig } from "../../src/app/read-config.js";
import { serve, type Serving } from "../../src/app/serve.js";
import { addStation } from "../../src/app/stations.js";
import { readTlsFiles, watchTlsFiles } from "../../src/app/tls-files.js";
import { addToken } from "../../src/app/tokens.js";
import type { TlsMaterial } from "../../src/server/tls-listener.js";
import { until } from "../ocpp/harness.js";
import { basic } from "../ocpp/raw.js";

let folder: string;
let configPath: string;
let serving: Serving | null = null;
const at = (name: string): string => join(folder, name);

/** An installation with its authority and certificates, made once: RSA keys take long to find. */
let template: string;
beforeAll(async () => {
  template = mkdtempSync(join(tmpdir(), "serve-tls-"));
  const path = join(template, "youxu.yaml");
  writeSiteFile(path, false);
  const text = readFileSync(path, "utf8")
    .replace("port: 8180", "port: 0")
    .replace(
      "      - id: pile-2",
      "      - id: pile-2\n        securityProfile: 3\n        serialNumber: SN-2",
    )
    .replace("server:", CONFIGURED);
  writeFileSync(path, text);
  await initCa(path, "a test authority");
  await issueServerFiles(path, ["localhost", "127.0.0.1"]);
});
afterAll(() => rmSync(template, { recursive: true, force: true }));

const CONFIGURED = `localCa: { folder: ca }
server:
  tls:
    host: 127.0.0.1
    port: 0
    certificates:
      - { certFile: ca/server-ec.pem, keyFile: ca/server-ec.key }
      - { certFile: ca/server-rsa.pem, keyFile: ca/server-rsa.key }`;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "serve-tls-"));
  cpSync(template, folder, { recursive: true });
  configPath = at("youxu.yaml");
});
afterEach(async () => {
  await serving?.close();
  serving = null;
  rmSync(folder, { recursive: true, force: true });
});

const start = async (): Promise<number> => {
  serving = await serve(configPath, {}, "silent");
  return serving.server.tlsPort!;
};
const root = (): Buffer => readFileSync(at("ca/root.pem"));

interface Papers {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** The code with which a station's connection begins; its socket stays open where `keep` takes it. */
const station = (
  port: number,
  identity: string,
  { password, papers, keep }: { password?: string; papers?: Papers; keep?: (socket: WebSocket) => void },
): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`wss://127.0.0.1:${port}/ocpp/${identity}`, ["ocpp2.0.1"], {
      ca: root(),
      ...papers,
      ...(password === undefined ? {} : { headers: { Authorization: basic(identity, password) } }),
    });
    socket.on("unexpected-response", (_, response) => resolve(response.statusCode ?? 0));
    socket.on("open", () => {
      resolve(101);
      if (keep === undefined) socket.close();
      else keep(socket);
    });
    socket.on("error", reject);
  });

const shown = (port: number): Promise<PeerCertificate> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, ca: root() }, () => {
      resolve(socket.getPeerCertificate());
      socket.destroy();
    });
    socket.on("error", reject);
  });

describe("serve with TLS", () => {
  it("lets stations in by password and by certificate, and serves the API; a revoked one is out", async () => {
    const added = await addStation(configPath, { id: "pile-1", isNew: false });
    expect(added.url).toMatch(/^wss:\/\/127\.0\.0\.1:0\/ocpp\/pile-1$/);
    expect(added.plainUrl).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/ocpp\/pile-1$/);
    expect(added.onlyHereBy).toBe("server.tls.host");
    const issued = await issueStationFiles(configPath, "pile-2");
    expect(statSync(issued.keyFile).mode & 0o777).toBe(0o600);
    const papers = { cert: readFileSync(issued.certFile), key: readFileSync(issued.keyFile) };
    const port = await start();
    expect(serving?.server.pileUrl).toBe(`wss://127.0.0.1:${port}/ocpp/`);
    expect(await station(port, "pile-1", { password: added.password })).toBe(101);
    expect(await station(port, "pile-2", { papers })).toBe(101);
    expect(await station(port, "pile-1", { papers })).toBe(401);
    expect(await station(port, "pile-2", {})).toBe(401);
    await revokeIssued(configPath, issued.serialNumber.toLowerCase());
    expect(await station(port, "pile-2", { papers })).toBe(401);
    const status = await new Promise((resolve, reject) =>
      get(`https://127.0.0.1:${port}/health/live`, { ca: root() }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on("error", reject),
    );
    expect(status).toBe(200);
  });

  it("gives a connected station its new password, and tells its security, over the API", async () => {
    const added = await addStation(configPath, { id: "pile-1", isNew: false });
    const { token } = await addToken(configPath, "admin", "admin");
    const port = await start();
    const passwords: string[] = [];
    await station(port, "pile-1", {
      password: added.password,
      keep: (socket) =>
        socket.on("message", (data: Buffer) => {
          const [type, id, action, payload] = JSON.parse(data.toString("utf8"));
          const [wanted] = payload?.setVariableData ?? [];
          if (type !== 2 || action !== "SetVariables") return;
          passwords.push(wanted.attributeValue);
          const { component, variable } = wanted;
          const setVariableResult = [{ component, variable, attributeStatus: "Accepted" }];
          socket.send(JSON.stringify([3, id, { setVariableResult }]));
        }),
    });
    const url = `${serving!.server.url}/api/v1/stations/pile-1/security`;
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const rotated = await fetch(`${url}/password`, { method: "POST", headers });
    expect([rotated.status, await rotated.json()]).toEqual([200, { status: "accepted" }]);
    expect(await station(port, "pile-1", { password: passwords[0]! })).toBe(101);
    expect(await station(port, "pile-1", { password: added.password })).toBe(401);
    expect(await (await fetch(url, { headers })).json()).toEqual({
      stationId: "pile-1",
      stated: null,
      reached: 2,
      rising: null,
    });
    const raise = (profile: unknown) =>
      fetch(`${url}/profile`, { method: "POST", headers, body: JSON.stringify({ profile, tell: false }) });
    expect((await raise(2)).status).toBe(409);
    expect((await raise(3)).status).toBe(200);
    expect(await (await fetch(url, { headers })).json()).toMatchObject({ rising: 3 });
    expect((await fetch(url.replace("pile-1", "nobody"), { headers })).status).toBe(404);
  });

  it("lists what its authority signed, and makes no second authority", async () => {
    expect(await listIssued(configPath)).toMatchObject([
      { use: "server", commonName: "localhost" },
      { use: "server", commonName: "localhost" },
    ]);
    await expect(initCa(configPath, "another")).rejects.toMatchObject({ code: "ca.exists" });
    await expect(issueStationFiles(configPath, "nobody")).rejects.toMatchObject({
      code: "not-found.station",
    });
    await expect(revokeIssued(configPath, "00")).rejects.toMatchObject({ code: "not-found.certificate" });
  });
});

describe("certificates that change on disk", () => {
  it("are shown to the next connection; what does not fit together is left alone", async () => {
    const { tls } = readConfig(configPath).config.server;
    const seen: TlsMaterial[] = [];
    const told: string[] = [];
    const log = (_: object, message: string) => void told.push(message);
    const watch = watchTlsFiles({
      tls: tls!,
      localRoots: [],
      renew: (material) => void seen.push(material),
      log: { info: log, error: log },
      lookEveryMs: 1,
    });
    await issueServerFiles(configPath, ["renewed"]);
    const names = () => seen.at(-1)?.certificates.map(({ cert }) => new X509Certificate(cert).subject);
    await until(() => JSON.stringify(names()) === JSON.stringify(["CN=renewed", "CN=renewed"]));
    const count = seen.length;
    writeFileSync(at("ca/server-ec.key"), readFileSync(at("ca/server-rsa.key")));
    await until(() => told.at(-1) === "certificates changed and cannot be used; those read before stand");
    expect(seen).toHaveLength(count);
    watch.close();
  });

  it("are told at the start with their places, all at once", async () => {
    const { tls } = readConfig(configPath).config.server;
    writeFileSync(at("ca/server-ec.key"), readFileSync(at("ca/server-rsa.key")));
    rmSync(at("ca/server-rsa.pem"));
    expect(() => readTlsFiles(tls!, [])).toThrow(
      /certificates\[0\] the key in .* is not that of[^]*certificates\[1\]\.certFile cannot be read/,
    );
    await expect(start()).rejects.toThrow(/is not that of/);
  });

  it("the doctor tells what is wrong, what ends soon, and that a kind is missing", () => {
    const { config } = readConfig(configPath);
    const states = (nowMs: number, change = config) => certificates(change, nowMs).map(({ state }) => state);
    expect(states(Date.now())).toEqual(["ok"]);
    expect(states(Date.now() + 380 * 86_400_000)).toEqual(["warning", "warning"]);
    const { tls } = config.server;
    const one = {
      ...config,
      server: { ...config.server, tls: { ...tls!, certificates: tls!.certificates.slice(1) } },
    };
    expect(certificates(one, Date.now())).toMatchObject([
      { state: "warning", detail: "none has an EC key: a station may know the other kind only" },
    ]);
    rmSync(at("ca/server-rsa.key"));
    expect(states(Date.now())).toEqual(["fault"]);
  });
});

describe("a profile that nothing serves is a fault of the configuration", () => {
  it.each([["securityProfile: 0", /pile-3|profile 0 needs its network in ocpp\.openNetworks/]])(
    "%s",
    (line, why) => {
      const text = readFileSync(configPath, "utf8").replace(
        "      - id: pile-1",
        `      - id: pile-1\n        ${line}`,
      );
      writeFileSync(configPath, text);
      expect(() => readConfig(configPath)).toThrow(why);
      appendFileSync(configPath, "\nocpp: { openNetworks: [192.168.7.0/24] }\n");
      expect(readConfig(configPath).config.ocpp.openNetworks).toEqual(["192.168.7.0/24"]);
    },
  );
  it.each(["2", "3"])("%s without server.tls", (profile) => {
    const text = readFileSync(configPath, "utf8")
      .replace(/ {2}tls:[^]*server-rsa.key \}\n/, "")
      .replace("securityProfile: 3", `securityProfile: ${profile}`);
    writeFileSync(configPath, text);
    expect(() => readConfig(configPath)).toThrow(/securityProfile.*needs server\.tls/);
  });
  it("3 without any authority", () => {
    writeFileSync(configPath, readFileSync(configPath, "utf8").replace("localCa: { folder: ca }\n", ""));
    expect(() => readConfig(configPath)).toThrow(/profile 3 needs an authority/);
  });
  it.each(["300.1.1.1", "10.0.0.0/33", "fd00::/129", "home"])("%s is no network", (network) => {
    appendFileSync(configPath, `\nocpp: { openNetworks: ["${network}"] }\n`);
    expect(() => readConfig(configPath)).toThrow(/no network/);
  });
});

it("the certificate that is shown is the one of the file", async () => {
  const port = await start();
  expect((await shown(port)).fingerprint256).toBe(
    new X509Certificate(readFileSync(at("ca/server-ec.pem"))).fingerprint256,
  );
});
