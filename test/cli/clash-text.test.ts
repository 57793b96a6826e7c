import { expect, it } from "vitest";
import { clashText } from "../../src/cli/clash-text.js";
import type { ShortfallClash } from "../../src/domain/plan.js";

const node = (change: object): ShortfallClash => ({
  key: "node",
  kind: "import",
  nodeId: "site",
  eventId: null,
  phase: null,
  slots: [4, 5, 6],
  keptKwh: 2.4,
  needKw: 3.2,
  isEnoughAlone: true,
  ...change,
});

it("names what alone would do, in one phrase", () => {
  expect(clashText([node({}), { key: "stay", minutesLater: 45 }])).toBe(
    "needs 3.2 kW more at node site in slots 4–6, or 45 min later",
  );
  expect(clashText([node({ eventId: "cap", slots: [4] }), { key: "port", keptKwh: 1, needKw: 0.5 }])).toBe(
    "needs 3.2 kW more at node site, by event cap in slot 4, or 0.5 kW more at the port",
  );
  expect(clashText([node({ kind: "phase", phase: 2 })])).toBe(
    "needs 3.2 kW more at phase 2 of node site in slots 4–6",
  );
});

it("names a larger battery beside whatever else it takes", () => {
  expect(clashText([{ key: "battery", needKwh: 2 }])).toBe("needs a battery of 2.0 kWh more");
  expect(
    clashText([
      { key: "stay", minutesLater: 45 },
      { key: "battery", needKwh: 2 },
    ]),
  ).toBe("needs 45 min later; and a battery of 2.0 kWh more");
});

it("names the pile that others have, and few kW in W", () => {
  const pile: ShortfallClash = { key: "pile", nodeId: "p", keptKwh: 3, isEnoughAlone: true };
  expect(clashText([pile, { key: "port", keptKwh: 1, needKw: 0.0321 }])).toBe(
    "needs the pile p for itself, or 33 W more at the port",
  );
  expect(clashText([{ ...pile, isEnoughAlone: false }])).toBe("who else has the pile p keeps 3.0 kWh");
});

it("names node limits that do only together once, and what they keep where none does", () => {
  const both = [
    node({ isEnoughAlone: false }),
    node({ isEnoughAlone: false, kind: "fail-safe", nodeId: "row" }),
  ];
  expect(clashText(both)).toBe("needs 3.2 kW more at each of node site; the fail-safe of node row");
  expect(clashText([node({ needKw: null, isEnoughAlone: false }), { key: "stay", minutesLater: null }])).toBe(
    "node site keeps 2.4 kWh",
  );
  expect(clashText([])).toBe("");
});
