import type { Policy } from "../../src/control/contract.js";
import type { EmergencyTerms } from "../../src/domain/sharing.js";
import type { Site } from "../../src/domain/site.js";
import { communityOf, stationOf } from "../fixtures/sites.js";
import { connect, flatPolicy, type Harness, harnessOf } from "./harness.js";
import { type VirtualPile, virtualPile } from "./shared-pile.js";

const TERMS: EmergencyTerms = {
  surchargePerKwh: 1.5,
  mostKwhPerUse: 4,
  mostMinutesPerUse: 30,
  mostUsesPerDay: 2,
  mostKwhPerDay: 5,
  comeWithinMinutes: 10,
};

/** What goes on while a price is worked out. */
type Meanwhile = () => Promise<unknown> | void;

export interface EmergencyStage {
  readonly h: Harness;
  readonly fast: VirtualPile;
  /** Asks for a price; `meanwhile` happens between the plan with the use and what is kept of it. */
  quote(idToken: string, meanwhile?: Meanwhile): ReturnType<Harness["control"]["sharing"]["quoteEmergency"]>;
  accept(useId: string): ReturnType<Harness["control"]["sharing"]["acceptEmergency"]>;
  uses(): readonly { readonly id: string; readonly status: string }[];
}

export interface StageOptions {
  readonly terms?: Partial<EmergencyTerms>;
  readonly site?: Partial<Site>;
  /** What the plan gives each car. */
  readonly powerKw?: number;
  readonly kept?: Parameters<typeof harnessOf>[2];
  /** Goes on while any plan is made. */
  readonly during?: () => Promise<void>;
}

/** A community with one fast pile, connected and free, and a plan during which other things may happen. */
export const emergencyStage = async ({
  terms,
  site: change,
  powerKw = 30,
  kept,
  during = async () => {},
}: StageOptions = {}): Promise<EmergencyStage> => {
  let waiting: Meanwhile | null = null;
  const flat = flatPolicy(powerKw);
  const policy: Policy = {
    name: "interrupted",
    plan: async (problem) => {
      const isWith = problem.sessions.some(({ id }) => id.startsWith("emergency:"));
      const happens = isWith ? waiting : null;
      if (isWith) waiting = null;
      await happens?.();
      await during();
      return flat.plan(problem);
    },
  };
  const station = stationOf("fast", { phases: 3, maxA: 63, emergency: { ...TERMS, ...terms } });
  const h = await harnessOf(communityOf([station], { ...change }), policy, kept);
  const fast = virtualPile(h, "fast");
  connect(h, "fast");
  h.control.report({
    kind: "status",
    stationId: "fast",
    evseId: 1,
    atMs: h.clock.now(),
    status: "Available",
  });
  await fast.pass(1);
  const { sharing } = h.control;
  return {
    h,
    fast,
    quote: (idToken, meanwhile) => {
      waiting = meanwhile ?? null;
      const who = { driver: idToken, idToken };
      return sharing.quoteEmergency("community", {
        ...who,
        stationId: "fast",
        evseId: 1,
        energyKwh: 4,
        minutes: 30,
      });
    },
    accept: (useId) => sharing.acceptEmergency("community", useId),
    uses: () => sharing.view("community").emergency[0]?.uses ?? [],
  };
};
