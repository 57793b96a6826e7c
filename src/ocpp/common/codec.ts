import type { CommandOutcome, StationCommand } from "../../domain/command.js";
import type {
  CarSchedule,
  EvseStatus,
  FleetEvent,
  OcppVersion,
  StationCapabilities,
  TransactionEvent,
} from "../../domain/fleet.js";
import type { Verdict } from "../../domain/id-token.js";
import type { ProfilePlace, Quirks } from "../../domain/quirks.js";
import type { StationNews } from "../../domain/station-news.js";
import type { RateUnit, Schedule } from "../../domain/schedule.js";
import type { TriggerMessage } from "../../domain/trigger.js";
import type { EpochMs } from "../../domain/units.js";
import type { Vacancy } from "../../ports/fleet-gateway.js";
import type { TransferAnswer } from "../../domain/transfer-hook.js";
import type { Transfer } from "../../ports/transfer-hooks.js";
import type { Recorded } from "../../ports/ledger.js";
import type { Payload } from "../wire.js";
import type { Found, LookUp } from "./look-up.js";
import type { StationFacts } from "./station-facts.js";
import type { LastReading, ToldReading } from "./meter.js";
import type { MeterDoubts, MeterFinding } from "./plausible.js";
import { type StationClock, UNKNOWN_CLOCK } from "./station-clock.js";

/** Voltage and phases of an EVSE's connection, from the site file. */
export interface EvseElectrics {
  readonly voltageV: number;
  readonly phases: 1 | 3;
  /** Rated power; where it is not told, any pile's. */
  readonly ratedKw?: number;
}

/** A variable of the device model that a monitor looks at. */
export interface MonitoredVariable {
  readonly component: string;
  readonly variable: string;
  /** 0: of the whole station. */
  readonly evseId: number;
}

/** What is remembered of a station beyond one message and one connection. */
export interface StationMemory {
  /** Last reading of an EVSE, to derive power from the register where no power is told. */
  readonly lastReading: Map<number, LastReading>;
  /** State of each connector that the station ever named, by `evse/connector`; Unknown since a restart. */
  readonly connectorStatus: Map<string, EvseStatus>;
  /** Last reading of an EVSE as its meter told it, and what is doubted of that meter. */
  readonly toldReading: Map<number, ToldReading>;
  readonly meterDoubts: Map<number, MeterDoubts>;
  clock: StationClock;
  /** What each monitor of the device model looks at, as far as the station told it; 2.x. */
  readonly monitors: Map<number, MonitoredVariable>;
  /** Monitors whose values open streams carry, by the stream's id; 2.1. */
  readonly streams: Map<number, number>;
}

/** Of most stations most is never asked for: an empty map is made when it is, and not before. */
class Remembered implements StationMemory {
  readonly connectorStatus: StationMemory["connectorStatus"] = new Map();
  clock = UNKNOWN_CLOCK;
  #readings: Pick<StationMemory, "lastReading" | "toldReading" | "meterDoubts"> | null = null;
  #monitors: Pick<StationMemory, "monitors" | "streams"> | null = null;

  get lastReading(): StationMemory["lastReading"] {
    return this.#ofMeters().lastReading;
  }

  get toldReading(): StationMemory["toldReading"] {
    return this.#ofMeters().toldReading;
  }

  get meterDoubts(): StationMemory["meterDoubts"] {
    return this.#ofMeters().meterDoubts;
  }

  get monitors(): StationMemory["monitors"] {
    return this.#ofMonitors().monitors;
  }

  get streams(): StationMemory["streams"] {
    return this.#ofMonitors().streams;
  }

  #ofMeters() {
    this.#readings ??= { lastReading: new Map(), toldReading: new Map(), meterDoubts: new Map() };
    return this.#readings;
  }

  #ofMonitors() {
    this.#monitors ??= { monitors: new Map(), streams: new Map() };
    return this.#monitors;
  }
}

export const createStationMemory = (): StationMemory => new Remembered();

export interface InboundContext {
  readonly stationId: string;
  readonly nowMs: EpochMs;
  readonly memory: StationMemory;
  readonly electrics: (evseId: number) => EvseElectrics | null;
  /** EVSE of a running transaction, as the fleet knows it: 2.x need name it only once. */
  readonly evseOf: (transactionId: string) => number | null;
  /** The correction that a profile of ours, by its id, is to hold as of now; null: none. */
  readonly correctionOf: (profileId: number) => Schedule | null;
  /** Whether a car's own schedule goes beyond what it was offered. */
  readonly exceedsOffer: (evseId: number, schedule: CarSchedule) => boolean;
  /** The station's text of a time; one without a zone in the site's. */
  readonly readTime: (text: string | null) => EpochMs | null;
  /** Heartbeat interval told to the station, s. */
  readonly heartbeatIntervalS: number;
  /** How its meters are to be read; as they tell where it is left out. */
  readonly meterQuirks?: Pick<Quirks, "powerFrom" | "registerFactor">;
  /** Something is wrong with the meter of an EVSE. */
  readonly found?: (finding: MeterFinding, evseId: number) => void;
}

/** What came of the asked-for steps, from which the answer is written. */
export interface Done {
  /** One for each of `records`, in order. */
  readonly recorded: readonly Recorded[];
  /** Null when nobody was to be authorized. */
  readonly authorization: Verdict | null;
  /** What a transfer is answered; left out where there was none, or nobody is asked. */
  readonly transferred?: TransferAnswer;
  /** What the transaction has cost so far, in the site's currency; left out where it is not told. */
  readonly totalCost?: number;
  /** Whether what was to be signed was; absent: nothing was. */
  readonly isSigned?: boolean;
  /** What was looked up; absent: nothing was. */
  readonly found?: Found;
}

/** A station's request for a certificate. */
export interface SigningWish {
  readonly csr: string;
  /** 2.1 names its requests; null elsewhere. */
  readonly requestId: number | null;
}

/** What a message from a station means: asked first, then stored, then answered, then told. */
export interface Meaning {
  /** Id token to be asked for. */
  readonly authorize?: string | null;
  /** Its type, where the version knows types. */
  readonly tokenType?: string | null;
  /** Whether the token is to begin a charge; what is recorded then carries its standing. */
  readonly begins?: boolean;
  /** Transaction messages; the answer waits for their commits. */
  readonly records?: readonly TransactionEvent[];
  /** EVSEs that are free: what still runs there must have ended. The answer waits for that too. */
  readonly freed?: readonly FreedEvse[];
  /** The EVSE that the message names, whatever comes of it; 0 or left out: none. */
  readonly about?: number;
  /** A certificate for the station's own connection to be signed, and sent after the answer. */
  readonly signs?: SigningWish;
  /** News for the fleet. */
  readonly reports?: readonly FleetEvent[];
  /** What it tells of itself beside charging. */
  readonly news?: readonly StationNews[];
  readonly booted?: boolean;
  /** What a vendor defined; whoever knows it is asked. */
  readonly transfer?: Transfer;
  /** Certificates and contracts of cars that others are asked about. */
  readonly lookUp?: LookUp;
  /** Transaction whose cost is told in the answer. */
  readonly costOf?: string;
  readonly answer: (done: Done) => Payload;
}

/** `sinceMs` is the station's own time. */
type FreedEvse = Pick<Vacancy, "evseId" | "sinceMs">;

export type InboundHandler = (payload: Payload, context: InboundContext) => Meaning;

/** How a schedule is put into a profile: learnt per station, stated defaults until then. */
export interface ProfileOptions {
  readonly unit: RateUnit;
  /** Values are told in multiples of this, in the unit. */
  readonly step: number;
  readonly place: ProfilePlace;
  /** `relative`: without a start, one value. */
  readonly kind: Quirks["profileKind"];
  /** How far the station's clock is ahead of ours, where that is known, ms. */
  readonly clockAheadMs: number;
  readonly stackLevel: number;
  readonly maxPeriods: number;
  /** Profile ids of ours lie above this. */
  readonly idBase: number;
  /** Seconds for which a discharging profile holds while offline; null where not understood. */
  readonly maxOfflineDurationS: number | null;
  /** Of a schedule of one phase it is told which: its first, as the site file has it wired (2.x). */
  readonly tellsPhase?: true;
  /** What the rules of 2.1 hang on beside the profile itself; absent: not known. */
  readonly facts?: StationFacts;
}

export interface OutboundContext {
  readonly nowMs: EpochMs;
  readonly profile: ProfileOptions;
  readonly electrics: (evseId: number) => EvseElectrics | null;
  /** A fresh positive integer. */
  readonly nextId: () => number;
}

export interface WireCall {
  readonly action: string;
  readonly payload: Payload;
}

/** A command written for the wire, or why this version cannot say it. */
export type Written =
  | {
      readonly call: WireCall;
      /** Under which the station tells later what comes of it. */
      readonly requestId?: number;
    }
  | { readonly outcome: CommandOutcome };

/** What a station told of its abilities. */
export interface Abilities {
  readonly capabilities: StationCapabilities;
  /** Highest id of profiles from outside (2.1), null when not told. */
  readonly maxExternalConstraintsId: number | null;
  /** Whether maxOfflineDuration is understood (2.1); null when not told. */
  readonly maxOfflineDuration: boolean | null;
  /** It is set to send no meter values while it charges: neither sampled nor clock-aligned ones. */
  readonly silentMeter: boolean;
}

export type TriggerCommand = Extract<StationCommand, { kind: "trigger" }>;

/** What a station is asked to send. */
export interface Trigger {
  readonly message: TriggerMessage;
  readonly evseId: number | null;
  readonly connectorId: number;
}

/** One OCPP version: words in, words out. Pure apart from the station's memory. */
export interface Codec {
  readonly version: OcppVersion;
  readonly inbound: ReadonlyMap<string, InboundHandler>;
  write(command: StationCommand, context: OutboundContext): Written;
  /** TriggerMessage; 1.6 has no connectors beside its EVSEs. */
  trigger(asked: Trigger): WireCall;
  /** Reads the answer to a written command. */
  read(command: StationCommand, answer: Payload, context: OutboundContext): CommandOutcome;
  /** The questions about abilities, and what the answers mean; null where none came. */
  readonly abilityQuestions: readonly WireCall[];
  readAbilities(answers: readonly (Payload | null)[]): Abilities;
}

/** Until a station told: amperes, 24 periods, stack level 0, no discharge. */
export const DEFAULT_CAPABILITIES: StationCapabilities = {
  rateUnit: "A",
  maxPeriods: 24,
  maxStackLevel: 0,
  dischargeSetpoint: false,
};
