import type { CommandOf, CommandOutcome } from "../../domain/command.js";
import type { Retrying } from "../../domain/commands/firmware.js";
import type { LogsCommand } from "../../domain/commands/logs.js";
import type { EpochMs } from "../../domain/units.js";
import { type Payload, textAt } from "../wire.js";
import type { Written } from "./codec.js";
import { outcomeOf } from "./outcome.js";
import { writeTime } from "./time.js";

/** Neither the command nor our file exchange names a place. */
export const NO_LOCATION: Written = {
  outcome: {
    status: "error",
    detail:
      "no location: name one, or set files.publicUrl in the configuration so that the server keeps files itself",
  },
};

export const retrying = ({ retries, retryIntervalS }: Retrying): Payload => ({
  ...(retries === null ? {} : { retries }),
  ...(retryIntervalS === null ? {} : { retryInterval: retryIntervalS }),
});

/** UpdateFirmware of 2.x and SignedUpdateFirmware of 1.6, which are alike. */
export const signedFirmware = (
  command: CommandOf<"update-firmware">,
  requestId: number,
  nowMs: EpochMs,
): Payload => {
  const { location, retrieveMs, installMs, signed } = command;
  return {
    requestId,
    ...retrying(command),
    firmware: {
      location,
      retrieveDateTime: writeTime(retrieveMs ?? nowMs),
      ...(installMs === null ? {} : { installDateTime: writeTime(installMs) }),
      ...(signed === null ? {} : { signingCertificate: signed.certificatePem, signature: signed.signature }),
    },
  };
};

const LOG_TYPES: Readonly<Record<LogsCommand["logType"], string>> = {
  diagnostics: "DiagnosticsLog",
  security: "SecurityLog",
  "data-collector": "DataCollectorLog",
};

/** GetLog, in 2.x and the security extension of 1.6. */
export const logRequest = (command: LogsCommand, requestId: number): Payload => {
  const { logType, location, fromMs, toMs } = command;
  return {
    logType: LOG_TYPES[logType],
    requestId,
    ...retrying(command),
    log: {
      remoteLocation: location,
      ...(fromMs === null ? {} : { oldestTimestamp: writeTime(fromMs) }),
      ...(toMs === null ? {} : { latestTimestamp: writeTime(toMs) }),
    },
  };
};

/** The answer to GetLog; a log that was on its way before may be given up for this one. */
export const readLogAnswer = (answer: Payload): CommandOutcome => {
  const outcome = outcomeOf(answer, ["AcceptedCanceled"]);
  const fileName = textAt(answer, "filename");
  return outcome.status !== "accepted" || fileName === null ? outcome : { ...outcome, fileName };
};
