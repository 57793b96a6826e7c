import type { EpochMs } from "./units.js";

/** What a device measures: the site meter, a PV inverter, a stationary battery, a node below the root. */
export type DeviceKind = "site-import" | "pv" | "battery" | "node";

/** What is read of a device: its power in kW, and of a battery its state of charge in percent. */
export type Quantity = "power" | "soc";

/** How a raw number becomes kW or percent: raw × `factor`. Negative where the device counts the other way. */
interface Scaled {
  readonly factor: number;
}

export type RegisterType =
  | "int16"
  | "uint16"
  | "int32"
  | "uint32"
  | "int64"
  | "uint64"
  | "float32"
  | "float64";

/** A number in registers of 16 bits. */
export interface Register {
  readonly table: "holding" | "input";
  /** From 0, as on the wire: 40001 in the old counting is holding 0. */
  readonly address: number;
  readonly type: RegisterType;
  /** Which word of a longer number comes first: its high one (big) or its low one (little). */
  readonly wordOrder: "big" | "little";
}

/** A measured value in registers. */
export interface RegisterValue extends Register, Scaled {
  /** SunSpec: address of an int16 in the same table that holds the exponent of ten; null: none. */
  readonly scaleAddress: number | null;
}

/** Where a setpoint is written, always into holding registers. */
interface RegisterSetpoint extends Register, Scaled {
  /** Registers written before each setpoint, e.g. one that hands the control to us. */
  readonly before: readonly { readonly address: number; readonly value: number }[];
}

export interface ModbusAccess {
  readonly over: "modbus-tcp";
  readonly host: string;
  readonly port: number;
  /** Modbus unit, 0–255. */
  readonly unitId: number;
  readonly pollMs: number;
  readonly timeoutMs: number;
  readonly values: { readonly power: RegisterValue; readonly soc: RegisterValue | null };
  readonly setpoint: RegisterSetpoint | null;
}

/** A measured value in a message. */
export interface MessageValue extends Scaled {
  /** JSON pointer (RFC 6901) of the number in the message; null: the message is the number. */
  readonly pointer: string | null;
  /** JSON pointer of when it was measured: ISO 8601, or epoch seconds or milliseconds; null: when it came. */
  readonly timePointer: string | null;
}

/** A measured value in the messages of a topic. */
export interface TopicValue extends MessageValue {
  readonly topic: string;
}

/** Where a setpoint is published. */
export interface TopicSetpoint extends Scaled {
  readonly topic: string;
  /** Key of the number in a JSON object; null: the message is the number. */
  readonly key: string | null;
  /** Where the device repeats what it took; null: its power has to follow instead. */
  readonly echo: TopicValue | null;
  /** It is the most that the device may do, and not what it is to do. */
  readonly isLimit: boolean;
}

export interface MqttAccess {
  readonly over: "mqtt";
  /** mqtt:// or mqtts:// with host and port. */
  readonly broker: string;
  readonly user: string | null;
  readonly password: string | null;
  /** Absolute path of a PEM file with what the broker's certificate is checked against; null: the system's. */
  readonly caFile: string | null;
  readonly timeoutMs: number;
  readonly values: { readonly power: TopicValue; readonly soc: TopicValue | null };
  readonly setpoint: TopicSetpoint | null;
}

/** A measured value in the document at an address. */
export interface UrlValue extends MessageValue {
  /** http:// or https://. */
  readonly url: string;
}

/** The place of the number in the body of a setpoint. */
export const BODY_VALUE = "{value}";

/** Where a setpoint is sent. */
interface UrlSetpoint extends Scaled {
  readonly url: string;
  readonly method: "PUT" | "POST";
  /** Body in which `BODY_VALUE` stands for the number. */
  readonly body: string;
  readonly contentType: string;
  /** Number in the answer by which the device repeats what it took; null: any good answer says so. */
  readonly echo: MessageValue | null;
}

export interface HttpAccess {
  readonly over: "http";
  /** Value of the header Authorization; null: none. */
  readonly authorization: string | null;
  /** Absolute path of a PEM file with what certificates are checked against; null: the system's. */
  readonly caFile: string | null;
  readonly pollMs: number;
  readonly timeoutMs: number;
  readonly values: { readonly power: UrlValue; readonly soc: UrlValue | null };
  readonly setpoint: UrlSetpoint | null;
}

/** A meter, inverter or battery of a site and the way to it. */
export interface DeviceConfig {
  readonly id: string;
  readonly siteId: string;
  readonly kind: DeviceKind;
  /** Of a meter of a node: which. */
  readonly nodeId?: string;
  /** After so long without a value it is stale. */
  readonly staleMs: number;
  readonly access: ModbusAccess | MqttAccess | HttpAccess;
}

/** A value with when it was measured. */
export interface DeviceValue {
  readonly value: number;
  readonly atMs: EpochMs;
}

/** How a device stands, as shown to operators and to the control loop. */
export interface DeviceState {
  readonly id: string;
  readonly siteId: string;
  readonly kind: DeviceKind;
  readonly over: DeviceConfig["access"]["over"];
  readonly connected: boolean;
  /** Signed as measurements are: import, generation and charging positive; kW. null: never told. */
  readonly power: DeviceValue | null;
  /** Percent. null: never told, or no battery. */
  readonly soc: DeviceValue | null;
  /** Since when its values have been too old to be used; null: they are fresh. */
  readonly staleSinceMs: EpochMs | null;
  /** Messages and answers that were refused since the start. */
  readonly refused: number;
  readonly lastError: { readonly message: string; readonly atMs: EpochMs } | null;
  /** The last power, or limit of an inverter, that it was told to take; null: none yet. */
  readonly told: ToldPower | null;
}

export interface ToldPower {
  readonly powerKw: number;
  readonly atMs: EpochMs;
  /** false: it is not known whether the device took it. */
  readonly confirmed: boolean;
}

/** What became of a command to a device. */
export type DeviceAnswer =
  | { readonly status: "confirmed" }
  /** The device said no. */
  | { readonly status: "refused"; readonly detail: string }
  /** Another was to be told before its answer came: nobody knows whether it was taken, and it is no fault. */
  | { readonly status: "superseded"; readonly detail: string }
  /** Nobody knows whether it was taken. */
  | { readonly status: "unknown"; readonly detail: string };
