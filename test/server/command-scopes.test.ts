/** Which commands need more than `operate`: those that may cost us a station, or give it to somebody else. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scopeOfCommand } from "../../src/server/command-scopes.js";
import { commandRequest } from "../../src/server/schemas/command.js";
import { everyPart, type EveryPartStage } from "./every-part.js";
import { bearer, type Harness, startHarness } from "./harness.js";

const PEM = "-----BEGIN CERTIFICATE-----";
const checksum = "0".repeat(32);
const certificate = {
  hashAlgorithm: "SHA256",
  issuerNameHash: "00",
  issuerKeyHash: "00",
  serialNumber: "1",
};

const DANGEROUS: Readonly<Record<string, object>> = {
  "set-network-profile": { slot: 1, profile: { url: "wss://host/ocpp", securityProfile: 2 } },
  "install-certificate": { use: "v2g", certificate: PEM },
  "delete-certificate": { certificate },
  "renew-certificate": {},
  "update-firmware": { location: "https://maker/fw.bin" },
  "publish-firmware": { location: "https://maker/fw.bin", checksum },
  "unpublish-firmware": { checksum },
};

const transfer = { kind: "data-transfer", vendorId: "maker" };

let stage: EveryPartStage;
let harness: Harness;
beforeAll(async () => {
  stage = await everyPart("CP01");
  harness = await startHarness({
    settingsProfiles: { apply: async () => [] },
    stationTasks: stage.parts.stationTasks,
  });
});
afterAll(async () => {
  await harness.app.close();
  await stage.close();
});

const ask = (kind: string, scopes: string, station = "CP01") =>
  harness.app.inject({
    method: "POST",
    url: `/api/v1/stations/${station}/commands`,
    headers: bearer(scopes),
    payload: { kind, ...DANGEROUS[kind] },
  });

describe.each(Object.keys(DANGEROUS))("%s", (kind) => {
  it("is not asked by who may operate alone, and by who may administer too", async () => {
    const refused = await ask(kind, "operate");
    expect([refused.statusCode, refused.json()]).toMatchObject([
      403,
      { code: "auth.forbidden", place: "body.kind", message: expect.stringContaining("`admin`") },
    ]);
    expect(harness.operations.commanded).toEqual([]);
    expect((await ask(kind, "admin")).statusCode).toBe(403);
    expect((await ask(kind, "operate+admin")).statusCode).toBe(200);
    expect(harness.operations.commanded.splice(0)).toMatchObject([{ command: { kind } }]);
  });

  it("is asked of many stations by who may administer too, as of one", async () => {
    const task = { command: { kind, ...DANGEROUS[kind] }, selection: {} };
    const refused = await post("tasks", "operate", task);
    expect([refused.statusCode, refused.json()]).toMatchObject([
      403,
      { code: "auth.forbidden", place: "body.command.kind", message: expect.stringContaining("`admin`") },
    ]);
    expect((await post("tasks", "operate+admin", task)).statusCode).toBe(201);
  });

  it("tells who may not ask it nothing of which stations there are", async () => {
    expect((await ask(kind, "operate", "nowhere")).statusCode).toBe(403);
  });
});

it("every other command is one that the scope operate is enough for, whatever it is about", () => {
  const kinds = commandRequest.options.map(({ shape }) => shape.kind.value);
  expect(kinds.length).toBeGreaterThan(30);
  const dangerous = kinds.filter((kind) => scopeOfCommand(kind) === "admin");
  expect(dangerous.toSorted()).toEqual(Object.keys(DANGEROUS).toSorted());
});

const post = (url: string, scopes: string, payload: object) =>
  harness.app.inject({ method: "POST", url: `/api/v1/${url}`, headers: bearer(scopes), payload });

const SECURED = {
  "1.6": [
    "AuthorizationKey",
    "SecurityProfile",
    "AdditionalRootCertificateCheck",
    "CpoName",
    "CertificateSignedMaxChainSize",
    "CertificateStoreMaxLength",
    "CertSigningRepeatTimes",
    "CertSigningWaitMinimum",
    "CentralContractValidationAllowed",
    "ContractValidationOffline",
    "ISO15118PnCEnabled",
    "SupportedFileTransferProtocols",
  ],
  "2.x": [
    "OCPPCommCtrlr.NetworkConfigurationPriority",
    "OCPPCommCtrlr.NetworkProfileConnectionAttempts",
    "OCPPCommCtrlr.MessageTimeout[Default]",
    "OCPPCommCtrlr.WebSocketPingInterval",
    "ocppcommctrlr@1.networkconfigurationpriority",
    "SecurityCtrlr.BasicAuthPassword",
    "SecurityCtrlr.Identity",
    "SecurityCtrlr.OrganizationName",
    "SecurityCtrlr.AdditionalRootCertificateCheck",
    "NetworkConfiguration[1].OcppCsmsUrl",
    "NetworkConfiguration[1].SecurityProfile",
    "AuthCtrlr.MasterPassGroupId",
    "ISO15118Ctrlr.CentralContractValidationAllowed",
    "ISO15118Ctrlr.ContractCertificateInstallationEnabled",
    "ISO15118Ctrlr.ContractValidationOffline",
    "ISO15118Ctrlr.CountryName",
    "ISO15118Ctrlr.OrganizationName",
    "ISO15118Ctrlr.PnCEnabled",
    "ISO15118Ctrlr.SeccId",
    "ISO15118Ctrlr.V2GCertificateInstallationEnabled",
  ],
  "makers' own": [
    "CentralSystemUrl",
    "Backend_URL",
    "OcppServerAddress",
    "ChargeBoxIdentity",
    "WifiPassword",
    "ApnName",
    "SshEnabled",
    "TLSVersion",
    "WebSocketURL",
    "CSURL",
    "OcppServer",
    "BackendIp",
    "ws_host",
    "Endpoint",
    "ocpp.wsUrl",
    "serverip",
    "IPAddress",
  ],
} as const;

describe.each(Object.entries(SECURED))("settings of security, %s", (_version, names) => {
  it.each(names)(
    "%s is written by who may administer too, alone, among others and at a whole site",
    async (name) => {
      const wanted = { name, value: "x" };
      const harmless = { name: "SampledDataCtrlr.TxUpdatedInterval", value: "60" };
      const ways: [url: string, payload: object][] = [
        ["stations/CP01/commands", { kind: "write-setting", ...wanted }],
        ["stations/CP01/commands", { kind: "write-settings", settings: [harmless, wanted] }],
        ["sites/jinan/settings", { settings: [harmless, wanted] }],
        ["sites/jinan/settings", { settings: [wanted], dryRun: true }],
      ];
      for (const [url, payload] of ways) {
        const refused = await post(url, "operate", payload);
        expect(refused.json()).toMatchObject({
          code: "auth.forbidden",
          message: expect.stringContaining(name),
        });
        expect((await post(url, "operate+admin", payload)).statusCode).toBe(200);
      }
      harness.operations.commanded.splice(0);
    },
  );
});

it.each([
  "HeartbeatInterval",
  "MeterValueSampleInterval",
  "LocalPreAuthorize",
  "OCPPCommCtrlr.HeartbeatInterval",
  "OCPPCommCtrlr.OfflineThreshold",
  "SmartChargingCtrlr.LimitChangeSignificance",
  "SampledDataCtrlr.TxUpdatedInterval",
  "TxCtrlr.StopTxOnEVSideDisconnect",
  "AuthCtrlr.AuthorizeRemoteStart",
  "SupportedFeatureProfiles",
])("%s is an operator's", async (name) => {
  const payload = { kind: "write-setting", name, value: "1" };
  expect((await post("stations/CP01/commands", "operate", payload)).statusCode).toBe(200);
});

it.each([
  ["a new key", { kind: "trigger", message: "SignChargingStationCertificate" }],
  ["a new key for cars", { kind: "trigger", message: "SignV2GCertificate" }],
  ["a maker's own trigger", { kind: "trigger", message: "CustomTrigger", custom: "Rekey" }],
  ["newer messages to older stations", { ...transfer, messageId: "InstallCertificate", data: "{}" }],
  ["newer firmware messages", { ...transfer, messageId: "SignedUpdateFirmware", data: "{}" }],
  ["a variable inside", { ...transfer, data: '{"variable":"NetworkConfigurationPriority"}' }],
  ["an address inside", { ...transfer, messageId: "Configure", data: '{"backend-url":"wss://elsewhere"}' }],
  [
    "a key in escapes of JSON",
    { ...transfer, data: String.raw`{"key":"Authorization\u004bey","value":"x"}` },
  ],
  ["a key in escapes alone", { ...transfer, data: String.raw`set Authorization\u004bey` }],
  ["a key in base64", { ...transfer, data: btoa('{"key":"AuthorizationKey","value":"x"}') }],
  ["JSON in JSON", { ...transfer, data: JSON.stringify({ a: [String.raw`{"b":"Security\u0050rofile"}`] }) }],
  ["base64 in JSON", { ...transfer, data: JSON.stringify({ payload: btoa("SecurityProfile=1") }) }],
  ["a maker's key", { ...transfer, data: '{"key":"CSURL","value":"x"}' }],
  ["a host alone", { ...transfer, data: '{"to":"csms.elsewhere.example:9000/ocpp"}' }],
  ["an address of numbers", { ...transfer, data: '{"to":"10.0.0.9"}' }],
  ["a host as any setting's value", { kind: "write-setting", name: "Maker7", value: "elsewhere.example" }],
  ["an address as any setting's value", { kind: "write-setting", name: "Maker7", value: "[fe80::1]:9000" }],
  ["a URL among others", { kind: "write-setting", name: "Maker7", value: "1;ws://elsewhere/;2" }],
])("by another way, %s, it is no operator's either", async (_what, payload) => {
  const url = "stations/CP01/commands";
  expect((await post(url, "operate", payload)).json()).toMatchObject({ code: "auth.forbidden" });
  expect((await post(url, "operate+admin", payload)).statusCode).toBe(200);
});

it.each([
  { kind: "trigger", message: "BootNotification" },
  { ...transfer, messageId: "SetUserPrice", data: '{"priceText":"1 CNY"}' },
  { ...transfer, vendorId: "com.maker", messageId: "Beep", data: '{"times":"3","hourlyRate":1.5}' },
  { ...transfer, data: "HeartbeatInterval=60" },
  { kind: "write-setting", name: "MeterValuesSampledData", value: "Energy.Active.Import.Register" },
  { kind: "write-setting", name: "Maker7", value: "08:30:00" },
  { kind: "write-setting", name: "Maker7", value: "0.95" },
  { kind: "write-setting", name: "SupportLevel", value: "Power.Active.Import,SoC" },
])("%j stays an operator's", async (payload) => {
  expect((await post("stations/CP01/commands", "operate", payload)).statusCode).toBe(200);
});
