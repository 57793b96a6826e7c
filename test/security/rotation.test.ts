/** Passwords change without a moment in which a station is locked out, and profiles rise by command. */
import { afterEach, describe, expect, it } from "vitest";
import { createStationRegistry, type ManagedStationRegistry } from "../../src/accounts/station-registry.js";
import { createStationSecurity, type StationSecurity } from "../../src/accounts/station-security.js";
import type { OcppVersion } from "../../src/domain/fleet.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import type { Documents } from "../../src/ports/documents.js";
import { answering, type Call, openStage, type Stage } from "../ocpp/harness.js";
import { upgradeStatus } from "../ocpp/raw.js";

let stage: Stage;
let registry: ManagedStationRegistry;
let security: StationSecurity;
let first: string;
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
  security = createStationSecurity({ registry, link: stage.central.link, served: [1, 2] });
};

type Answer = (call: Call) => object | Promise<object>;

/** A station that is connected with the first password and answers the change of it. */
const connect = async (version: OcppVersion, answer: Answer): Promise<Call[]> => {
  const client = await stage.connect("CP1", version, { password: first });
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
    expect(await security.raise("CP1", { profile: 2, tell: true })).toMatchObject({ status: "rejected" });
    expect((await registry.profileOf("CP1")).rising).toBeNull();
    expect(await security.raise("CP1", { profile: 2, tell: true })).toEqual({ status: "accepted" });
    expect((await registry.profileOf("CP1")).rising).toBe(2);
    expect(calls.filter(({ method }) => method === "ChangeConfiguration").at(-1)?.params).toEqual({
      key: "SecurityProfile",
      value: "2",
    });
  });

  it.each(["2.0.1", "2.1"] as const)(
    "%s rises by a network profile: it is awaited, and not told",
    async (version) => {
      await open();
      const calls = await connect(version, () => ({ status: "Accepted" }));
      expect(await security.raise("CP1", { profile: 2, tell: true })).toMatchObject({
        status: "unsupported",
        detail: expect.stringContaining("network profile"),
      });
      expect((await registry.profileOf("CP1")).rising).toBeNull();
      expect(await security.raise("CP1", { profile: 2, tell: false })).toEqual({ status: "accepted" });
      expect((await registry.profileOf("CP1")).rising).toBe(2);
      expect(calls.filter(({ method }) => method === "SetVariables")).toEqual([]);
    },
  );

  it("to the same, a lower one, or one that nothing serves is refused", async () => {
    await open();
    await connect("1.6", () => ({ status: "Accepted" }));
    for (const profile of [0, 1, 3] as const)
      await expect(security.raise("CP1", { profile, tell: true })).rejects.toMatchObject({
        code: "station.profile",
      });
  });
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
