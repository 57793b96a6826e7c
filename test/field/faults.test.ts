/**
 * One pile for each fault that is known of the field, all on one weak transformer, over real websockets.
 *
 * 1. The transformer's limit holds, but for the time until a station that does not follow is seen.
 * 2. Each car gets its energy where its station lets it.
 * 3. What is wrong is learnt, or said.
 * 4. The bill is what the station's own register counted.
 */
import { beforeAll, describe, expect, it } from "vitest";
import type { OcppVersion } from "../../src/domain/fleet.js";
import type { QuirkValues } from "../../src/domain/quirks.js";
import type { DISCHARGE_KINDS } from "../../sims/station/faults/discharge.js";
import type { PHASE_KINDS } from "../../sims/station/faults/phases.js";
import { STATION_FAULTS, type StationFaultName } from "../../sims/station/faults/index.js";
import { type Field, idOf, runField } from "./stage.js";

interface Expected {
  /** What its station is found to want. */
  readonly learnt?: QuirkValues;
  /** What a person is told of it. */
  readonly told?: string;
  /** The car cannot get its energy, and why. */
  readonly unserved?: "held by the fault" | "takes what it likes";
  /** What the station tells of its energy is not what it counted. */
  readonly unbilled?: true;
}

const CLOCK = "the clock of a station is off";
const METER = "the meter of a station is not plausible";
/** How older stations give back is played in discharge.test.ts, phases in phases.test.ts. */
type Played = Exclude<StationFaultName, keyof typeof DISCHARGE_KINDS | keyof typeof PHASE_KINDS>;
const EXPECTED: Record<Played, Expected> = {
  "only-watts": { learnt: { rateUnit: "W" } },
  "only-amperes": { learnt: { rateUnit: "A" } },
  "whole-amperes": { learnt: { stepA: 1 } },
  "no-tx-profile": { learnt: { sessionPlace: "TxDefaultProfile" } },
  "only-maximum": {
    learnt: { sessionPlace: "ChargePointMaxProfile-station", defaultPlace: "ChargePointMaxProfile-station" },
  },
  "no-maximum": { learnt: { sessionPlace: "TxProfile" } },
  "stack-zero": { learnt: { stackLevel: 0 } },
  "only-relative": { learnt: { profileKind: "relative" } },
  "one-period": { learnt: { maxPeriods: 1 } },
  "no-smart-charging": {
    learnt: { smartCharging: false },
    told: "schedule not taken",
    unserved: "takes what it likes",
  },
  "ignores-profiles": { told: "following changed", unserved: "takes what it likes" },
  "forgets-profiles": {},
  "fractional-periods": {},
  "ends-at-zero": { unserved: "held by the fault" },
  "foreign-limit": { told: "somebody else steers it too", unserved: "held by the fault" },
  "empty-composite": {},
  "sleeps-at-zero": { unserved: "held by the fault" },
  "clock-1970": { told: CLOCK },
  "clock-three-minutes-ahead": { told: CLOCK },
  "clock-three-minutes-behind": { told: CLOCK },
  "clock-local-as-utc": { told: CLOCK },
  "clock-offset-hours": {},
  "power-always-zero": { learnt: { powerFrom: "register" }, told: METER },
  "wh-called-kwh": { learnt: { registerFactor: 0.001 }, told: METER },
  "kwh-called-wh": { learnt: { registerFactor: 1000 }, told: METER },
  "register-twice": { told: METER, unserved: "held by the fault", unbilled: true },
  "no-power": {},
  "no-energy": { unserved: "takes what it likes", unbilled: true },
  "seqno-zero": {},
  "no-boot": {},
  "boots-again-and-again": { told: "boots again and again" },
  "starts-twice": {},
  "stops-twice": {},
  "stops-as-zero": { told: "fits no session" },
  "speaks-before-boot": {},
  "calls-before-answering": {},
  "identity-in-capitals": {},
  "identity-with-blanks": {},
  "refuses-measurands": {},
  "never-starts": { told: "an accepted remote start has not come" },
};

/** What 2.x does no other way than 1.6 is not played again. */
const PLAYED: Record<OcppVersion, readonly Played[]> = {
  "1.6": namesOf(),
  "2.0.1": ["only-watts", "no-tx-profile", "only-maximum", "only-relative", "one-period", "no-boot"],
  "2.1": [
    "only-watts",
    "whole-amperes",
    "no-tx-profile",
    "only-maximum",
    // Sessions lie below corrections, at 0 already: "stack-zero" is seen in 1.6.
    "only-relative",
    "one-period",
    "clock-1970",
    "clock-local-as-utc",
    "kwh-called-wh",
    "power-always-zero",
    "seqno-zero",
    "starts-twice",
    "stops-twice",
    "boots-again-and-again",
    "foreign-limit",
    "speaks-before-boot",
    "calls-before-answering",
    "identity-with-blanks",
  ],
};

function namesOf(): Played[] {
  const of16 = (name: Played): boolean => STATION_FAULTS.get(name)?.versions?.includes("1.6") ?? true;
  return (Object.keys(EXPECTED) as Played[]).filter(of16);
}

interface Outcome {
  readonly truthKwh: number;
  readonly billedKwh: number;
  readonly sessions: number;
  readonly learnt: QuirkValues;
  readonly lines: readonly string[];
}

/** These draw what they were not told, or do not tell what they draw: until a sample shows it nobody knows. */
const DECEIVING: readonly StationFaultName[] = ["no-smart-charging", "ignores-profiles", "power-always-zero"];
/** A minute to follow, the time to the next sample, a pass and its sending. */
const SEEN_S = 60 + 60 + 10;
const HOURS = 1;
const NEED_KWH = 2;
const KW_PER_PILE = 3.6;

const outcomeOf = async ({ server, station, lines }: Field, id: string): Promise<Outcome> => {
  const sessions = (await server.control.sessions({})).filter(({ stationId }) => stationId === id);
  const { values, origins } = server.quirks.of(id);
  return {
    truthKwh: station(id).model().importedWh / 1000,
    billedKwh: sessions.reduce((total, { deliveredKwh }) => total + deliveredKwh, 0),
    sessions: sessions.length,
    learnt: Object.fromEntries(
      Object.entries(values).filter(([name]) => origins[name as keyof QuirkValues] === "learnt-station"),
    ),
    lines: lines.filter((line) => [line.station, line.stationId].includes(id)).map(({ msg }) => msg),
  };
};

describe.each(["1.6", "2.0.1", "2.1"] as const)("piles of OCPP %s, a fault each", (version) => {
  const names = PLAYED[version];
  const outcomes = new Map<string, Outcome>();
  let breach = { seconds: NaN, mostKw: NaN };
  let violations: readonly string[] = ["not run"];

  beforeAll(async () => {
    const never = names.indexOf("never-starts");
    await runField(
      {
        version,
        faults: [[], ...names.map((name) => [name])],
        hours: HOURS,
        needKwh: NEED_KWH,
        limitKw: 4 + KW_PER_PILE * (names.length + 1),
        script: ({ at, server }) => {
          if (never === -1) return;
          const start = { kind: "remote-start", evseId: 1, idToken: "app" } as const;
          at(0.5, () => void server.control.command(idOf(never + 1), start));
        },
      },
      async (field) => {
        for (const [index, name] of ["none", ...names].entries())
          outcomes.set(name, await outcomeOf(field, idOf(index)));
        breach = field.breach;
        violations = field.violations();
      },
    );
  }, 600_000);

  it("hold the transformer's limit but until who deceives is seen, and say nothing that the schemas do not allow", () => {
    expect(breach.seconds).toBeLessThanOrEqual(
      SEEN_S * names.filter((name) => DECEIVING.includes(name)).length,
    );
    expect(violations).toEqual([]);
  });

  it.each(["none", ...names])("%s", (name) => {
    const outcome = outcomes.get(name);
    const expected: Expected = name === "none" ? {} : EXPECTED[name as Played];
    if (outcome === undefined) throw new Error("it was not played");
    const { truthKwh, billedKwh, learnt, lines, sessions } = outcome;
    expect(learnt).toMatchObject(expected.learnt ?? {});
    if (expected.told !== undefined) expect(lines.join(" | ")).toContain(expected.told);
    expect(sessions).toBe(1);
    if (expected.unserved === undefined) expect(truthKwh).toBeGreaterThan(0.9 * NEED_KWH);
    if (expected.unbilled !== true) expect(billedKwh).toBeCloseTo(truthKwh, 1);
  });
});
