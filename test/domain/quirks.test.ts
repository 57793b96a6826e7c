import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import {
  DEFAULT_QUIRKS,
  QUIRK_NAMES,
  QUIRK_ORIGINS,
  type QuirkEntry,
  type QuirkValues,
  resolveQuirks,
  stated,
} from "../../src/domain/quirks.js";

/** A draw of what one source says: of each field nothing, or a value that tells the source. */
const said = (mark: number): fc.Arbitrary<QuirkValues> =>
  fc
    .subarray(["maxPeriods", "stackLevel", "secondsBetweenProfiles"] as const)
    .map((names) => Object.fromEntries(names.map((name) => [name, mark])));

describe("the sources of a quirk", () => {
  test.prop([said(1), said(2), said(3), said(4)])(
    "the strongest that says anything holds, and is named",
    (advertised, model, station, file) => {
      const sources = { advertised, "learnt-model": model, "learnt-station": station, file };
      const { values, origins } = resolveQuirks(sources);
      for (const name of QUIRK_NAMES) {
        const saying = QUIRK_ORIGINS.filter(
          (origin) => origin === "default" || sources[origin][name] !== undefined,
        );
        const strongest = saying.at(-1) ?? "default";
        expect(origins[name]).toBe(strongest);
        expect(values[name]).toBe(strongest === "default" ? DEFAULT_QUIRKS[name] : sources[strongest][name]);
      }
    },
  );
});

describe("an entry of a quirks file", () => {
  const maker = { vendor: "Wallbox", model: "Pulsar Plus", firmware: "5.17.3" };
  const holds = (entry: QuirkEntry, of = maker): boolean => stated([entry], "pile-1", of).stepA === 1;
  it.each([
    [{ vendor: "wallbox" }, true],
    [{ vendor: "Wallbox", model: "Pulsar*" }, true],
    [{ model: "*plus" }, true],
    [{ model: "P*r*s" }, true],
    [{ model: "Pulsar Plus*Plus" }, false],
    [{ vendor: "Wall" }, false],
    [{ vendor: "*", firmware: "5.*" }, true],
    [{ vendor: "Wallbox", firmware: "6.*" }, false],
    [{ station: "pile-1" }, true],
    [{ station: "pile-2" }, false],
  ])("%j", (about, expected) => {
    expect(holds({ ...about, stepA: 1 })).toBe(expected);
  });

  it("of a station goes before one of a model, a later one before an earlier one", () => {
    const entries: QuirkEntry[] = [
      { station: "pile-1", stackLevel: 3 },
      { vendor: "Wallbox", stackLevel: 1, stepA: 1 },
      { vendor: "Wallbox", stackLevel: 2 },
    ];
    expect(stated(entries, "pile-1", maker)).toEqual({ stackLevel: 3, stepA: 1 });
    expect(stated(entries, "pile-2", maker)).toEqual({ stackLevel: 2, stepA: 1 });
  });

  it("that names a firmware says nothing of a station that tells none", () => {
    const silent = { ...maker, firmware: null };
    expect(stated([{ vendor: "*", firmware: "*", stepA: 1 }], "p", silent)).toEqual({});
  });
});
