import type { BatterySwapCommand } from "../../domain/commands/battery-swap.js";
import { DER_FIELDS, type GridControlCommand } from "../../domain/commands/grid-control.js";
import type { EventStream, StreamCommand } from "../../domain/commands/streams.js";
import type { CommandOutcome } from "../../domain/command.js";
import { call, type SayingsOf } from "../common/operate.js";
import { outcomeOf } from "../common/outcome.js";
import { writeTime } from "../common/time.js";
import { listAt, numberAt, objectAt, type Payload } from "../wire.js";

const given = (fields: Readonly<Record<string, unknown>>): Payload =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));

/** Controls of what a station feeds into the grid, and the grid operator's signal. */
const gridControl: SayingsOf<GridControlCommand> = {
  "set-der-control": {
    write: ({ controlId, controlType, isDefault, parameters }) =>
      call("SetDERControl", {
        isDefault,
        controlId,
        controlType,
        [DER_FIELDS[controlType]]: parameters,
      }),
    read: (answer) => withSuperseded(answer),
  },
  "get-der-controls": {
    write: ({ isDefault, controlType, controlId }, { nextId }) => {
      const requestId = nextId();
      const wanted = given({ isDefault, controlType, controlId });
      return { ...call("GetDERControl", { requestId, ...wanted }), requestId };
    },
  },
  "clear-der-control": {
    write: ({ isDefault, controlType, controlId }) =>
      call("ClearDERControl", { isDefault, ...given({ controlType, controlId }) }),
  },
  "afrr-signal": {
    write: ({ signal, atMs }) => call("AFRRSignal", { timestamp: writeTime(atMs), signal }),
    read: (answer) => withoutCurve(answer),
  },
};

/** A station turns the signal into power by the signal curve of its profile, and ours have none. */
const withoutCurve = (answer: Payload): CommandOutcome => {
  const outcome = outcomeOf(answer);
  const detail =
    "moves no power by itself: the charging profiles that this system sends have no signal curve (v2xSignalWattCurve)";
  return outcome.status === "accepted" ? { ...outcome, detail } : outcome;
};

/** A control may take the place of others of its kind: their ids are the detail. */
const withSuperseded = (answer: Payload): CommandOutcome => {
  const outcome = outcomeOf(answer);
  const ids = answer["supersededIds"];
  if (outcome.status !== "accepted" || !Array.isArray(ids) || ids.length === 0) return outcome;
  return { ...outcome, detail: `supersedes ${ids.join(", ")}` };
};

const batterySwap: SayingsOf<BatterySwapCommand> = {
  "request-battery-swap": {
    write: ({ idToken }, { nextId }) => {
      const requestId = nextId();
      const payload = { requestId, idToken: { idToken, type: "Central" } };
      return { ...call("RequestBatterySwap", payload), requestId };
    },
  },
};

const streamOf = (stream: Payload): EventStream => {
  const params = objectAt(stream, "params");
  return {
    streamId: numberAt(stream, "id") ?? 0,
    monitorId: numberAt(stream, "variableMonitoringId") ?? 0,
    intervalS: numberAt(params, "interval"),
    values: numberAt(params, "values"),
  };
};

const streams: SayingsOf<StreamCommand> = {
  "list-streams": {
    write: () => call("GetPeriodicEventStream", {}),
    read: (answer) => ({ status: "accepted", streams: listAt(answer, "constantStreamData").map(streamOf) }),
  },
  "adjust-stream": {
    write: ({ streamId, intervalS, values }) =>
      call("AdjustPeriodicEventStream", { id: streamId, params: given({ interval: intervalS, values }) }),
  },
};

/** An operator's commands that only OCPP 2.1 has. */
export const sayings21 = { ...gridControl, ...batterySwap, ...streams };
