import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { OperatorCommand } from "../../src/domain/command.js";
import type { StationNews } from "../../src/domain/station-news.js";
import { EMPTY_FILE, reduceFile } from "../../src/management/file.js";

const at = { stationId: "CP1", atMs: 1_000 };
const told = (news: readonly StationNews[]) => news.reduce(reduceFile, EMPTY_FILE);
const set = (controlId: string): StationNews => ({
  ...at,
  kind: "commanded",
  command: {
    kind: "set-der-control",
    controlId,
    controlType: "LimitMaxDischarge",
    isDefault: false,
    parameters: { priority: 1 },
  },
  outcome: { status: "accepted" },
});
const cleared = (command: Partial<Extract<OperatorCommand, { kind: "clear-der-control" }>>): StationNews => ({
  ...at,
  kind: "commanded",
  command: { kind: "clear-der-control", isDefault: false, controlType: null, controlId: null, ...command },
  outcome: { status: "accepted" },
});
const switched = (controlId: string, started: boolean, supersededIds: string[] = []): StationNews => ({
  ...at,
  kind: "der-switched",
  controlId,
  started,
  supersededIds,
});
/** `a LimitMaxDischarge active`. */
const lines = (news: readonly StationNews[]) =>
  told(news).gridControls.controls.map(({ controlId, controlType, isActive, isSuperseded }) =>
    [controlId, controlType ?? "?", isActive === true ? "active" : "", isSuperseded ? "superseded" : ""]
      .filter((part) => part !== "")
      .join(" "),
  );

describe("controls of what a station feeds into the grid", () => {
  it.each<[string, StationNews[], string[]]>([
    ["set by us", [set("a")], ["a LimitMaxDischarge"]],
    ["started", [set("a"), switched("a", true)], ["a LimitMaxDischarge active"]],
    ["stopped", [set("a"), switched("a", true), switched("a", false)], ["a LimitMaxDischarge"]],
    [
      "told the same twice",
      [set("a"), switched("a", true), switched("a", true)],
      ["a LimitMaxDischarge active"],
    ],
    ["not set by us", [switched("x", true)], ["x ? active"]],
    [
      "superseded by another",
      [set("a"), switched("a", true), set("b"), switched("b", true, ["a"])],
      ["a LimitMaxDischarge superseded", "b LimitMaxDischarge active"],
    ],
    ["one taken away", [set("a"), set("b"), cleared({ controlId: "a" })], ["b LimitMaxDischarge"]],
    ["those of a kind taken away", [set("a"), cleared({ controlType: "LimitMaxDischarge" })], []],
    ["those of another kind stay", [set("a"), cleared({ controlType: "VoltVar" })], ["a LimitMaxDischarge"]],
    ["defaults alone taken away", [set("a"), cleared({ isDefault: true })], ["a LimitMaxDischarge"]],
  ])("%s", (_name, news, expected) => expect(lines(news)).toEqual(expected));

  it("are complete with the last part of a report", () => {
    const part = (controlId: string, more: boolean): StationNews => ({
      ...at,
      kind: "der-reported",
      controls: [
        { controlId, controlType: "FreqWatt", isDefault: true, isSuperseded: false, parameters: {} },
      ],
      more,
    });
    expect(told([part("a", true)]).gridControls.reportedMs).toBeNull();
    expect(told([part("a", true), part("b", false)]).gridControls.reportedMs).toBe(1_000);
    expect(lines([part("a", true), part("b", false)])).toEqual(["a FreqWatt", "b FreqWatt"]);
  });

  test.prop([fc.array(fc.nat(500), { maxLength: 200 })])("are bounded, whatever a station tells", (ids) => {
    const { controls } = told(ids.map((id) => switched(`c${id}`, true))).gridControls;
    expect(controls.length).toBeLessThanOrEqual(64);
    expect(new Set(controls.map(({ controlId }) => controlId)).size).toBe(controls.length);
  });
});

const swapped = (
  event: "in" | "out" | "out-timeout",
  batteries: readonly (readonly [serial: string, slot: number, soc: number])[],
  requestId = 1,
): StationNews => ({
  ...at,
  kind: "battery-swap",
  requestId,
  event,
  batteries: batteries.map(([serialNumber, evseId, socPercent]) => ({
    serialNumber,
    evseId,
    socPercent,
    sohPercent: 95,
  })),
});
/** `1:A 90`: slot, serial and charge. */
const stock = (news: readonly StationNews[]): string =>
  told(news)
    .batteries.batteries.map(
      ({ evseId, serialNumber, socPercent }) => `${evseId}:${serialNumber} ${socPercent}`,
    )
    .join(", ");

describe("batteries of a swap station", () => {
  it.each<[string, StationNews[], string]>([
    [
      "put in",
      [
        swapped("in", [
          ["A", 2, 20],
          ["B", 1, 90],
        ]),
      ],
      "1:B 90, 2:A 20",
    ],
    ["taken out", [swapped("in", [["A", 1, 20]]), swapped("out", [["A", 1, 99]], 2)], ""],
    ["taken out though never told of", [swapped("out", [["Z", 4, 99]])], ""],
    ["offered and not taken stay", [swapped("out-timeout", [["A", 1, 99]])], "1:A 99"],
    ["a slot holds one", [swapped("in", [["A", 1, 20]]), swapped("in", [["B", 1, 30]], 2)], "1:B 30"],
    ["moved to another slot", [swapped("in", [["A", 1, 20]]), swapped("in", [["A", 3, 40]], 2)], "3:A 40"],
  ])("%s", (_name, news, expected) => expect(stock(news)).toBe(expected));

  it("are the same when a message comes once more, and its swap is told once", () => {
    const once = [swapped("in", [["A", 1, 20]]), swapped("out", [["B", 2, 99]])];
    const twice = [once[0]!, once[0]!, once[1]!, once[1]!];
    expect(told(twice).batteries).toEqual(told(once).batteries);
    expect(told(twice).batteries.swaps).toHaveLength(2);
  });

  test.prop([fc.array(fc.tuple(fc.nat(400), fc.nat(300), fc.boolean()), { maxLength: 300 })])(
    "are bounded, one to a slot",
    (moves) => {
      const file = told(
        moves.map(([serial, slot, isIn], index) =>
          swapped(isIn ? "in" : "out", [[`S${serial}`, slot, 50]], index),
        ),
      ).batteries;
      expect(file.batteries.length).toBeLessThanOrEqual(200);
      expect(file.swaps.length).toBeLessThanOrEqual(100);
      expect(new Set(file.batteries.map(({ evseId }) => evseId)).size).toBe(file.batteries.length);
      expect(new Set(file.batteries.map(({ serialNumber }) => serialNumber)).size).toBe(
        file.batteries.length,
      );
    },
  );
});
