import { DER_FIELDS } from "../../domain/commands/grid-control.js";
import type { DerControl } from "../../domain/station-file/grid-control.js";
import type { InboundHandler } from "../common/codec.js";
import { listAt, objectAt, type Payload, textAt } from "../wire.js";

type Reported = Omit<DerControl, "isActive" | "toldMs">;

const LONGEST_ID = 36;
const idOf = (from: Payload, key: string): string => (textAt(from, key) ?? "").slice(0, LONGEST_ID);
const idsAt = (from: Payload, key: string): string[] => {
  const ids = from[key];
  return Array.isArray(ids) ? ids.filter((id): id is string => typeof id === "string").slice(0, 24) : [];
};

/** Each field of a report that holds controls, the kind of them where the field has but one, and where it stands. */
const REPORTED: readonly (readonly [list: string, parameters: string, kind: string | null])[] = [
  ["curve", "curve", null],
  ["enterService", "enterService", "EnterService"],
  ["fixedPFAbsorb", "fixedPF", "FixedPFAbsorb"],
  ["fixedPFInject", "fixedPF", "FixedPFInject"],
  ["fixedVar", "fixedVar", "FixedVar"],
  ["freqDroop", "freqDroop", "FreqDroop"],
  ["gradient", "gradient", "Gradients"],
  ["limitMaxDischarge", "limitMaxDischarge", "LimitMaxDischarge"],
];

/** A part of what a station holds, asked for by GetDERControl; the one without `tbc` is the last. */
export const reportDerControl: InboundHandler = (payload, { stationId, nowMs }) => ({
  news: [
    {
      kind: "der-reported",
      stationId,
      atMs: nowMs,
      controls: REPORTED.flatMap(([list, parameters, kind]) =>
        listAt(payload, list).map(
          (told): Reported => ({
            controlId: idOf(told, "id"),
            controlType: kind ?? textAt(told, "curveType"),
            isDefault: typeof told["isDefault"] === "boolean" ? told["isDefault"] : null,
            isSuperseded: told["isSuperseded"] === true,
            parameters: objectAt(told, parameters),
          }),
        ),
      ),
      more: payload["tbc"] === true,
    },
  ],
  answer: () => ({}),
});

/** A control begins or ends: while it is in force discharge is not counted on, unless we know how much it leaves. */
export const notifyDerStartStop: InboundHandler = (payload, { stationId, nowMs }) => {
  const [controlId, supersededIds] = [idOf(payload, "controlId"), idsAt(payload, "supersededIds")];
  const started = payload["started"] === true;
  const at = { stationId, atMs: nowMs };
  return {
    reports: [{ kind: "der-control", ...at, controlId, started, supersededIds }],
    news: [{ kind: "der-switched", ...at, controlId, started, supersededIds }],
    answer: () => ({}),
  };
};

/** A control saw a fault of the grid, or saw it end. */
export const notifyDerAlarm: InboundHandler = (payload, { stationId, nowMs, readTime }) => {
  const kind = textAt(payload, "controlType") ?? "";
  const details = [
    textAt(payload, "gridEventFault"),
    payload["alarmEnded"] === true ? "ended" : null,
    textAt(payload, "extraInfo")?.slice(0, 200) ?? null,
  ];
  return {
    news: [
      {
        kind: "event",
        stationId,
        atMs: nowMs,
        event: {
          atMs: nowMs,
          stationMs: readTime(textAt(payload, "timestamp")),
          topic: "grid",
          type: kind in DER_FIELDS ? kind : "unknown",
          detail: details.filter((one) => one !== null).join(" · "),
        },
      },
    ],
    answer: () => ({}),
  };
};
