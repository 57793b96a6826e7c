import type { OperatorCommand } from "../../../src/domain/command.js";
import { checkRows, type Row } from "./rows.js";

const transfer = (messageId: string | null, data: string | null): OperatorCommand => ({
  kind: "data-transfer",
  vendorId: "com.acme",
  messageId,
  data,
});

/** In every version. */
const ROWS_ALIKE: readonly Row[] = [
  [
    transfer("hello", "{}"),
    "DataTransfer",
    { vendorId: "com.acme", messageId: "hello", data: "{}" },
    { status: "Accepted", data: "world" },
    { status: "accepted", data: "world" },
  ],
];

const ROWS_16: readonly Row[] = [
  ...ROWS_ALIKE,
  [
    transfer(null, null),
    "DataTransfer",
    { vendorId: "com.acme" },
    { status: "UnknownVendorId" },
    { status: "rejected", detail: "UnknownVendorId" },
  ],
];

checkRows([
  ["1.6", ROWS_16],
  ["2.0.1", ROWS_ALIKE],
  ["2.1", ROWS_ALIKE],
]);
