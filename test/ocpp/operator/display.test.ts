import { expect } from "vitest";
import type { OperatorCommand } from "../../../src/domain/command.js";
import type { DisplayMessage } from "../../../src/domain/commands/display.js";
import { accepted, checkRows, checkUnsent, type Row } from "./rows.js";

const plain: DisplayMessage = {
  messageId: 4,
  priority: "normal-cycle",
  state: null,
  fromMs: null,
  untilMs: null,
  transactionId: null,
  format: "utf8",
  language: null,
  content: "hello",
  display: null,
};
const AT = Date.parse("2026-01-14T10:00:00Z");
const set = (change: Partial<DisplayMessage> = {}): OperatorCommand => ({
  kind: "set-display-message",
  message: { ...plain, ...change },
});
const clear: OperatorCommand = { kind: "clear-display-message", messageId: 4 };
const report: OperatorCommand = { kind: "report-display-messages", messageIds: [] };

const ROWS: readonly Row[] = [
  [
    set(),
    "SetDisplayMessage",
    { message: { id: 4, priority: "NormalCycle", message: { format: "UTF8", content: "hello" } } },
    { status: "Accepted" },
    accepted,
  ],
  [
    set({
      priority: "always-front",
      state: "charging",
      fromMs: AT,
      untilMs: AT + 60_000,
      transactionId: "t",
      format: "html",
      language: "zh",
      display: "Display[left]@2",
    }),
    "SetDisplayMessage",
    {
      message: {
        id: 4,
        priority: "AlwaysFront",
        state: "Charging",
        startDateTime: "2026-01-14T10:00:00.000Z",
        endDateTime: "2026-01-14T10:01:00.000Z",
        transactionId: "t",
        message: { format: "HTML", language: "zh", content: "hello" },
        display: { name: "Display", instance: "left", evse: { id: 2 } },
      },
    },
    { status: "UnknownTransaction" },
    { status: "rejected", detail: "UnknownTransaction" },
  ],
  [
    { kind: "report-display-messages", messageIds: [4, 5] },
    "GetDisplayMessages",
    { requestId: expect.any(Number), id: [4, 5] },
    { status: "Accepted" },
    { status: "accepted", requestId: expect.any(Number) },
  ],
  [
    report,
    "GetDisplayMessages",
    { requestId: expect.any(Number) },
    { status: "Unknown" },
    { status: "accepted", detail: "Unknown", requestId: expect.any(Number) },
  ],
  [clear, "ClearDisplayMessage", { id: 4 }, { status: "Unknown" }, { status: "accepted", detail: "Unknown" }],
];

const ROWS_21: readonly Row[] = [
  [
    set({ format: "qrcode", state: "discharging" }),
    "SetDisplayMessage",
    {
      message: {
        id: 4,
        priority: "NormalCycle",
        state: "Discharging",
        message: { format: "QRCODE", content: "hello" },
      },
    },
    { status: "Accepted" },
    accepted,
  ],
];

checkRows([
  ["2.0.1", ROWS],
  ["2.1", [...ROWS, ...ROWS_21]],
]);

checkUnsent([
  ["1.6", set(), "unsupported", /no display messages/],
  ["1.6", clear, "unsupported", /no display messages/],
  ["1.6", report, "unsupported", /no display messages/],
  ["2.0.1", set({ format: "qrcode" }), "error", /against the schema/],
  ["2.1", set({ display: "A.b" }), "error", /"A\.b" is no component/],
]);
