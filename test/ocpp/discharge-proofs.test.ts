/** No proof holds for what it did not prove: another EVSE, another way, other words, another end. */
import { describe, expect, it } from "vitest";
import { namesEvse, provenEvses, withProof } from "../../src/domain/discharge.js";
import { asideWording, DEFAULT_QUIRKS, type Quirks, resolveQuirks } from "../../src/domain/quirks.js";
import { capabilitiesOf, createStation } from "../../src/ocpp/server/station.js";

const maker = { vendor: null, model: null, firmware: null };

const STATED = {
  dischargeMethod: "setting",
  dischargeTo: "V2gPowerW",
  dischargeUnattended: true,
} as const;
const wordingOf = (stated: Partial<Quirks>) => asideWording({ ...DEFAULT_QUIRKS, ...stated });
const PROVEN = withProof("", { evseId: 1, way: "setting", wording: wordingOf(STATED) }, true);

/** How a station gives back by what is stated of it, where a probe has passed by `STATED`. */
const gives = (stated: Partial<Quirks>, { alone = true, proofs = PROVEN } = {}) =>
  capabilitiesOf(
    createStation("p1"),
    {
      stationId: "p1",
      maker,
      ...resolveQuirks({
        advertised: {},
        "learnt-model": {},
        "learnt-station": { dischargeProofs: proofs },
        file: stated,
      }),
    },
    alone,
  ).dischargesBy ?? null;

describe("what a probe has proven", () => {
  it.each<[string, Partial<Quirks>, { alone?: boolean; proofs?: string }, number[] | null]>([
    ["holds for what it proved", STATED, {}, [1]],
    ["without a proof nothing does", STATED, { proofs: "" }, null],
    ["not for another setting", { ...STATED, dischargeTo: "V2gPower" }, {}, null],
    ["not for other data", { ...STATED, dischargeData: "-{powerW}" }, {}, null],
    ["not for another way", { ...STATED, dischargeMethod: "data-transfer" }, {}, null],
    ["not for limits below zero", { ...STATED, dischargeMethod: "negative-limit-W" }, {}, null],
    ["not where nobody states its end any more", { ...STATED, dischargeUnattended: false }, {}, null],
    ["but for a maker's time-out", { ...STATED, dischargeUnattended: false, dischargeTimeoutS: 60 }, {}, [1]],
    ["not once there are several EVSEs, which its words do not name", STATED, { alone: false }, null],
    ["nor where there is no way", { ...STATED, dischargeMethod: "none" }, {}, null],
  ])("%s", (_, stated, around, evseIds) => {
    expect(gives(stated, around)?.evseIds ?? null).toEqual(evseIds);
  });

  it("is of each EVSE for itself, where the words name it", () => {
    const stated = { ...STATED, dischargeTo: "V2g{evseId}.PowerW" };
    const wording = wordingOf(stated);
    const first = withProof("", { evseId: 2, way: "setting", wording }, true);
    expect(gives(stated, { alone: false, proofs: first })?.evseIds).toEqual([2]);
    const both = withProof(first, { evseId: 21, way: "setting", wording }, true);
    expect(gives(stated, { alone: false, proofs: both })?.evseIds).toEqual([2, 21]);
    const failed = withProof(both, { evseId: 2, way: "setting", wording: wordingOf(STATED) }, false);
    expect(provenEvses(failed, { way: "setting", wording })).toEqual([21]);
  });

  it("of limits below zero is asked of no words", () => {
    const proofs = withProof("", { evseId: 1, way: "negative-limit-W", wording: wordingOf({}) }, true);
    const stated = { dischargeMethod: "negative-limit-W", dischargeTo: "anything" } as const;
    expect(gives(stated, { proofs, alone: false })).toEqual({ way: "negative-limit-W", evseIds: [1] });
  });
});

describe("words that name their EVSE", () => {
  it.each<[Partial<Quirks>, boolean]>([
    [{ dischargeTo: "Key", dischargeData: "{powerW}" }, false],
    [{ dischargeTo: "Key{evseId}", dischargeData: "{powerW}", dischargeReset: "off" }, true],
    [{ dischargeTo: "Key", dischargeData: "{evseId}:{powerW}" }, true],
    [{ dischargeTo: "Key", dischargeData: "{evseId}:{powerW}", dischargeReset: "off" }, false],
    [{ dischargeTo: "Key", dischargeData: "{evseId}:{powerW}", dischargeReset: "{evseId}:off" }, true],
  ])("%j: %s", (stated, expected) => {
    expect(namesEvse(wordingOf(stated))).toBe(expected);
  });
});
