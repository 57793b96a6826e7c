import { expect, it } from "vitest";
import { heldText } from "../../src/cli/held-text.js";

it.each([
  ["the limit of node yard", { key: "limits", nodeId: "yard", eventId: null }],
  ["the limit of node yard by event e1", { key: "limits", nodeId: "yard", eventId: "e1" }],
  ["the stay at 20.8 kW", { key: "stay-too-short", maxChargeKw: 20.8 }],
  [
    "a limit at station p1, and the stay at 20.8 kW",
    {
      key: "stay-too-short",
      maxChargeKw: 20.8,
      besides: { cause: { key: "limited-from-outside", stationId: "p1" }, kwh: 2 },
    },
  ],
] as const)("what keeps a car from energy is told as %s", (text, cause) => {
  expect(heldText(cause)).toBe(text);
});
