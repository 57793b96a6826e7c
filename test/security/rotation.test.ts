/** Passwords change without a moment in which a station is locked out, and profiles rise by command. */
import { afterEach, describe, expect, it } from "vitest";
import { createStationRegistry, type ManagedStationRegistry } from "../../src/accounts/station-registry.js";
import { createStationSecurity, type StationSecurity } from "../../src/accounts/station-security.js";
import type { OcppVersion } from "../../src/domain/fleet.js";
import type { SecurityProfile } from "../../src/domain/security.js";
import { EMPTY_FILE } from "../../src/management/file.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import type { Documents } from "../../src/ports/documents.js";
import { answering, type Call, openStage, type Stage } from "../ocpp/harness.js";
import { upgradeStatus } from "../ocpp/raw.js";

let stage: Stage;
let registry: ManagedStationRegistry;
let security: StationSecurity;
let first: string;
/** What the station speaks, once it is connected. */
let speaks: OcppVersion | null;
let file = EMPTY_FILE;
const documents = (): Documents => createMemoryDocuments();
afterEach(() => stage.close());

const registryOf = (kept: Documents): ManagedStationRegistry =>
  createStationRegistry({
    documents: kept,
    pepper: "pepper",
    configured: [{ id: "CP-file", password: "0123456789abcdef" }],
    stated: new Map([["CP1", { securityProfile: 1, serialNumber: null }]]),
  });

const open = async (kept = documents()): Promise<void> => {
  registry = registryOf(kept);
  first = (await registry.add("CP1")).password;
  stage = await openStage({ registry });
  speaks = null;
  const files = { of: async () => file };
  security = createStationSecurity({
    registry,
    link: stage.central.link,
    files,
    served: [1, 2],
    versionOf: () => speaks,
    ownUrl: () => "wss://csms.example/ocpp/",
  });
};

type Answer = (call: Call) => object | Promise<object>;

/** A station that is connected with the first password and answers the change of it. */
const connect = async (spoken: OcppVersion, answer: Answer): Promise<Call[]> => {
  const client = await stage.connect("CP1", spoken, { password: first });
  speaks = spoken;
  return answering(client, { ChangeConfiguration: answer, SetVariables: answer });
};
const PLACE = { component: { name: "SecurityCtrlr" }, variable: { name: "BasicAuthPassword" } };
const result = (version: OcppVersion, status: string): Answer => {
  const answer =
    version === "1.6" ? { status } : { setVariableResult: [{ ...PLACE, attributeStatus: status }] };
  return () => answer;
};
/** The password that a station was sent, as its version says it. */
const sentIn = (calls: readonly Call[]): string => {
  const call = calls.find(({ method }) => method === "ChangeConfiguration" || method === "SetVariables");
  return /"(?:value|attributeValue)":"([^"]*)"/.exec(JSON.stringify(call?.params))?.[1] ?? "none was sent";
};
const comes = async (password: string | Buffer): Promise<number> => {
  const credentials = Buffer.concat([Buffer.from("CP1:"), Buffer.from(password)]);
  const authorization = `Basic ${credentials.toString("base64")}`;
  return (await upgradeStatus(stage.port, "/ocpp/CP1", { authorization })).status;
};

const wish = (profile: SecurityProfile, change: { tell?: boolean; url?: string } = {}) => ({
  profile,
  tell: true,
  url: null,
  networkInterface: null,
  ...change,
});

const VERSIONS = ["1.6", "2.0.1", "2.1"] as const;

describe.each(VERSIONS)("OCPP %s: a new password", (version) => {
  it("that was accepted and used is the only one from then on [A01.FR.03]", async () => {
    await open();
    const calls = await connect(version, result(version, "Accepted"));
    expect(await security.rotate("CP1")).toEqual({ status: "accepted" });
    const next = sentIn(calls);
    expect(next).toMatch(/^[0-9a-f]{32}$/);
    expect(await comes(first)).toBe(101);
    expect(await comes(next)).toBe(101);
    expect(await comes(first)).toBe(401);
    expect(await comes(next)).toBe(101);
  });

  it("that was refused is worth nothing, and the old one stays", async () => {
    await open();
    const calls = await connect(version, result(version, "Rejected"));
    expect(await security.rotate("CP1")).toMatchObject({ status: "rejected" });
    expect([await comes(sentIn(calls)), await comes(first)]).toEqual([401, 101]);
  });

  it("whose answer was lost is valid beside the old one until the station comes with it", async () => {
    await open();
    const calls = await connect(version, () => {
      stage.central.dismiss("CP1");
      return new Promise(() => undefined);
    });
    expect(await security.rotate("CP1")).toMatchObject({ status: "timeout" });
    expect(await comes(first)).toBe(101);
    expect(await comes(sentIn(calls))).toBe(101);
    expect(await comes(first)).toBe(401);
  });

  it("that needs a reboot first counts as accepted", async () => {
    await open();
    await connect(version, result(version, "RebootRequired"));
    expect(await security.rotate("CP1")).toEqual({ status: "accepted", detail: "RebootRequired" });
    expect(await comes(first)).toBe(101);
  });

  it("never stands in the log, nor in the messages that an operator reads", async () => {
    await open();
    const calls = await connect(version, result(version, "Accepted"));
    await security.rotate("CP1");
    const shown = JSON.stringify([stage.lines, stage.central.messages.of("CP1", { limit: 100 })]);
    expect(shown).toContain(version === "1.6" ? "AuthorizationKey" : "BasicAuthPassword");
    expect(shown).not.toContain(sentIn(calls));
    expect(JSON.stringify(stage.gateway.reports)).not.toContain(sentIn(calls));
  });
});

describe("a crash between keeping and sending", () => {
  it("leaves both passwords valid after the restart, until one is known to be the station's", async () => {
    const kept = documents();
    await open(kept);
    const { password } = await registry.beginRotation("CP1");
    const after = registryOf(kept);
    expect(await after.authenticate("CP1", first)).toBe(true);
    expect(await after.authenticate("CP1", password)).toBe(true);
    await after.entered("CP1", { profile: 1, password: Buffer.from(password), certificate: null });
    expect(await after.authenticate("CP1", first)).toBe(false);
  });
});

describe("a rotation", () => {
  it("of a station that is not connected changes nothing", async () => {
    await open();
    expect(await security.rotate("CP1")).toMatchObject({ status: "offline" });
    expect(await comes(first)).toBe(101);
    for (let turn = 0; turn < 9; turn += 1) await security.rotate("CP1");
    expect(await comes(first)).toBe(101);
  });

  it("whose outcomes stay unknown is not begun without end", async () => {
    await open();
    for (let turn = 0; turn < 4; turn += 1) await registry.beginRotation("CP1");
    await expect(security.rotate("CP1")).rejects.toMatchObject({ code: "station.rotating" });
    expect(await comes(first)).toBe(101);
  });

  it("is refused where the site file states the password, or there is none", async () => {
    await open();
    for (const id of ["CP-file", "CP-nobody"])
      await expect(security.rotate(id)).rejects.toMatchObject({ code: "station.password-elsewhere" });
  });

  it("takes the new password as the octets that its digits stand for, too", async () => {
    await open();
    const calls = await connect("1.6", result("1.6", "Accepted"));
    await security.rotate("CP1");
    expect(await comes(Buffer.from(sentIn(calls), "hex"))).toBe(101);
    expect(await comes(first)).toBe(401);
  });
});

describe("raising a profile", () => {
  it("1.6 is told by its key; who refuses may not rise, who accepts may", async () => {
    await open();
    const answers = ["Rejected", "Accepted"];
    const calls = await connect("1.6", () => ({ status: answers.shift() }));
    expect(await security.raise("CP1", wish(2))).toMatchObject({ status: "rejected" });
    expect((await registry.profileOf("CP1")).rising).toBeNull();
    expect(await security.raise("CP1", wish(2))).toEqual({ status: "accepted" });
    expect((await registry.profileOf("CP1")).rising).toBe(2);
    expect(calls.filter(({ method }) => method === "ChangeConfiguration").at(-1)?.params).toEqual({
      key: "SecurityProfile",
      value: "2",
    });
  });

  it("one that is told at its own page is awaited, and told nothing", async () => {
    await open();
    const calls = await connect("2.1", () => ({ status: "Accepted" }));
    expect(await security.raise("CP1", wish(2, { tell: false }))).toEqual({ status: "accepted" });
    expect((await registry.profileOf("CP1")).rising).toBe(2);
    expect(calls.filter(({ method }) => method === "SetVariables")).toEqual([]);
  });

  it("to the same, a lower one, or one that nothing serves is refused", async () => {
    await open();
    await connect("1.6", () => ({ status: "Accepted" }));
    for (const profile of [0, 1, 3] as const)
      await expect(security.raise("CP1", wish(profile))).rejects.toMatchObject({
        code: "station.profile",
      });
  });
});

const PRIORITY = {
  component: { name: "OCPPCommCtrlr" },
  variable: { name: "NetworkConfigurationPriority" },
};
const told = (values: string): typeof file => ({
  ...EMPTY_FILE,
  settings: {
    report: null,
    settings: [
      {
        name: "OCPPCommCtrlr.NetworkConfigurationPriority",
        value: "1",
        readOnly: false,
        unit: null,
        dataType: "SequenceList",
        values,
        toldMs: 0,
      },
    ],
  },
});

/** Answers of a 2.x station: its priority, and how it takes a profile and a new priority. */
interface Ways {
  readonly priority: string | null;
  readonly profile?: string;
  readonly write?: string;
}
const comesBy = async (
  spoken: "2.0.1" | "2.1",
  { priority, profile = "Accepted", write = "Accepted" }: Ways,
): Promise<Call[]> => {
  const client = await stage.connect("CP1", spoken, { password: first });
  speaks = spoken;
  return answering(client, {
    GetVariables: () => ({
      getVariableResult: [
        priority === null
          ? { ...PRIORITY, attributeStatus: "UnknownVariable" }
          : { ...PRIORITY, attributeStatus: "Accepted", attributeValue: priority },
      ],
    }),
    SetNetworkProfile: () => ({ status: profile }),
    SetVariables: () => ({ setVariableResult: [{ ...PRIORITY, attributeStatus: write }] }),
  });
};
/** The slot that was written and the priority, as they were on the wire. */
const written = (calls: readonly Call[]): string =>
  calls
    .flatMap(({ method, params }) => {
      if (method === "SetNetworkProfile")
        return [`slot ${/"configurationSlot":(\d+)/.exec(JSON.stringify(params))?.[1]}`];
      if (method === "SetVariables")
        return [`first ${/"attributeValue":"([^"]*)"/.exec(JSON.stringify(params))?.[1]}`];
      return [];
    })
    .join(", ");

describe.each([
  ["2.0.1", "OCPP20", "Wired0"],
  ["2.1", "OCPP21", "Any"],
] as const)("raising a profile of OCPP %s", (spoken, name, ocppInterface) => {
  it("writes a network profile of the higher one, and puts it first", async () => {
    await open();
    const calls = await comesBy(spoken, { priority: "0", write: "RebootRequired" });
    expect(await security.raise("CP1", wish(2))).toEqual({ status: "accepted", detail: "RebootRequired" });
    expect((await registry.profileOf("CP1")).rising).toBe(2);
    expect(calls.filter(({ method }) => /Network|Variables/.test(method))).toEqual([
      { method: "GetVariables", params: { getVariableData: [PRIORITY] } },
      {
        method: "SetNetworkProfile",
        params: {
          configurationSlot: 1,
          connectionData: {
            ocppVersion: name,
            ocppTransport: "JSON",
            ocppCsmsUrl: "wss://csms.example/ocpp",
            messageTimeout: 30,
            securityProfile: 2,
            ocppInterface,
          },
        },
      },
      { method: "SetVariables", params: { setVariableData: [{ ...PRIORITY, attributeValue: "1,0" }] } },
    ]);
  });

  it.each([
    ["the next", "1,2", null, "slot 3, first 3,1,2"],
    ["one that the station has and does not use", "0,2", "0,1,2", "slot 1, first 1,0,2"],
    ["where all are used, the last", "2,1,0", "0,1,2", "slot 0, first 0,2,1"],
    ["none where there is the present one alone", "1", "1", ""],
    ["none where the priority is not told", null, null, ""],
  ])("goes to a slot: %s", async (_name, priority, values, sent) => {
    await open();
    file = values === null ? EMPTY_FILE : told(values);
    const calls = await comesBy(spoken, { priority });
    const outcome = await security.raise("CP1", wish(2));
    file = EMPTY_FILE;
    expect(written(calls)).toBe(sent);
    expect(outcome.status).toBe(sent === "" ? "rejected" : "accepted");
    expect((await registry.profileOf("CP1")).rising).toBe(sent === "" ? null : 2);
  });

  it.each([
    ["the profile", { profile: "Rejected" }, "slot 1"],
    ["its place", { write: "Rejected" }, "slot 1, first 1,0"],
  ])("ends the wish of a station that refuses %s", async (_name, refusal, sent) => {
    await open();
    const calls = await comesBy(spoken, { priority: "0", ...refusal });
    expect(await security.raise("CP1", wish(2))).toMatchObject({ status: "rejected" });
    expect(written(calls)).toBe(sent);
    expect((await registry.profileOf("CP1")).rising).toBeNull();
  });

  it.each(["ws://csms.example", "<this computer's address>", "wss://<this computer's address>:1"])(
    "sends nothing where %s is to be its address",
    async (url) => {
      await open();
      const calls = await comesBy(spoken, { priority: "0" });
      await expect(security.raise("CP1", wish(2, { url }))).rejects.toMatchObject({
        code: "station.profile",
        place: "body.url",
      });
      expect(written(calls)).toBe("");
      expect((await registry.profileOf("CP1")).rising).toBeNull();
    },
  );
});

describe("a station that tells its own password", () => {
  const secret = "a password that nobody should see";
  const value = { attributeStatus: "Accepted", attributeValue: secret };
  it.each([
    [
      "1.6",
      "AuthorizationKey",
      { configurationKey: [{ key: "AuthorizationKey", readonly: false, value: secret }] },
    ],
    ["2.0.1", "SecurityCtrlr.BasicAuthPassword", { getVariableResult: [{ ...PLACE, ...value }] }],
  ] as const)("OCPP %s: it is shown to no operator, nor in its messages", async (version, name, answer) => {
    await open();
    const client = await stage.connect("CP1", version, { password: first });
    answering(client, { GetConfiguration: () => answer, GetVariables: () => answer });
    const outcome = await stage.central.link.send("CP1", { kind: "read-settings", names: [name] });
    expect(outcome).toMatchObject({ status: "accepted", settings: [{ name, value: "•••" }] });
    expect(JSON.stringify(stage.central.messages.of("CP1", { limit: 100 }))).not.toContain(secret);
  });

  it("OCPP 2.1: a report of its settings is kept without it", async () => {
    await open();
    const news: unknown[] = [];
    await stage.close();
    stage = await openStage({ registry, note: (each) => void news.push(each) });
    const client = await stage.connect("CP1", "2.1", { password: first });
    const reportData = [{ ...PLACE, variableAttribute: [{ type: "Actual", value: secret }] }];
    await client.call("NotifyReport", {
      requestId: 1,
      seqNo: 0,
      generatedAt: "2026-01-01T00:00:00Z",
      reportData,
    });
    expect(JSON.stringify(news)).toContain("BasicAuthPassword");
    expect(JSON.stringify(news)).not.toContain(secret);
    expect(JSON.stringify(stage.central.messages.of("CP1", { limit: 100 }))).not.toContain(secret);
  });
});
