/** Faults of the field that show only when something is done about them: each alone, over real websockets. */
import { describe, expect, it } from "vitest";
import type { CommandOutcome } from "../../src/domain/command.js";
import { type Field, type FieldPlan, idOf, runField } from "./stage.js";

const ALONE: FieldPlan = { version: "1.6", faults: [[]], hours: 0.5 };
const linesOf = ({ lines }: Field): string => lines.map(({ msg }) => msg).join(" | ");
const purposes = (field: Field, id?: string): string[] =>
  field
    .station(id)
    .model()
    .profiles.map(({ purpose }) => purpose)
    .sort();

describe("a composite schedule", () => {
  it("that is empty says nothing of others: its car, that takes little by itself, is planned as before", async () => {
    const plan: FieldPlan = { ...ALONE, faults: [["empty-composite"]], car: { maxChargeKw: 3 } };
    await runField(plan, (field) => {
      expect(linesOf(field)).toContain("a station does not tell what it holds");
      expect(field.station().model().importedWh).toBeGreaterThan(1_000);
      const heldBy = field.cycles.at(-1)?.problem.sessions.map(({ maxChargeKw }) => maxChargeKw);
      expect(heldBy).toEqual([]);
      const planned = field.cycles.flatMap(({ problem }) => problem.sessions.map((one) => one.maxChargeKw));
      expect(Math.min(...planned)).toBeCloseTo(7.04, 6);
    });
  });

  it.each(["1.6", "2.0.1", "2.1"] as const)(
    "of OCPP %s with fractions of seconds is read, in whole ones",
    async (version) => {
      let outcome: CommandOutcome | null = null;
      const script = ({ at, server }: Field): void =>
        at(10, () => {
          const asked = { kind: "get-composite", evseId: 1, durationS: 7_200 } as const;
          void server.control.command(idOf(0), asked).then((answer) => (outcome = answer));
        });
      await runField({ ...ALONE, version, faults: [["fractional-periods"]], script }, () => {
        expect(outcome).toMatchObject({ status: "accepted" });
        const { composite = [] } = outcome as Extract<CommandOutcome, { status: "accepted" }>;
        expect(composite.length).toBeGreaterThan(0);
        expect(composite.map(({ startMs }) => startMs % 1_000)).toEqual(composite.map(() => 0));
      });
    },
  );
});

describe("a station that forgets its profiles when it restarts", () => {
  it("is given its default and its session's schedule anew", async () => {
    const seen: string[][] = [];
    const script = (field: Field): void => {
      field.at(9, () => seen.push(purposes(field)));
      field.at(10, () => field.station().switchOff());
      field.at(11, () => field.station().switchOn());
      field.at(14, () => seen.push(purposes(field)));
    };
    await runField({ ...ALONE, faults: [["forgets-profiles"]], script }, () => {
      expect(seen).toEqual([
        ["default", "transaction"],
        ["default", "transaction"],
      ]);
    });
  });

  it("is given its default anew also where no car stands there", async () => {
    const seen: string[][] = [];
    const script = (field: Field): void => {
      field.at(10, () => field.station().switchOff());
      field.at(11, () => field.station().switchOn());
      field.at(14, () => seen.push(purposes(field)));
    };
    const visits = { atMinutes: [20], stayMinutes: 5 };
    await runField({ ...ALONE, faults: [["forgets-profiles"]], visits, script }, () => {
      expect(seen).toEqual([["default"]]);
    });
  });
});

/** A car that comes before a dear quarter of an hour charges, waits, and may go on. */
const PAUSED: FieldPlan = { ...ALONE, hours: 1, policy: "structured", needKwh: 2.2, dearQuarters: [1] };

describe("a station whose car sleeps once it was paused", () => {
  it("is told again, twice, and that its car does not come back is said", async () => {
    await runField({ ...PAUSED, faults: [["sleeps-at-zero"]] }, (field) => {
      const lines = field.lines.map(({ msg }) => msg);
      const again = lines.filter((line) => line === "a car did not go on after its pause: told once more");
      expect(again).toHaveLength(2);
      expect(lines).toContain("a car does not come back from its pause");
    });
  });

  it("is told from others: one that goes on is told nothing twice", async () => {
    await runField(PAUSED, (field) => {
      expect(linesOf(field)).not.toContain("pause");
      expect(field.station().model().importedWh).toBeGreaterThan(2_000);
    });
  });
});

describe("a station that ends the session in a pause", () => {
  it("is found out with the second one, and the third car waits at its least instead", async () => {
    const plan: FieldPlan = {
      ...PAUSED,
      faults: [["ends-at-zero"]],
      hours: 1.75,
      // Each car comes a quarter before a dear one, and stays a quarter longer.
      dearQuarters: [1, 3, 5],
      visits: { atMinutes: [5, 35, 65], stayMinutes: 28 },
      departureTime: "13:50",
    };
    await runField(plan, async (field) => {
      const sessions = await field.server.control.sessions({});
      const ends = sessions.toSorted((a, b) => a.startedMs - b.startedMs).map(({ endReason }) => endReason);
      expect(ends).toEqual(["Other", "Other", "EVDisconnected"]);
      expect(linesOf(field)).toContain("a session ended in its pause");
      expect(field.server.quirks.of(idOf(0))).toMatchObject({
        values: { pause: "minimum" },
        origins: { pause: "learnt-station" },
      });
    });
  });
});

describe("a station that refuses a list of measurands for one of them", () => {
  const SETTING = {
    "1.6": "MeterValuesSampledData",
    "2.0.1": "SampledDataCtrlr.TxUpdatedMeasurands",
    "2.1": "SampledDataCtrlr.TxUpdatedMeasurands",
  } as const;
  it.each(["1.6", "2.0.1", "2.1"] as const)(
    "of OCPP %s is set to what it takes, and the next of its model is not asked for the rest",
    async (version) => {
      const outcomes: CommandOutcome[] = [];
      const asked: string[] = [];
      const value = "Power.Active.Import,SoC,Energy.Active.Import.Register,Temperature";
      const script = ({ at, server }: Field): void => {
        for (const [index, id] of [idOf(0), idOf(1)].entries())
          at(5 + index, () => {
            const command = { kind: "write-setting", name: SETTING[version], value } as const;
            void server.control.command(id, command).then((outcome) => outcomes.push(outcome));
          });
        at(10, () => {
          const contains = SETTING[version].split(".").at(-1) ?? "";
          const query = { direction: "to-station", type: "call", contains, limit: 500 } as const;
          asked.push(...server.central.messages.of(idOf(1), query).map(({ text }) => text));
        });
      };
      const faults = [["refuses-measurands"], ["refuses-measurands"]] as const;
      await runField({ ...ALONE, version, faults, script }, (field) => {
        expect(outcomes).toMatchObject([
          { status: "accepted", detail: "without SoC, Temperature" },
          { status: "accepted", detail: "without SoC, Temperature" },
        ]);
        expect(field.server.quirks.of(idOf(1))).toMatchObject({
          values: { refusedMeasurands: "SoC,Temperature" },
          origins: { refusedMeasurands: "learnt-model" },
        });
        expect(asked.filter((text) => text.includes("Temperature"))).toEqual([]);
        expect(asked.length).toBeGreaterThan(0);
      });
    },
  );
});

describe("a station that does something else before it does what it is told", () => {
  it.each([
    "calls-before-answering",
    "speaks-before-boot",
    "identity-in-capitals",
    "identity-with-blanks",
  ] as const)("%s: it is known, holds what it was told, and its car is charged", async (fault) => {
    const held: string[][] = [];
    const script = (field: Field): void => field.at(9, () => held.push(purposes(field)));
    await runField({ ...ALONE, faults: [[fault]], script }, async (field) => {
      expect(held).toEqual([["default", "transaction"]]);
      const sessions = await field.server.control.sessions({});
      expect(sessions.map(({ stationId }) => stationId)).toEqual([idOf(0)]);
      expect(field.station().model().importedWh).toBeGreaterThan(2_000);
    });
  });
});
