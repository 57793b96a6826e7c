import { z } from "zod";
import { HELD_FOR } from "../../domain/held-for.js";
import type { PlanOutcome, ShortfallCause, ShortfallClash } from "../../domain/plan.js";
import type { Reason } from "../../domain/reason.js";
import type { Certificate } from "../../domain/plan-proof.js";
import type { PlanView } from "../../domain/views.js";
import { epochMs, kw, kwh, money, ms, perKwh, text } from "./common.js";
import { curtailmentSchema } from "./inverter.js";

const node = {
  nodeId: text("The grid node"),
  shadowPricePerKwh: perKwh(
    "What one more kWh of room would save; null: it would meet a need, which is no matter of money",
  ).nullable(),
};

export const reasonSchema: z.ZodType<Reason> = z
  .discriminatedUnion("key", [
    z.object({ key: z.literal("charging"), pricePerKwh: perKwh("Price of the slot") }),
    z.object({
      key: z.literal("waiting-for-cheaper-slot"),
      untilMs: epochMs("Start of the next slot in which the plan charges"),
      savingPerKwh: perKwh("What energy costs now minus what it costs then; above 0"),
    }),
    z.object({
      key: z.literal("waiting-for-cleaner-slot"),
      untilMs: epochMs("Start of the next slot in which the plan charges"),
      savingKgPerKwh: z.number().describe("CO₂ that a kWh causes now minus what it causes then; kg"),
    }),
    z.object({
      key: z.literal("charging-later"),
      untilMs: epochMs("Its turn is not before this; there is time enough"),
    }),
    z.object({ key: z.literal("node-full"), ...node }),
    z.object({
      key: z.literal("phase-full"),
      ...node,
      phase: z.number().int().min(1).max(3).describe("Phase of the supply that is full"),
    }),
    z.object({ key: z.literal("voltage-low"), ...node }),
    z.object({
      key: z.literal("waiting-for-pile"),
      nodeId: text("The pile that another car has, or that is being handed over"),
    }),
    z.object({
      key: z.literal("held-for-swap"),
      untilMs: epochMs("A full battery of a swap station waits until somebody takes it"),
    }),
    z.object({ key: z.literal("held-for-failsafe"), ...node }),
    z.object({
      key: z.literal("demand-response-event"),
      eventId: text("The event"),
      shadowPricePerKwh: node.shadowPricePerKwh,
    }),
    z.object({
      key: z.literal("peak-held"),
      meteringPointId: text("The metering point that is billed for its highest power"),
      peakKw: kw("Peak that the plan keeps: what is billed already, or more"),
      pricePerKw: money("Price of a kW above it"),
    }),
    z.object({
      key: z.literal("limit-cannot-be-kept"),
      nodeId: node.nodeId,
      eventId: z.string().nullable().describe("The event that set the limit; null: the node's own"),
      overKw: kw("Power by which base load alone breaks it"),
    }),
    z.object({
      key: z.literal("dearer-than-shortfall"),
      pricePerKwh: perKwh("What energy costs in the slot; null: it is not money that weighs").nullable(),
      worthPerKwh: perKwh("What the energy is worth that will be missing; null likewise").nullable(),
    }),
    z.object({ key: z.literal("target-reached") }),
    z.object({ key: z.literal("below-reserve-charging-first"), reserveKwh: kwh("The driver's reserve") }),
    z.object({
      key: z.literal("selling"),
      pricePerKwh: perKwh("Price paid for discharge"),
      wearPerKwh: perKwh("Wear of the battery"),
    }),
    z.object({ key: z.literal("driver-chose-fast") }),
    z
      .object({ key: z.literal("emergency-use") })
      .describe("A use of the emergency pile whose price is accepted: it charges at once"),
    z.object({ key: z.literal("minimum-current"), minChargeKw: kw("Least power the EVSE can charge at") }),
    z.object({ key: z.literal("station-offline") }),
    z.object({ key: z.literal("station-not-following") }),
    z.object({ key: z.literal("not-authorized") }),
    z
      .object({ key: z.literal("price-not-accepted") })
      .describe("At an emergency pile: no price is accepted for the car, or no more"),
    z
      .object({ key: z.literal("not-booked") })
      .describe("At a pile that its owner lends: the car is none of the owner's and has no booking in force"),
    z.object({ key: z.literal("evse-not-configured") }),
    z
      .object({ key: z.literal("limited-from-outside"), stationId: text("Station that told of the limit") })
      .describe("Somebody else set a limit at the station or its EVSE"),
    z.object({ key: z.literal("limited-by-car") }).describe("The car takes no more by its own schedule"),
    z.object({ key: z.literal("rule"), rule: text("Name of the rule") }),
    z.object({ key: z.literal("not-plugged-in") }),
    z
      .object({
        key: z.literal("reserved"),
        heldFor: z
          .enum(HELD_FOR)
          .describe(
            "reservation: an operator's; queue: whose turn it is; booking: of a lent pile; emergency: an accepted use",
          ),
        untilMs: epochMs("Until when it is held"),
      })
      .describe("No session runs, and the EVSE is held for somebody"),
    z.object({ key: z.literal("past-departure") }),
    z
      .object({ key: z.literal("session-over") })
      .describe("The session has ended; the car is still plugged in"),
    z.object({ key: z.literal("no-session") }).describe("A car is plugged in, and no session is known of"),
  ])
  .meta({ id: "Reason", description: "Why a car does what it does: a key with its numbers" });

const heldCauses = [
  z.object({
    key: z.literal("limits"),
    nodeId: text("The node that has no room for more"),
    eventId: z.string().nullable().describe("The event that set its limit; null: the node's own"),
  }),
  z
    .object({
      key: z.literal("limited-from-outside"),
      stationId: text("The station with the limit, or its EVSE"),
    })
    .describe("A limit by an operator's hand, of the owner's energy manager or the grid operator"),
  z.object({ key: z.literal("limited-by-car") }).describe("The car takes no more by its own schedule"),
  z.object({ key: z.literal("pile-taken"), nodeId: text("The pile that other cars have") }),
] as const;

export const shortfallCauseSchema: z.ZodType<ShortfallCause> = z
  .discriminatedUnion("key", [
    z.object({ key: z.literal("battery-tapers") }),
    z.object({ key: z.literal("battery-too-small"), capacityKwh: kwh("The most that the battery takes in") }),
    z.object({
      key: z.literal("stay-too-short"),
      maxChargeKw: kw("Most power of pile and car, which does not do even all the time"),
      besides: z
        .object({
          cause: z.discriminatedUnion("key", heldCauses).describe("What keeps it from that power"),
          kwh: kwh("Of the energy that is missing, what is for that alone"),
        })
        .exactOptional()
        .describe("Left out where nothing keeps it from that power"),
    }),
    ...heldCauses,
    z.object({ key: z.literal("not-planned") }).describe("Nothing but price or the rule stands against it"),
  ])
  .meta({ id: "ShortfallCause", description: "What takes the largest part of the energy that is missing" });

const needKw = kw("How much more would do; null: no more of it alone").nullable();
const keptKwh = kwh("So much less would be missing in the battery without it");

const shortfallClashSchema: z.ZodType<ShortfallClash> = z
  .discriminatedUnion("key", [
    z
      .object({
        key: z.literal("node"),
        kind: z
          .enum(["import", "fail-safe", "phase", "voltage"])
          .describe("The import limit, the fail-safe row, the limit of a phase, the lowest voltage"),
        nodeId: text("The node with the limit"),
        eventId: z.string().nullable().describe("The event that sets the import limit; null: the node's own"),
        phase: z.number().int().nullable().describe("1 to 3, where it is the limit of a phase"),
        slots: z.array(z.number().int()).describe("Slots in which it leaves less than the car could take"),
        keptKwh,
        needKw: kw(
          "By how much the limit would have to be higher in all its slots; of the voltage, load at its feeder; null: no raise does",
        ).nullable(),
        isEnoughAlone: z
          .boolean()
          .describe("false: needKw does only if every node limit that is named is raised by it"),
      })
      .describe("A limit of a node above the car"),
    z
      .object({
        key: z.literal("pile"),
        nodeId: text("The pile that other cars have"),
        keptKwh,
        isEnoughAlone: z.boolean(),
      })
      .describe("Others at a pile that serves one car at a time"),
    z.object({ key: z.literal("port"), keptKwh, needKw }).describe("The power of pile and car"),
    z
      .object({ key: z.literal("taper"), keptKwh, isEnoughAlone: z.boolean() })
      .describe("The battery takes less the fuller it is"),
    z
      .object({
        key: z.literal("stay"),
        minutesLater: z
          .number()
          .nullable()
          .describe("Departure so many minutes later would do; null: not within the horizon"),
      })
      .describe("The departure"),
    z
      .object({ key: z.literal("battery"), needKwh: kwh("So much above what it takes in is wanted") })
      .describe("The battery"),
  ])
  .meta({
    id: "ShortfallClash",
    description: "A limit that clashes with what a session wants, all others powered as planned",
  });

const proof = z.object({
  objective: money("Objective, penalties and small prices included"),
  bound: money("No feasible plan can be below this; null: the method gives none").nullable(),
  gap: z.number().nullable().describe("(objective − bound) / max(1, |objective|); null without a bound"),
  maxViolation: z.number().describe("Largest relative violation of any row, recomputed independently"),
});

export const certificateSchema: z.ZodType<Certificate> = z
  .object({
    relaxation: proof.describe("Of the relaxation that was solved"),
    sent: proof.describe("Of the rounded plan that is sent"),
  })
  .meta({ id: "Certificate", description: "What a plan proves about itself" });

export const planStatus = z
  .enum(["optimal", "feasible", "fallback", "limits-broken", "invalid"])
  .describe(
    "optimal: proven to be within 0.01 % of the best; feasible: verified, its gap or no bound in the certificate; fallback: the solver was late or failed, mostly a rule's plan; limits-broken: base load alone breaks a limit, or the rule that was chosen heeds none; invalid: the problem contradicts itself",
  );

const perSlot = (what: string) => z.array(z.number()).describe(`${what}; one value per slot`);

const sessionPlan = z.object({
  sessionId: text("Id of the session"),
  chargeKw: perSlot("Charging, kW"),
  dischargeKw: perSlot("Discharging, kW"),
  energyKwh: z.array(z.number()).describe("Battery energy at each slot's start and at the end; kWh"),
  shortfallKwh: kwh("Energy of the target that this plan does not reach"),
  shortfallCause: shortfallCauseSchema.nullable().describe("null: next to nothing is short"),
  shortfallClashes: z
    .array(shortfallClashSchema)
    .optional()
    .describe("Every limit that clashes with the target, and by how much; absent: next to nothing is short"),
  reasons: z.array(reasonSchema).describe("One reason per slot"),
});

const nodePlan = z.object({
  nodeId: text("The grid node"),
  netKw: perSlot("Import, export negative, kW"),
  curtailedKw: perSlot("PV curtailed, kW"),
  limitPricePerKwh: perSlot(
    "Dual of the limits, per kWh in what limitPricesIn says, mostly the site's currency; 0 where overKw is above 0",
  ),
  failsafePricePerKwh: perSlot("Dual of the fail-safe row, likewise"),
  overKw: perSlot("Power by which the limit is broken, kW"),
  phaseOverKw: perSlot("The same of the phase furthest over its limit; absent where none is").optional(),
  voltageOverKw: perSlot("The same of the voltage, as load at its feeder; absent where none is").optional(),
});

const meterPlan = z.object({
  meteringPointId: text("The metering point"),
  highestKw: kw("Highest bought power at any time"),
  peakKw: kw("The same in the slots in which a demand charge counts it; 0 without one"),
  demandCost: money("What that adds to the demand charge; 0 up to the peak that is billed already"),
  carbonKg: z
    .number()
    .nullable()
    .describe("CO₂ that what is bought causes; kg; null: no intensity is stated"),
});

const targetPlan = z.object({
  targetId: text("Event that asks for it"),
  offKwh: kwh("Deviation from it in all its slots, in either direction"),
  mostOffKw: kw("The most in a slot"),
  penalty: money("What that weighs in the objective; nothing is paid for it"),
});

const plan = z.object({
  horizon: z.object({
    startsMs: z.array(z.int()).describe("Start of each slot; epoch milliseconds, UTC"),
    endMs: epochMs("End of the last slot"),
  }),
  solver: text("Solver or rule that made the plan"),
  sessions: z.array(sessionPlan),
  nodes: z.array(nodePlan),
  meteringPoints: z.array(meterPlan),
  targets: z.array(targetPlan).optional().describe("Dispatch targets; absent where there are none"),
  certificate: certificateSchema,
  iterations: z.number().describe("Iterations of the solver"),
  limitPricesIn: z
    .enum(["money", "objective"])
    .optional()
    .describe(
      "What the prices of limits are in: money, or units of the objective where cost weighs nothing; absent: money",
    ),
  moneyCost: money("Cash flow of the plan: bought − sold + demand charges + wear"),
  currency: text("ISO 4217 code"),
});

const outcome: z.ZodType<PlanOutcome> = z
  .discriminatedUnion("status", [
    z.object({
      status: planStatus.extract(["optimal", "feasible", "fallback", "limits-broken"]),
      plan,
      notes: z.array(z.string()).describe("What the planner wants known"),
      times: z.object({ solveMs: ms("Solve"), roundMs: ms("Rounding, each candidate verified") }),
    }),
    z.object({
      status: planStatus.extract(["invalid"]),
      problems: z.array(z.object({ place: text("Where"), message: text("What") })),
    }),
  ])
  .meta({ id: "PlanOutcome", description: "Outcome of planning: a closed set" });

export const planViewSchema: z.ZodType<PlanView> = z
  .object({
    siteId: text("Id of the site"),
    plannedMs: epochMs("When it was planned"),
    outcome,
    signalNotes: z
      .array(
        z.object({
          code: text("Code of the note"),
          message: text("What was done where a signal was missing, stale or in conflict"),
          atMs: epochMs("The time it concerns; null: all").nullable(),
        }),
      )
      .describe("Signals that were missing, stale or in conflict"),
    curtailments: z
      .array(curtailmentSchema)
      .describe("When PV is held back, how much and why, in order of time"),
  })
  .meta({ id: "Plan", description: "The plan in force with its certificate and reasons" });
