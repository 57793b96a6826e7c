import type { FleetEvent } from "../domain/fleet.js";
import type { Horizon } from "../domain/horizon.js";
import type { LimitExcess } from "../domain/limit-excess.js";
import type { PlanOutcome } from "../domain/plan.js";
import type { Problem } from "../domain/problem.js";
import type { Site } from "../domain/site.js";
import type { StationNews } from "../domain/station-news.js";
import type { WarmStarting } from "../domain/warm-start.js";
import type { EpochMs } from "../domain/units.js";
import type { Clock } from "../ports/clock.js";
import type { DischargeProbes } from "../ports/discharge-probes.js";
import type { Distribution } from "../ports/distribution.js";
import type { Devices } from "../ports/devices.js";
import type { Documents } from "../ports/documents.js";
import type { GridEvents } from "../ports/event-store.js";
import type { FleetGateway } from "../ports/fleet-gateway.js";
import type { IdTokens } from "../ports/id-tokens.js";
import type { Ledger } from "../ports/ledger.js";
import type { Operations } from "../ports/operations.js";
import type { QuirkBook } from "../ports/quirk-book.js";
import type { Sharing } from "../ports/sharing.js";
import type { SignalSource } from "../ports/signal-source.js";
import type { StationLink } from "../ports/station-link.js";
import type { Telemetry } from "../ports/telemetry.js";

/** A way to plan: the optimizer, or a rule. Never rejects. */
export interface Policy {
  readonly name: string;
  /** `starting`: where the last plan's solve was, and where to leave what the next may begin from. */
  plan(problem: Problem, starting?: WarmStarting): Promise<PlanOutcome>;
}

export interface ControlSettings {
  /** Pause after a change in which more changes are gathered before planning, ms. */
  readonly gatherMs: number;
  /** Slots of a plan: a day and the rest of the running quarter. */
  readonly horizonSlots: number;
  /** Time after being told within which a station must follow, ms. */
  readonly followWithinMs: number;
  /** Time for which a round of sending waits for its answers before it goes on without them, ms. */
  readonly answerWithinMs: number;
  /** Whether the loop steers; false plans nothing and tells stations nothing (uncontrolled). */
  readonly steer: boolean;
}

/** Structured log lines; pino fits. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface ControlParts {
  readonly clock: Clock;
  readonly sites: readonly Site[];
  readonly signals: SignalSource;
  readonly events: GridEvents;
  readonly ledger: Ledger;
  readonly telemetry: Telemetry;
  /** Where confirmed defaults are kept over a restart. */
  readonly documents: Documents;
  readonly link: StationLink;
  /** What is found of a station's ways is kept there; nowhere where it is left out. */
  readonly quirks?: Pick<QuirkBook, "learn" | "of">;
  /** Meters, inverters and batteries; absent: there are none. */
  readonly devices?: Devices;
  readonly policy: Policy;
  readonly settings: ControlSettings;
  readonly log: Log;
  readonly idTokens: IdTokens;
  /** Told of limits that are exceeded beyond their grace, and kept again; left out, nobody is. */
  readonly exceeded?: (excess: LimitExcess) => void;
  /** Hears of each event of the fleet after it was taken in; left out, nobody does. */
  readonly heard?: (event: FleetEvent) => void;
}

/** One finished pass of the loop, for metrics, benchmarks and tests. */
export interface CycleRecord {
  readonly siteId: string;
  readonly triggeredMs: EpochMs;
  /** What made the loop plan: slot, event, session-opened, measurement, … */
  readonly causes: readonly string[];
  readonly startedMs: EpochMs;
  readonly horizon: Horizon;
  /** What was planned. */
  readonly problem: Problem;
  readonly outcome: PlanOutcome;
  readonly commands: number;
  readonly rejected: number;
  /** Wall-clock milliseconds of each part. */
  readonly wall: {
    readonly gatherMs: number;
    readonly planMs: number;
    readonly dispatchMs: number;
    readonly transportMs: number;
  };
}

/** One site in figures, counts since the process began. */
export interface SiteReadings {
  readonly siteId: string;
  /** When the plan in force was made; null before the first. */
  readonly plannedMs: EpochMs | null;
  readonly outcome: PlanOutcome | null;
  /** Plans by the state in which they ended. */
  readonly plans: ReadonlyMap<PlanOutcome["status"], number>;
  readonly solveSeconds: Distribution;
  readonly commands: number;
  /** Schedules that a station did not take: refused, unanswered, or it was gone. */
  readonly rejected: number;
  /** Every limit that is watched by a meter. */
  readonly limits: readonly LimitReadings[];
  /** EVSEs that may have been told to give back beside their profile, though no session there is to. */
  readonly notTakenBack: number;
}

/** A limit of one node beside what is measured there. */
interface LimitReadings {
  readonly nodeId: string;
  readonly direction: "import" | "export";
  /** Excesses of the measured power over it that lasted beyond their grace. */
  readonly breaches: number;
  /** null: it is not exceeded. */
  readonly overSinceMs: EpochMs | null;
}

/** The control loop in figures. */
interface ControlReadings {
  readonly sites: readonly SiteReadings[];
  /** Messages that were put into quarantine since the process began. */
  readonly quarantined: number;
}

export interface Control extends FleetGateway, Operations {
  /** Queues of shared piles, loans of neighbours' piles, the emergency pile. */
  readonly sharing: Sharing;
  /** Whether older stations give back; null: no quirks are kept. */
  readonly dischargeProbes: DischargeProbes | null;
  /** What a station told beside charging; reservations among it. */
  told(news: StationNews): void;
  /** Picks up open sessions from the ledger and begins the loop. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** True when no plan is being made and no command is in flight; lock-step runs wait for it. */
  idle(): boolean;
  onCycle(listener: (record: CycleRecord) => void): void;
  readings(): ControlReadings;
}
