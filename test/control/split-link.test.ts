/**
 * Commands about several things, at stations that take only so many of them in a message and refuse the message
 * otherwise, over real websockets: in parts that each station takes, answered as one.
 */
import { RPCError } from "ocpp-rpc";
import { afterEach, describe, expect, it } from "vitest";
import { splitLink } from "../../src/control/split-link.js";
import type { StationCommand } from "../../src/domain/command.js";
import type { OcppVersion } from "../../src/domain/fleet.js";
import { EMPTY_FILE } from "../../src/management/file.js";
import { listAt, objectAt, textAt } from "../../src/ocpp/wire.js";
import { answering, type Handler, openStage, type Stage } from "../ocpp/harness.js";

let stage: Stage;
afterEach(() => stage.close());

const LISTS = {
  GetConfiguration: "key",
  GetVariables: "getVariableData",
  SetVariables: "setVariableData",
  SetVariableMonitoring: "setMonitoringData",
  ClearVariableMonitoring: "id",
} as const;
type Action = keyof typeof LISTS;

interface Bounds {
  readonly items: number;
  readonly bytes: number;
}

const sized = (action: Action, { items, bytes }: Bounds, answer: Handler): Handler => {
  return ({ method, params }) => {
    const isMany = listOf(params[LISTS[action]]).length > items;
    const isLong = JSON.stringify([2, "0".repeat(36), action, params]).length > bytes;
    if (isMany || isLong) throw new TooMany();
    return answer({ method, params });
  };
};

class TooMany extends RPCError {
  override rpcErrorCode = "OccurrenceConstraintViolation";
  override rpcErrorMessage = "too many";
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

const ANSWERS: Record<Action, Handler> = {
  GetConfiguration: ({ params }) => ({
    configurationKey: listOf(params["key"]).map((key) => ({
      key,
      readonly: false,
      value: `of ${String(key)}`,
    })),
  }),
  GetVariables: ({ params }) => ({
    getVariableResult: listAt(params, "getVariableData").map((entry) => ({
      ...entry,
      attributeStatus: "Accepted",
      attributeValue: `of ${textAt(objectAt(entry, "variable"), "name")}`,
    })),
  }),
  SetVariables: ({ params }) => ({
    setVariableResult: listAt(params, "setVariableData").map(({ component, variable, attributeValue }) => ({
      component,
      variable,
      attributeStatus: attributeValue === "7" ? "RebootRequired" : "Accepted",
    })),
  }),
  SetVariableMonitoring: ({ params }) => ({
    setMonitoringResult: listAt(params, "setMonitoringData").map(
      ({ component, variable, type, severity }) => ({
        component,
        variable,
        type,
        severity,
        status: "Accepted",
      }),
    ),
  }),
  ClearVariableMonitoring: ({ params }) => ({
    clearMonitoringResult: listOf(params["id"]).map((id) => ({ id, status: "Accepted" })),
  }),
};

const NAMES = [1, 2, 3, 4, 5, 6, 7].map((number) => `OCPPCommCtrlr.Variable${number}`);

/** What is told to a station with these settings, and how it goes. */
const tell = async (told: {
  readonly version: OcppVersion;
  readonly action: Action;
  readonly command: StationCommand;
  readonly bounds: Partial<Bounds>;
  readonly settings: Readonly<Record<string, string>>;
  readonly answer?: Handler;
}) => {
  const { version, action, command, settings } = told;
  stage = await openStage();
  const peer = await stage.connect("CP1", version);
  const bounds = { items: Infinity, bytes: Infinity, ...told.bounds };
  const calls = answering(peer, { [action]: sized(action, bounds, told.answer ?? ANSWERS[action]) });
  const known = Object.entries(settings).map(([name, value]) => ({ name, value }));
  const file = { ...EMPTY_FILE, settings: { ...EMPTY_FILE.settings, settings: known.map(asKnown) } };
  const link = splitLink({ link: stage.central.link, files: { of: async () => file } });
  const outcome = await link.send("CP1", command);
  const sizes = calls
    .filter(({ method }) => method === action)
    .map(({ params }) => listOf(params[LISTS[action]]).length);
  return { outcome, sizes };
};

const read = { kind: "read-settings", names: NAMES } as const;
const write: StationCommand = {
  kind: "write-settings",
  settings: NAMES.map((name, index) => ({ name, value: String(index + 1) })),
};
const watch: StationCommand = {
  kind: "set-monitors",
  monitors: NAMES.map((name) => ({
    name,
    type: "delta",
    value: 1,
    severity: 5,
    inTransaction: false,
    id: null,
  })),
};

describe("a station that refuses more than it told that it takes", () => {
  it.each<[OcppVersion, Action, StationCommand, string, number, number[]]>([
    ["1.6", "GetConfiguration", read, "GetConfigurationMaxKeys", 3, [3, 3, 1]],
    ["2.0.1", "GetVariables", read, "DeviceDataCtrlr.ItemsPerMessage[GetVariables]", 3, [3, 3, 1]],
    ["2.1", "GetVariables", read, "DeviceDataCtrlr.ItemsPerMessage[GetVariables]", 7, [7]],
    ["2.0.1", "SetVariables", write, "DeviceDataCtrlr.ItemsPerMessage[SetVariables]", 4, [4, 3]],
    ["2.1", "SetVariables", write, "DeviceDataCtrlr.ItemsPerMessage[SetVariables]", 1, [1, 1, 1, 1, 1, 1, 1]],
    [
      "2.0.1",
      "SetVariableMonitoring",
      watch,
      "MonitoringCtrlr.ItemsPerMessage[SetVariableMonitoring]",
      5,
      [5, 2],
    ],
    [
      "2.1",
      "ClearVariableMonitoring",
      { kind: "clear-monitors", ids: [1, 2, 3, 4, 5, 6, 7] },
      "MonitoringCtrlr.ItemsPerMessage[ClearVariableMonitoring]",
      2,
      [2, 2, 2, 1],
    ],
  ])("OCPP %s, %s: is told no more at once, and each thing once [B05.FR.11]", async (...row) => {
    const [version, action, command, setting, items, parts] = row;
    const told = { version, action, command, bounds: { items }, settings: { [setting]: String(items) } };
    const { outcome, sizes } = await tell(told);
    expect(sizes).toEqual(parts);
    const things = "settings" in outcome ? outcome.settings : "results" in outcome ? outcome.results : [];
    expect(new Set(things?.map((thing) => ("name" in thing ? thing.name : thing.item))).size).toBe(7);
    expect(things?.every(({ why }) => why === null)).toBe(true);
  });

  it("of bytes: is told no longer a message", async () => {
    const settings = { "DeviceDataCtrlr.BytesPerMessage[SetVariables]": "900" };
    const told = {
      version: "2.0.1",
      action: "SetVariables",
      command: write,
      bounds: { bytes: 900 },
      settings,
    } as const;
    const { outcome, sizes } = await tell(told);
    expect(sizes.length).toBeGreaterThan(1);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(7);
    expect(outcome).toMatchObject({ status: "accepted", detail: "RebootRequired" });
  });

  it("without a word of it is told all at once, and its refusal is told as it is", async () => {
    const told = {
      version: "2.1",
      action: "GetVariables",
      command: read,
      bounds: { items: 3 },
      settings: {},
    } as const;
    const { outcome, sizes } = await tell(told);
    expect([sizes, outcome.status]).toEqual([[7], "error"]);
  });

  it("whose file cannot be read is told all at once", async () => {
    stage = await openStage();
    const calls = answering(await stage.connect("CP1", "2.1"), { GetVariables: ANSWERS.GetVariables });
    const files = { of: () => Promise.reject(new Error("the disk is gone")) };
    const outcome = await splitLink({ link: stage.central.link, files }).send("CP1", read);
    expect([calls.map(({ method }) => method), outcome.status]).toEqual([["GetVariables"], "accepted"]);
  });

  it("of one part: that part's things are refused, and the others stand", async () => {
    const { outcome, sizes } = await tell({
      version: "2.0.1",
      action: "SetVariables",
      command: write,
      bounds: {},
      settings: { "DeviceDataCtrlr.ItemsPerMessage[SetVariables]": "3" },
      answer: (call) => {
        if (JSON.stringify(call.params).includes("Variable4")) throw new TooMany();
        return ANSWERS.SetVariables(call);
      },
    });
    expect(sizes).toEqual([3, 3, 1]);
    const refused = "results" in outcome ? (outcome.results ?? []).filter(({ why }) => why !== null) : [];
    expect(refused.map(({ item }) => item)).toEqual(NAMES.slice(3, 6));
  });
});

function asKnown({ name, value }: { readonly name: string; readonly value: string }) {
  const untold = { readOnly: null, unit: null, dataType: null, values: null, toldMs: 0 };
  return { name, value, ...untold };
}
