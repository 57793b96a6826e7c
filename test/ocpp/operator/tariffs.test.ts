import type { OperatorCommand } from "../../../src/domain/command.js";
import type { DriverTariff, RunningCost } from "../../../src/domain/commands/tariffs.js";
import { accepted, checkRows, checkUnsent, type Row } from "./rows.js";

const tariff: DriverTariff = {
  tariffId: "night",
  currency: "CNY",
  text: "夜间",
  energy: [
    {
      pricePerKwh: 0.3,
      when: { fromTime: "22:00", weekdays: [1, 7], fromDate: "2026-01-01", toDate: "2026-07-01" },
    },
    { pricePerKwh: 0.9, when: {} },
  ],
  pricePerIdleMinute: 0.1,
  fixedFee: 2,
};
const written = {
  tariffId: "night",
  currency: "CNY",
  description: [{ format: "UTF8", content: "夜间" }],
  energy: {
    prices: [
      {
        priceKwh: 0.3,
        conditions: {
          startTimeOfDay: "22:00",
          dayOfWeek: ["Monday", "Sunday"],
          validFromDate: "2026-01-01",
          validToDate: "2026-07-01",
        },
      },
      { priceKwh: 0.9 },
    ],
  },
  idleTime: { prices: [{ priceMinute: 0.1 }] },
  fixedFee: { prices: [{ priceFixed: 2 }] },
};
const setDefault = (given: DriverTariff | null, evseId: number | null): OperatorCommand => ({
  kind: "set-default-tariff",
  evseId,
  tariff: given,
});
const change: OperatorCommand = { kind: "change-transaction-tariff", transactionId: "7", tariff };
const get: OperatorCommand = { kind: "get-tariffs", evseId: null };
const clear: OperatorCommand = { kind: "clear-tariffs", tariffIds: ["a", "b"], evseId: 2 };
const cost: RunningCost = {
  transactionId: "7",
  totalCost: 1.25,
  atMs: 0,
  meterWh: 1234.4,
  isCharging: true,
  pricePerKwh: 0.5,
  next: { atMs: 3_600_000, pricePerKwh: 0.25 },
};
const running: OperatorCommand = { kind: "running-cost", cost };
const final: OperatorCommand = { kind: "final-cost", transactionId: "7", totalCost: 2, text: "2.00 CNY" };
const price: OperatorCommand = { kind: "user-price", idToken: "CARD", text: "0.50 CNY/kWh" };

const COST_UPDATED: Row = [running, "CostUpdated", { transactionId: "7", totalCost: 1.25 }, {}, accepted];

const ROWS_21: readonly Row[] = [
  COST_UPDATED,
  [
    setDefault(tariff, null),
    "SetDefaultTariff",
    { evseId: 0, tariff: written },
    { status: "Accepted" },
    accepted,
  ],
  [
    setDefault(tariff, 2),
    "SetDefaultTariff",
    { evseId: 2, tariff: written },
    { status: "ConditionNotSupported" },
    { status: "rejected", detail: "ConditionNotSupported" },
  ],
  [
    change,
    "ChangeTransactionTariff",
    { transactionId: "7", tariff: written },
    { status: "TxNotFound" },
    { status: "rejected", detail: "TxNotFound" },
  ],
  [
    get,
    "GetTariffs",
    { evseId: 0 },
    {
      status: "Accepted",
      tariffAssignments: [
        { tariffId: "a", tariffKind: "DefaultTariff", validFrom: "1970-01-01T00:00:01Z", evseIds: [1, 2] },
        { tariffId: "b", tariffKind: "DriverTariff" },
      ],
    },
    {
      status: "accepted",
      tariffs: [
        { tariffId: "a", kind: "default", validFromMs: 1_000, evseIds: [1, 2] },
        { tariffId: "b", kind: "driver", validFromMs: null, evseIds: [] },
      ],
    },
  ],
  [get, "GetTariffs", { evseId: 0 }, { status: "NoTariff" }, { status: "accepted", tariffs: [] }],
  [
    clear,
    "ClearTariffs",
    { tariffIds: ["a", "b"], evseId: 2 },
    {
      clearTariffsResult: [
        { tariffId: "a", status: "Accepted" },
        { tariffId: "b", status: "Rejected", statusInfo: { reasonCode: "InUse" } },
      ],
    },
    {
      status: "accepted",
      results: [
        { item: "a", id: null, why: null },
        { item: "b", id: null, why: "Rejected · InUse" },
      ],
    },
  ],
];

const vendorId = "org.openchargealliance.costmsg";
const transfer = (messageId: string, data: object) => ({ vendorId, messageId, data: JSON.stringify(data) });
const charged = {
  transactionId: 7,
  timestamp: "1970-01-01T00:00:00.000Z",
  meterValue: 1234,
  cost: 1.25,
  state: "Charging",
  chargingPrice: { kWhPrice: 0.5 },
};

const ROWS_16: readonly Row[] = [
  [
    running,
    "DataTransfer",
    transfer("RunningCost", {
      ...charged,
      nextPeriod: { atTime: "1970-01-01T01:00:00.000Z", chargingPrice: { kWhPrice: 0.25 } },
    }),
    { status: "Accepted" },
    accepted,
  ],
  [
    { kind: "running-cost", cost: { ...cost, isCharging: false, next: null } },
    "DataTransfer",
    transfer("RunningCost", { ...charged, state: "Idle" }),
    { status: "UnknownVendorId" },
    { status: "rejected", detail: "UnknownVendorId" },
  ],
  [
    final,
    "DataTransfer",
    transfer("FinalCost", { transactionId: 7, cost: 2, priceText: "2.00 CNY" }),
    { status: "Accepted" },
    accepted,
  ],
  [
    price,
    "DataTransfer",
    transfer("SetUserPrice", { idToken: "CARD", priceText: "0.50 CNY/kWh" }),
    { status: "Accepted" },
    accepted,
  ],
];

checkRows([
  ["1.6", ROWS_16],
  ["2.0.1", [COST_UPDATED]],
  ["2.1", ROWS_21],
]);

checkUnsent([
  ...(["1.6", "2.0.1"] as const).flatMap((version) =>
    [setDefault(tariff, null), change, get, clear].map(
      (command) => [version, command, "unsupported", /takes no tariffs/] as const,
    ),
  ),
  ["2.0.1", final, "unsupported", /last message/],
  ["2.1", price, "unsupported", /tariffs/],
  ["2.1", setDefault(null, null), "error", /no site/],
  ["1.6", { ...final, transactionId: "x" }, "error", /whole numbers/],
]);
