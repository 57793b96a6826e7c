import type { StationCommand } from "../../src/domain/command.js";
import type { FleetEvent, StationCapabilities } from "../../src/domain/fleet.js";
import type { Schedule } from "../../src/domain/schedule.js";
import type { Site } from "../../src/domain/site.js";
import type { Policy } from "../../src/control/contract.js";
import { communityOf, stationOf } from "../fixtures/sites.js";
import { flatPolicy, type Harness, harnessOf, plugIn } from "./harness.js";

export const MINUTE = 60_000;
export const V2G: StationCapabilities = {
  rateUnit: "A",
  maxPeriods: 24,
  maxStackLevel: 8,
  dischargeSetpoint: true,
  dynamicProfiles: true,
  priorityCharging: true,
  stationMaximum: true,
};
export const PILE = stationOf("p1", { maxDischargeKw: 6 });

/** Base load of nothing and a limit of 20 kW, which a transformer bears above for a while. */
export const siteOf = (failsafe: "strict" | "graced", change: Partial<Site> = {}): Site => {
  const site = communityOf([PILE], {
    baseProfileKw: Array.from({ length: 96 }, () => 0),
    baseMarginShare: 0,
    ...change,
  });
  const nodes = site.nodes.map((node) =>
    node.id === "transformer"
      ? { ...node, importLimitKw: 20, failsafe, graceS: 120, exportLimitKw: null }
      : node,
  );
  return { ...site, nodes };
};

export interface Played {
  readonly harness: Harness;
  readonly asked: StationCommand[];
  tell(event: Record<string, unknown> & Pick<FleetEvent, "kind">): void;
  measure(powerKw: number): Promise<void>;
}

/** A car at a 2.1 station that was told a plan. */
export const play = async (
  site: Site,
  policy: Policy,
  capabilities = V2G,
  kept: Parameters<typeof harnessOf>[2] = {},
): Promise<Played> => {
  const harness = await harnessOf(site, policy, kept);
  const asked: StationCommand[] = [];
  harness.answer = (_, command) => {
    asked.push(command);
    return { status: "accepted" };
  };
  const tell: Played["tell"] = (event) =>
    harness.control.report({ stationId: "p1", atMs: harness.clock.now(), ...event } as unknown as FleetEvent);
  tell({ kind: "connected", version: "2.1" });
  tell({ kind: "booted", vendor: "v", model: "m" });
  tell({ kind: "capabilities", capabilities });
  await plugIn(harness, "p1");
  await harness.run(5_000);
  return {
    harness,
    asked,
    tell,
    measure: async (powerKw) => {
      const atMs = harness.clock.now();
      await harness.control.measure({ siteId: "community", kind: "site-import", powerKw, atMs });
      await harness.run(5_000);
    },
  };
};

export const schedules = (asked: readonly StationCommand[]): Schedule[] =>
  asked.flatMap((command) =>
    command.kind === "set-schedule" || command.kind === "update-schedule" ? [command.schedule] : [],
  );
export const of = (asked: readonly StationCommand[], purpose: Schedule["purpose"]) =>
  schedules(asked).filter((schedule) => schedule.purpose === purpose);
export const row = ({ harness }: Played) => harness.control.stations("community")[0]!;
export const powers = (all: readonly Schedule[]): number[] =>
  all.map(({ periods }) => periods[0]?.powerKw ?? NaN);

/** Gives every car this power in every slot, whatever is measured. */
export const STUBBORN = flatPolicy(7);
