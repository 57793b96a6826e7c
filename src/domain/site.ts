import type { SecurityProfile } from "./security.js";
import type { EpochMs } from "./units.js";
import type { EmergencyTerms, OwnerTerms, SharedTerms } from "./sharing.js";
import type { ObjectiveWeights, Preset } from "./weights.js";

/** How a node's hard limit is protected when messages are lost; see docs/fail-safe.md. */
type FailsafeMode = "strict" | "graced";

/** A point of the supply tree with an import and an export limit. */
export interface GridNode {
  readonly id: string;
  readonly parentId: string | null;
  readonly importLimitKw: number | null;
  readonly exportLimitKw: number | null;
  /** Limit of import on each of the three phases; null or absent: none. */
  readonly phaseLimitKw?: number | null;
  /** Line to the parent, ohms per phase, and the voltage between two phases; absent: none is counted. */
  readonly line?: {
    readonly resistanceOhm: number;
    readonly reactanceOhm: number;
    readonly nominalV: number;
  };
  /** Limits of the voltage, per unit of the nominal; absent: none. */
  readonly voltageLimits?: { readonly minPu: number | null; readonly maxPu: number | null };
  /** null: no fail-safe row for this node. */
  readonly failsafe: FailsafeMode | null;
  /** Seconds within which a graced node must be below its limit again; null where it is not graced. */
  readonly graceS: number | null;
  /** Price of the node's net power squared, money per kW²·h, which flattens its curve; 0: none. */
  readonly flatteningPerKw2h: number;
  /** Price of the squared change of its net power against the plan in force, money per kW²·h; absent: none. */
  readonly smoothChangePerKw2h?: number;
}

/** Where a price applies: a node with a meter and a tariff. */
export interface SiteMeteringPoint {
  readonly id: string;
  readonly nodeId: string;
  readonly tariffId: string;
  /** Spot price series paid for export; null: what is returned is paid nothing. */
  readonly sellPriceId: string | null;
  /** null: power costs nothing, only energy does. */
  readonly demandCharge: SiteDemandCharge | null;
  /** CO₂ of a kWh that is drawn: always the same, or by a series; null: not known, counted as none. */
  readonly carbon: { readonly kgPerKwh: number } | { readonly seriesId: string } | null;
}

/** Price of the highest power of a billing month (需量电费). */
export interface SiteDemandCharge {
  /** Per kW above the billed peak, in the site's currency. */
  readonly pricePerKw: number;
  /** Peak that is billed already, or will be anyway. */
  readonly billedPeakKw: number;
  /** Local clock times `HH:MM` between which power counts; null: at any time. */
  readonly countsFrom: string | null;
  readonly countsTo: string | null;
}

export interface EvseConfig {
  /** As in OCPP 2.x, from 1; for 1.6 the connector. */
  readonly evseId: number;
  readonly phases: 1 | 3;
  /** Phase of the supply that its only phase, or its first, is wired to; absent: not known. */
  readonly firstPhase?: 1 | 2 | 3 | undefined;
  readonly voltageV: number;
  readonly minA: number;
  readonly maxA: number;
  /** Rated discharge power; 0 for a one-way EVSE. */
  readonly maxDischargeKw: number;
  /** Drivers take turns at it (多车一桩); absent: they do not. */
  readonly shared?: SharedTerms | undefined;
  /** A private pile that its owner lends (临近车位共享); absent: it is not lent. */
  readonly owner?: OwnerTerms | undefined;
  /** The community's fast pile for emergencies (应急快充); absent: it is none. */
  readonly emergency?: EmergencyTerms | undefined;
}

export interface StationConfig {
  /** The OCPP identity. */
  readonly id: string;
  readonly siteId: string;
  readonly nodeId: string;
  readonly evses: readonly EvseConfig[];
  /** OCPP security profile that it must connect with; absent: nothing is stated. */
  readonly securityProfile?: SecurityProfile;
  /** Common name of its client certificate; absent: its id. */
  readonly serialNumber?: string;
}

/** What a silent driver is taken to want; stated per site and shown. */
interface PreferenceDefaults {
  /** Local clock time of departure, `HH:MM`. */
  readonly departureTime: string;
  readonly energyNeedKwh: number;
}

/** A stationary battery that is commanded. Powers at the grid side, charging positive. */
export interface SiteStorage {
  /** That of its device. */
  readonly id: string;
  readonly nodeId: string;
  readonly capacityKwh: number;
  /** Never planned to be discharged below. */
  readonly minimumKwh: number;
  readonly maxChargeKw: number;
  readonly maxDischargeKw: number;
  readonly chargeEfficiency: number;
  readonly dischargeEfficiency: number;
  readonly wearPerKwh: number;
  /** Without a new setpoint for so long it goes to `failsafeKw` by itself; null: it keeps the last one. */
  readonly watchdogMs: number | null;
  readonly failsafeKw: number;
}

/** A PV inverter whose active power is limited by command. Powers are generation, positive. */
export interface SiteInverter {
  /** That of its device. */
  readonly id: string;
  /** Node that it hangs on; absent: the root. */
  readonly nodeId?: string;
  /** The most that it generates. */
  readonly ratedKw: number;
  /** Without a new limit for so long it goes to `failsafeKw` by itself; null: it keeps the last one. */
  readonly watchdogMs: number | null;
  /** Limit that it holds without us. */
  readonly failsafeKw: number;
}

/** One grid connection: base load, PV, tariff, and the stations under it. */
export interface Site {
  readonly id: string;
  readonly name: string;
  /** IANA zone, e.g. Asia/Shanghai. */
  readonly timeZone: string;
  readonly currency: string;
  readonly nodes: readonly GridNode[];
  /** The node at which the site meter and the base load sit. */
  readonly rootNodeId: string;
  readonly meteringPoints: readonly SiteMeteringPoint[];
  /** Nodes below the root with a meter of their own among the devices; absent: none. */
  readonly meteredNodeIds?: readonly string[];
  readonly stations: readonly StationConfig[];
  /** Batteries that are commanded; absent: none. */
  readonly storages?: readonly SiteStorage[];
  /** PV inverters that are commanded; absent: none. */
  readonly inverters?: readonly SiteInverter[];
  /** Devices of PV below the root that is not commanded, and their nodes; absent: none. */
  readonly measuredPv?: readonly { readonly id: string; readonly nodeId: string }[];
  readonly defaults: PreferenceDefaults;
  /** Typical base load by quarter of the local day, 96 values. */
  readonly baseProfileKw: readonly number[];
  /** Voltage at the root per unit of the nominal; absent: 1. */
  readonly supplyPu?: number;
  /** Share of the base load on each of the three phases; absent: a third each. */
  readonly basePhaseShares?: readonly number[];
  /** Typical PV power by quarter of the local day, 96 values. */
  readonly pvProfileKw: readonly number[];
  /** Share added to the base-load forecast where a limit is concerned, while no errors are known. */
  readonly baseMarginShare: number;
  /** A measurement older than this is stale and the forecast stands alone. */
  readonly measurementStaleMs: number;
  /** How often stations are told what their sessions have cost; absent: they are not. */
  readonly costEveryMs?: number;
  /** Cost of wear of a kWh discharged, in the site's currency. */
  readonly wearPerKwh: number;
  /** What plans are for, by name, and weights instead of its. */
  readonly objective: Preset;
  readonly weights: Partial<ObjectiveWeights>;
}

/** Measured power of a node, a PV plant or a battery. */
export interface Measurement {
  readonly siteId: string;
  /**
   * `site-import`: import positive; `pv`: generation positive; `battery`: charging positive. `ev` is the
   * sum of the site's cars and `ev:<node>` of those at and below a node, noted by the control loop itself.
   * `node:<node>` is the import of a node below the root.
   */
  readonly kind: "site-import" | "pv" | "battery" | "ev" | `ev:${string}` | `node:${string}`;
  readonly powerKw: number;
  readonly atMs: EpochMs;
}
