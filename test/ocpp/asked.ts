import type { StationCommand } from "../../src/domain/command.js";
import type { DriverTariff } from "../../src/domain/commands/tariffs.js";
import type { Schedule, SchedulePurpose } from "../../src/domain/schedule.js";
import { TRIGGER_MESSAGES } from "../../src/domain/trigger.js";
import { DER_CONTROLS } from "./der-controls.js";
import { NOW } from "./talk.js";

/**
 * Of every kind of command some: the compiler refuses this table when a kind is left out, so that whatever
 * looks at all that stations are asked looks at a new command too. `asked.test.ts` holds it to the messages of
 * the conformance tables.
 */
type Asked = { readonly [K in StationCommand["kind"]]: readonly Extract<StationCommand, { kind: K }>[] };

const schedule = (purpose: SchedulePurpose, change: Partial<Schedule> = {}): Schedule => ({
  purpose,
  stationId: "CP1",
  evseId: 1,
  transactionId: purpose === "session" || purpose === "correction" ? "7" : null,
  unit: "A",
  phases: 3,
  startMs: NOW,
  endMs: NOW + 3_600_000,
  periods: [{ startMs: NOW, mode: "charge-limit", value: 16, powerKw: 11 }],
  ...change,
});

const retrying = { retries: null, retryIntervalS: null };
const image = { location: "https://example.org/f", fileId: null, ...retrying };
const update = { retrieveMs: null, installMs: null, version: null, ...image };
const log = { location: "https://example.org/f", fromMs: null, toMs: null, ...retrying };
const checksum = "0".repeat(32);

const tariff: DriverTariff = {
  tariffId: "T1",
  currency: "CNY",
  text: "by the hour",
  energy: [{ pricePerKwh: 1.2, when: { fromTime: "08:00", toTime: "20:00", weekdays: [1, 7] } }],
  pricePerIdleMinute: 0.1,
  fixedFee: 1,
};

const certificate = {
  hashAlgorithm: "SHA256",
  issuerNameHash: "aa",
  issuerKeyHash: "bb",
  serialNumber: "1",
} as const;

const ASKED: Asked = {
  "set-schedule": [{ kind: "set-schedule", schedule: schedule("session") }],
  "update-schedule": [{ kind: "update-schedule", schedule: schedule("correction") }],
  "use-priority": [{ kind: "use-priority", transactionId: "7", on: true }],
  "allow-transfers": [{ kind: "allow-transfers", transactionId: "7", transfers: ["AC_single_phase"] }],
  "clear-schedule": [{ kind: "clear-schedule", evseId: 1, purpose: "session" }],
  "get-composite": [{ kind: "get-composite", evseId: 1, durationS: 60 }],
  // Put into the vendor's words before it is written: a data transfer or a setting.
  "tell-power": [
    { kind: "tell-power", way: "setting", evseId: 1, transactionId: "7", powerKw: -2 },
    { kind: "tell-power", way: "data-transfer", evseId: 1, transactionId: null, powerKw: 7 },
  ],
  "get-transaction-status": [
    { kind: "get-transaction-status", transactionId: "7" },
    { kind: "get-transaction-status", transactionId: null },
  ],
  "report-charging-profiles": [{ kind: "report-charging-profiles", evseId: 1 }],
  "clear-charging-profile": [{ kind: "clear-charging-profile", profileId: 7 }],
  "remote-start": [{ kind: "remote-start", evseId: 1, idToken: "T" }],
  "remote-stop": [{ kind: "remote-stop", transactionId: "7" }],
  trigger: TRIGGER_MESSAGES.map((message) => ({
    kind: "trigger",
    message,
    evseId: 1,
    ...(message === "CustomTrigger" ? { custom: "mine" } : {}),
  })),
  reset: [
    { kind: "reset", how: "soft", evseId: null },
    { kind: "reset", how: "when-idle", evseId: 1 },
  ],
  "change-availability": [{ kind: "change-availability", evseId: 1, operative: true }],
  unlock: [{ kind: "unlock", evseId: 1, connectorId: 1 }],
  "read-settings": [{ kind: "read-settings", names: ["A.B"] }],
  "write-setting": [{ kind: "write-setting", name: "A.B", value: "1" }],
  "write-settings": [
    {
      kind: "write-settings",
      settings: [
        { name: "A.B", value: "1" },
        { name: "A.C", value: "2" },
      ],
    },
  ],
  "report-settings": [{ kind: "report-settings", inventory: "full" }],
  "report-components": [{ kind: "report-components", components: ["A"], criteria: ["problem"] }],
  "set-monitoring-base": [{ kind: "set-monitoring-base", base: "all" }],
  "set-monitoring-level": [{ kind: "set-monitoring-level", severity: 3 }],
  "set-monitors": [
    {
      kind: "set-monitors",
      monitors: [{ name: "A.B", type: "delta", value: 1, severity: 3, inTransaction: false, id: null }],
    },
  ],
  "clear-monitors": [{ kind: "clear-monitors", ids: [1] }],
  "report-monitors": [{ kind: "report-monitors", criteria: ["delta"], names: ["A.B"] }],
  "customer-information": [
    { kind: "customer-information", report: true, clear: false, idToken: "T", customerIdentifier: null },
  ],
  "set-display-message": [
    {
      kind: "set-display-message",
      message: {
        messageId: 1,
        priority: "in-front",
        state: null,
        fromMs: null,
        untilMs: null,
        transactionId: null,
        format: "utf8",
        language: null,
        content: "hello",
        display: null,
      },
    },
  ],
  "report-display-messages": [{ kind: "report-display-messages", messageIds: [1] }],
  "clear-display-message": [{ kind: "clear-display-message", messageId: 1 }],
  "set-network-profile": [
    {
      kind: "set-network-profile",
      slot: 1,
      force: false,
      profile: {
        url: "wss://example.org/ocpp",
        ocppVersion: "2.0.1",
        securityProfile: 2,
        messageTimeoutS: 30,
        interface: "Wired0",
        apn: null,
        identity: null,
        password: null,
      },
    },
  ],
  "set-default-tariff": [{ kind: "set-default-tariff", evseId: 1, tariff }],
  "get-tariffs": [{ kind: "get-tariffs", evseId: null }],
  "clear-tariffs": [{ kind: "clear-tariffs", tariffIds: ["T1"], evseId: 1 }],
  "change-transaction-tariff": [{ kind: "change-transaction-tariff", transactionId: "7", tariff }],
  "running-cost": [
    {
      kind: "running-cost",
      cost: {
        transactionId: "7",
        totalCost: 3.5,
        atMs: NOW,
        meterWh: 1_000,
        isCharging: true,
        pricePerKwh: 1.2,
        next: null,
      },
    },
  ],
  "final-cost": [{ kind: "final-cost", transactionId: "7", totalCost: 3.5, text: "3.50" }],
  "user-price": [{ kind: "user-price", idToken: "T", text: "1.20 / kWh" }],
  "clear-cache": [{ kind: "clear-cache" }],
  "send-local-list": [
    { kind: "send-local-list", version: 1, isWhole: true, entries: [{ idToken: "T", standing: "Accepted" }] },
  ],
  "local-list-version": [{ kind: "local-list-version" }],
  reserve: [{ kind: "reserve", reservationId: 1, evseId: 1, idToken: "T", expiresMs: NOW }],
  "cancel-reservation": [{ kind: "cancel-reservation", reservationId: 1 }],
  "set-der-control": DER_CONTROLS.map(({ controlType, isDefault, parameters }) => ({
    kind: "set-der-control",
    controlId: "D1",
    controlType,
    isDefault,
    parameters,
  })),
  "get-der-controls": [{ kind: "get-der-controls", isDefault: true, controlType: null, controlId: null }],
  "clear-der-control": [{ kind: "clear-der-control", isDefault: true, controlType: null, controlId: "D1" }],
  "afrr-signal": [{ kind: "afrr-signal", signal: -3, atMs: NOW }],
  "request-battery-swap": [{ kind: "request-battery-swap", idToken: "T" }],
  "list-streams": [{ kind: "list-streams" }],
  "adjust-stream": [{ kind: "adjust-stream", streamId: 1, intervalS: 5, values: 10 }],
  "update-firmware": [
    { kind: "update-firmware", signed: null, ...update },
    { kind: "update-firmware", signed: { certificatePem: "PEM", signature: "s" }, ...update },
  ],
  "publish-firmware": [{ kind: "publish-firmware", checksum, ...image }],
  "unpublish-firmware": [{ kind: "unpublish-firmware", checksum }],
  "get-log": [
    { kind: "get-log", logType: "diagnostics", extended: false, ...log },
    { kind: "get-log", logType: "security", extended: false, ...log },
  ],
  "data-transfer": [{ kind: "data-transfer", vendorId: "V", messageId: null, data: null }],
  "install-certificate": [{ kind: "install-certificate", use: "central-system", certificate: "PEM" }],
  "list-certificates": [{ kind: "list-certificates", use: "central-system" }],
  "delete-certificate": [{ kind: "delete-certificate", certificate }],
  "renew-certificate": [{ kind: "renew-certificate" }],
  "change-password": [{ kind: "change-password", password: "0123456789abcdef0123" }],
  "raise-profile": [{ kind: "raise-profile", profile: 2 }],
  "hand-certificate": [{ kind: "hand-certificate", chain: "PEM", requestId: 5 }],
};

/** What stations are asked: one or more of each kind. */
export const COMMANDS: readonly StationCommand[] = Object.values(ASKED).flat();
