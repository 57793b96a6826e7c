import * as fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createMessageLog } from "../../src/ocpp/server/message-log.js";
import type { LoggedMessage } from "../../src/ports/message-log.js";
import { answering, openStage, type Stage } from "./harness.js";
import { rawStation } from "./raw.js";

const from = (stationId: string, text: string) => ({
  stationId,
  atMs: 1,
  direction: "from-station" as const,
  text,
});
const call = (id: string, action: string, payload: object = {}): string =>
  JSON.stringify([2, id, action, payload]);

describe("the log of messages", () => {
  it("keeps the newest, in order, in a bounded number of bytes, whatever comes", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_000 }),
        fc.array(fc.tuple(fc.constantFrom("A", "B"), fc.string({ maxLength: 60 })), { maxLength: 200 }),
        (room, messages) => {
          const log = createMessageLog(room);
          for (const [stationId, text] of messages) log.record(from(stationId, text));
          const kept = ["A", "B"].flatMap((id) => log.of(id, { limit: 1_000 }));
          const ids = kept.map(({ id }) => id).toSorted((a, b) => a - b);
          expect(ids).toEqual(ids.map((_, at) => messages.length - ids.length + 1 + at));
          expect(kept.reduce((total, { text }) => total + text.length, 0)).toBeLessThanOrEqual(room);
          // One more would not have fitted: what goes goes for want of room.
          const gone = messages.length - ids.length;
          const taken = messages.slice(gone).reduce((total, [, text]) => total + 120 + text.length, 0);
          if (gone > 0) expect(taken + 120 + (messages[gone - 1]?.[1].length ?? 0)).toBeGreaterThan(room);
          for (const id of ["A", "B"]) {
            const own = log.of(id, { limit: 1_000 });
            expect(own.map(({ id: number }) => number)).toEqual(
              own.map(({ id: number }) => number).toSorted((a, b) => a - b),
            );
          }
        },
      ),
    );
  });

  it("forgets ten thousand messages as they come, and knows the last", () => {
    const log = createMessageLog(10_000);
    for (let index = 0; index < 10_000; index++) log.record(from("A", call(String(index), "Heartbeat")));
    const kept = log.of("A", { limit: 1_000 });
    expect(kept.length).toBeGreaterThan(50);
    expect(kept.at(-1)).toMatchObject({ id: 10_000, action: "Heartbeat" });
    expect(log.of("A", { limit: 2 }).map(({ id }) => id)).toEqual([9_999, 10_000]);
    expect(log.of("A", { limit: 10, afterId: 9_998 }).map(({ id }) => id)).toEqual([9_999, 10_000]);
  });

  it("tells of an answer the action of its call, the newest with that id", () => {
    const log = createMessageLog(100_000);
    const say = (text: string): void => log.record(from("A", text));
    say(JSON.stringify([3, "1", {}]));
    say(call("1", "Heartbeat"));
    say(JSON.stringify([3, "1", { currentTime: "x" }]));
    say(call("1", "Reset"));
    log.record(from("B", call("1", "ClearCache")));
    say(JSON.stringify([4, "1", "NotSupported", "no", {}]));
    say(JSON.stringify([6, "2", "NotifyPeriodicEventStream", {}]));
    say("not JSON");
    expect(log.of("A", { limit: 10 }).map(({ type, action }) => [type, action])).toEqual([
      ["result", null],
      ["call", "Heartbeat"],
      ["result", "Heartbeat"],
      ["call", "Reset"],
      ["error", "Reset"],
      ["send", "NotifyPeriodicEventStream"],
      [null, null],
    ]);
    expect(log.of("A", { limit: 10, action: "Reset" }).map(({ type }) => type)).toEqual(["call", "error"]);
  });

  it("takes the password out of what it shows, however it is sent", () => {
    const log = createMessageLog(100_000);
    const secret = "0a1b2c3d4e5f60718293";
    const component = { name: "SecurityCtrlr" };
    const variable = { name: "BasicAuthPassword" };
    for (const text of [
      call("1", "ChangeConfiguration", { key: "AuthorizationKey", value: secret }),
      call("2", "SetVariables", { setVariableData: [{ component, variable, attributeValue: secret }] }),
      JSON.stringify([3, "3", { configurationKey: [{ key: "AuthorizationKey", value: secret }] }]),
      JSON.stringify([3, "4", { getVariableResult: [{ component, variable, attributeValue: secret }] }]),
      `[2,"5","ChangeConfiguration",{"key":"AuthorizationKey","value":"${secret}"`,
    ])
      log.record(from("A", text));
    const shown = log.of("A", { limit: 10 });
    expect(shown).toHaveLength(5);
    expect(JSON.stringify(shown)).not.toContain(secret);
    expect(shown[0]?.text).toContain('"key":"AuthorizationKey","value":"•••"');
  });

  it("takes out every secret that a setting, a field or a link may hold", () => {
    const log = createMessageLog(100_000);
    const secret = "0a1b2c3d4e5f60718293";
    const of = (component: string, name: string) => ({ component: { name: component }, variable: { name } });
    const event = { ...of("NetworkConfiguration", "ApnPassword"), actualValue: secret };
    const variableAttribute = [{ type: "Actual", value: secret }];
    const attributeValue = secret;
    for (const text of [
      call("1", "ChangeConfiguration", { key: "authorizationkey", value: secret }),
      call("2", "SetVariables", {
        setVariableData: ["ApnPassword", "VpnPassword", "VpnKey", "ApnSimPin", "basicauthpassword"].map(
          (name) => ({ ...of("NetworkConfiguration", name), attributeValue }),
        ),
      }),
      call("3", "NotifyReport", { reportData: [{ ...of("N", "VPNPASSWORD"), variableAttribute }] }),
      call("4", "NotifyEvent", { eventData: [event] }),
      call("5", "SetNetworkProfile", { connectionData: { BasicAuthPassword: secret } }),
      call("6", "GetDiagnostics", { location: `ftp://me:${secret}@host/logs` }),
      call("7", "UpdateFirmware", { firmware: { location: `https://host/a.bin?signature=${secret}` } }),
      call("8", "GetLog", { log: { remoteLocation: `https://host/files/upload/${secret}/a.log` } }),
      JSON.stringify([4, "6", "InternalError", `no answer of ftp://me:${secret}@host/logs`, {}]),
      `[2,"9","GetDiagnostics",{"location":"ftp:\\/\\/me:${secret}@host"`,
      `[2,"9","SetVariables",{"variable":{"name":"VPNKEY"},"attributeValue":"${secret}"`,
    ])
      log.record(from("A", text));
    const shown = log.of("A", { limit: 20 });
    expect(shown).toHaveLength(11);
    for (const { text } of shown) expect(text).not.toContain(secret);
    expect(shown[5]?.text).toContain("ftp://•••@host/logs");
    expect(shown[6]?.text).toContain("https://host/a.bin?•••");
  });

  it("tells those who follow what is then kept, entry by entry, with room for few and whenever they begin", () => {
    const message = fc.tuple(
      fc.constantFrom("A", "B"),
      fc.oneof(
        fc
          .tuple(fc.constantFrom("1", "2", "3"), fc.constantFrom("Heartbeat", "Reset"))
          .map(([id, action]) => call(id, action)),
        fc.constantFrom("1", "2", "3").map((id) => JSON.stringify([3, id, {}])),
        fc.constantFrom("1", "2").map((id) => JSON.stringify([4, id, "GenericError", "", {}])),
        fc.constant("rubbish"),
      ),
    );
    const messages = fc.array(message, { maxLength: 40 });
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 3_000 }), messages, messages, (room, before, after) => {
        const log = createMessageLog(room);
        for (const [stationId, text] of before) log.record(from(stationId, text));
        const heard: LoggedMessage[] = [];
        log.follow("A", (one) => void heard.push(one));
        for (const [stationId, text] of after) {
          log.record(from(stationId, text));
          if (stationId === "A") expect(heard.at(-1)).toEqual(log.of("A", { limit: 1 })[0]);
        }
        expect(heard).toHaveLength(after.filter(([stationId]) => stationId === "A").length);
      }),
    );
  });

  it("reads no more for a follower than what came, however much is kept", () => {
    const log = createMessageLog(10_000_000);
    for (let index = 0; index < 5_000; index++) log.record(from("A", call(String(index), "Heartbeat")));
    log.follow("A", () => undefined);
    const filtered = vi.spyOn(Array.prototype, "flatMap");
    const sought = vi.spyOn(String.prototype, "includes");
    log.record(from("A", JSON.stringify([3, "never called", {}])));
    const looks = filtered.mock.calls.length + sought.mock.calls.length;
    vi.restoreAllMocks();
    expect(looks).toBe(0);
  });

  it("calls those who follow a station, until they end it", () => {
    const log = createMessageLog(100_000);
    const heard: LoggedMessage[] = [];
    const end = log.follow("A", (message) => void heard.push(message));
    log.record(from("A", call("1", "Heartbeat")));
    log.record(from("B", call("1", "Reset")));
    end();
    log.record(from("A", call("2", "Heartbeat")));
    expect(heard.map(({ action }) => action)).toEqual(["Heartbeat"]);
  });
});

describe("what goes over a station's wire is logged", () => {
  let stage: Stage;
  afterEach(() => stage.close());

  it("calls and answers of both sides, and what is no message", async () => {
    stage = await openStage();
    const client = await stage.connect("CP1", "2.0.1");
    answering(client, {});
    await client.call("Heartbeat", {});
    await stage.central.link.send("CP1", { kind: "clear-cache" });
    const shown = stage.central.messages.of("CP1", { limit: 100 });
    expect(shown.map(({ direction, type, action }) => `${direction} ${type} ${action}`)).toEqual([
      "from-station call Heartbeat",
      "to-station result Heartbeat",
      "to-station call ClearCache",
      "from-station result ClearCache",
    ]);
    const raw = await rawStation(stage.port, "CP2");
    raw.socket.send("rubbish");
    raw.socket.send(Buffer.from([1, 2]));
    await expect
      .poll(() => stage.central.messages.of("CP2", { limit: 10 }).map(({ text }) => text))
      .toEqual(["rubbish", "(a binary message)"]);
    raw.socket.close();
  });
});
