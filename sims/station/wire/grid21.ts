import { type Handler, type HandlerContext, type Payload, isoTime, objectOf, textOf } from "./words.js";

/** Fields of SetDERControl that hold the control itself, and where a report tells it. */
const REPORT_FIELDS: Readonly<Record<string, { readonly list: string; readonly inner: string }>> = {
  curve: { list: "curve", inner: "curve" },
  enterService: { list: "enterService", inner: "enterService" },
  fixedPFAbsorb: { list: "fixedPFAbsorb", inner: "fixedPF" },
  fixedPFInject: { list: "fixedPFInject", inner: "fixedPF" },
  fixedVar: { list: "fixedVar", inner: "fixedVar" },
  freqDroop: { list: "freqDroop", inner: "freqDroop" },
  gradient: { list: "gradient", inner: "gradient" },
  limitMaxDischarge: { list: "limitMaxDischarge", inner: "limitMaxDischarge" },
};
/** Kinds that have neither defaults nor rivals. */
const PLAIN = ["enterService", "gradient"];

const fieldOf = (control: Payload): string | undefined =>
  Object.keys(REPORT_FIELDS).find((field) => field in control);

/** A control begins at once where it is no default, and says so. */
const setDerControl: Handler = (payload, { controls, follow, operations }) => {
  const controlId = textOf(payload["controlId"]) ?? "";
  if (fieldOf(payload) === undefined) return { status: "Rejected" };
  controls.set(controlId, payload);
  if (payload["isDefault"] !== true)
    follow({
      action: "NotifyDERStartStop",
      payload: { controlId, started: true, timestamp: isoTime(operations.now()) },
    });
  return { status: "Accepted" };
};

const matching = ({ controls }: HandlerContext, wanted: Payload): [string, Payload][] =>
  [...controls].filter(([id, control]) => {
    const byId = wanted["controlId"] === undefined || wanted["controlId"] === id;
    const byKind = wanted["controlType"] === undefined || wanted["controlType"] === control["controlType"];
    const byRank = wanted["isDefault"] === undefined || wanted["isDefault"] === control["isDefault"];
    return byId && byKind && byRank;
  });

const reported = ([id, control]: [string, Payload]): Payload => {
  const field = fieldOf(control) ?? "curve";
  const { list, inner } = REPORT_FIELDS[field] ?? { list: "curve", inner: "curve" };
  const rank = PLAIN.includes(field) ? {} : { isDefault: control["isDefault"], isSuperseded: false };
  const kind = field === "curve" ? { curveType: control["controlType"] } : {};
  return { [list]: [{ id, [inner]: objectOf(control[field]), ...rank, ...kind }] };
};

const getDerControl: Handler = (payload, context) => {
  const found = matching(context, payload);
  if (found.length === 0) return { status: "NotFound" };
  found.forEach((entry, index) =>
    context.follow({
      action: "ReportDERControl",
      payload: { requestId: payload["requestId"], tbc: index < found.length - 1, ...reported(entry) },
    }),
  );
  return { status: "Accepted" };
};

const clearDerControl: Handler = (payload, context) => {
  const found = matching(context, payload);
  for (const [id] of found) context.controls.delete(id);
  return { status: found.length === 0 ? "NotFound" : "Accepted" };
};

/** An empty battery goes in, a full one comes out. */
const requestBatterySwap: Handler = ({ requestId, idToken }, { follow }) => {
  const swap = (eventType: string, serialNumber: string, soC: number, evseId: number): void =>
    follow({
      action: "BatterySwap",
      payload: { eventType, requestId, idToken, batteryData: [{ evseId, serialNumber, soC, soH: 95 }] },
    });
  swap("BatteryIn", `empty-${String(requestId)}`, 12, 1);
  swap("BatteryOut", `full-${String(requestId)}`, 97, 2);
  return { status: "Accepted" };
};

/** What the grid and swapped batteries are about, in a virtual station of OCPP 2.1. */
export const gridHandlers: Readonly<Record<string, Handler>> = {
  SetDERControl: setDerControl,
  GetDERControl: getDerControl,
  ClearDERControl: clearDerControl,
  AFRRSignal: () => ({ status: "Accepted" }),
  RequestBatterySwap: requestBatterySwap,
  GetPeriodicEventStream: () => ({}),
  AdjustPeriodicEventStream: () => ({ status: "Rejected" }),
  NotifyAllowedEnergyTransfer: () => ({ status: "Accepted" }),
};
