import type { AuthorizationCommand } from "./commands/authorization.js";
import type { AvailabilityCommand } from "./commands/availability.js";
import type { BatterySwapCommand } from "./commands/battery-swap.js";
import type { GridControlCommand } from "./commands/grid-control.js";
import type { EventStream, StreamCommand } from "./commands/streams.js";
import type { CertificateCommand, InstalledCertificate } from "./commands/certificates.js";
import type { CustomerCommand } from "./commands/customer.js";
import type { DataTransferCommand } from "./commands/data-transfer.js";
import type { DisplayCommand } from "./commands/display.js";
import type { ItemResult, MonitoringCommand } from "./commands/monitoring.js";
import type { NetworkCommand } from "./commands/network.js";
import type { SecretCommand } from "./commands/secrets.js";
import type { SettingsCommand, StationSetting } from "./commands/settings.js";
import type { SteeringCommand } from "./commands/steering.js";
import type { TariffAssignment, TariffCommand } from "./commands/tariffs.js";
import type { TransactionsCommand, TransactionStatus } from "./commands/transactions.js";
import type { FirmwareCommand } from "./commands/firmware.js";
import type { LogsCommand } from "./commands/logs.js";
import type { Schedule } from "./schedule.js";
import type { EpochMs } from "./units.js";

/** What an operator asks of a station, free of any OCPP version: a file per block of the standard. */
export type OperatorCommand =
  | AvailabilityCommand
  | SettingsCommand
  | MonitoringCommand
  | CustomerCommand
  | DisplayCommand
  | NetworkCommand
  | TariffCommand
  | AuthorizationCommand
  | GridControlCommand
  | BatterySwapCommand
  | StreamCommand
  | FirmwareCommand
  | LogsCommand
  | DataTransferCommand
  | CertificateCommand
  | TransactionsCommand;

/** What we may ask of a station. */
export type StationCommand = SteeringCommand | AskedCommand;

/** What does not steer. */
export type AskedCommand = OperatorCommand | SecretCommand;

/** A command of one kind. */
export type CommandOf<K extends AskedCommand["kind"]> = Extract<AskedCommand, { readonly kind: K }>;

const STEERING: ReadonlySet<string> = new Set<SteeringCommand["kind"]>([
  "set-schedule",
  "update-schedule",
  "use-priority",
  "allow-transfers",
  "tell-power",
  "clear-schedule",
  "get-composite",
  "remote-start",
  "remote-stop",
  "trigger",
]);

export const isSteering = (command: StationCommand): command is SteeringCommand => STEERING.has(command.kind);

export interface CompositePeriod {
  readonly startMs: EpochMs;
  readonly powerKw: number;
}

/** Outcome of a command: a closed set, never an exception. */
export type CommandOutcome = AcceptedOutcome | RefusedOutcome;

export interface AcceptedOutcome {
  readonly status: "accepted";
  readonly composite?: readonly CompositePeriod[];
  /** What the station took of a schedule that it could not hold as a whole: nowhere more. */
  readonly taken?: Schedule;
  readonly settings?: readonly StationSetting[];
  /** What the station adds: `Scheduled` once the transaction is over, `RebootRequired`. */
  readonly detail?: string;
  /** Answer to list-streams. */
  readonly streams?: readonly EventStream[];
  /** Answer to a data transfer. */
  readonly data?: string;
  /** Of the local list: 0 where it is empty, −1 where the station has none (1.6). */
  readonly version?: number;
  /** Under which the station tells later what comes of it. */
  readonly requestId?: number;
  /** Of the log that the station will upload, as it names it. */
  readonly fileName?: string;
  /** Answer to list-certificates. */
  readonly certificates?: readonly InstalledCertificate[];
  /** Of a command about several things, one for each, in its order. */
  readonly results?: readonly ItemResult[];
  /** Answer to get-tariffs. */
  readonly tariffs?: readonly TariffAssignment[];
  /** Answer to get-transaction-status. */
  readonly transaction?: TransactionStatus;
}

interface RefusedOutcome {
  readonly status: "rejected" | "unsupported" | "offline" | "timeout" | "error";
  readonly detail: string;
  /** It was told in the default's place, as never before: if it was taken, the default is gone. */
  readonly inDefaultsPlace?: true;
}
