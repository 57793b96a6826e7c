import type { Handler, HandlerContext, Payload, WireCall } from "./words.js";
import { isoTime, numberOf, objectOf, textOf } from "./words.js";

/** Longer than a loopback takes; a station does not try for ever. */
const PATIENCE_MS = 30_000;

const isHttp = (location: string): boolean => /^https?:/.test(location);

/** Fetches a file and forgets it; whether it could. */
const fetched = async (location: string): Promise<boolean> => {
  if (!isHttp(location)) return false;
  const response = await fetch(location, { signal: AbortSignal.timeout(PATIENCE_MS) });
  await response.arrayBuffer();
  return response.ok;
};

const uploaded = async (location: string, text: string): Promise<boolean> => {
  if (!isHttp(location)) return false;
  const init = { method: "PUT", body: text, signal: AbortSignal.timeout(PATIENCE_MS) };
  return (await fetch(location, init)).ok;
};

const orNot = (work: Promise<boolean>): Promise<boolean> => work.catch(() => false);

const said =
  (action: string, requestId: number | null) =>
  (status: string): WireCall => ({
    action,
    payload: { status, ...(requestId === null ? {} : { requestId }) },
  });

/** Tells one status after the other, under the request's id where the version has one. */
const teller =
  (action: string, requestId: number | null, { follow }: HandlerContext) =>
  (status: string | (() => Promise<string | null>)): void => {
    const say = said(action, requestId);
    const saidLater = async (later: () => Promise<string | null>): Promise<WireCall | null> => {
      const word = await later();
      return word === null ? null : say(word);
    };
    follow(typeof status === "string" ? say(status) : () => saidLater(status));
  };

const update = (
  firmware: Payload,
  action: string,
  requestId: number | null,
  context: HandlerContext,
): void => {
  const tell = teller(action, requestId, context);
  const location = textOf(firmware["location"]) ?? "";
  let isThere = false;
  tell("Downloading");
  tell(async () => {
    isThere = await orNot(fetched(location));
    return isThere ? "Downloaded" : "DownloadFailed";
  });
  const then = (status: string): void => tell(async () => (isThere ? status : null));
  if (typeof firmware["signature"] === "string") then("SignatureVerified");
  then("Installing");
  then("Installed");
};

const upload = (
  { location, action, failed }: { location: string; action: string; failed: string },
  requestId: number | null,
  context: HandlerContext,
): string => {
  const { stationId } = context.spec;
  const tell = teller(action, requestId, context);
  const text = `${isoTime(context.operations.now())} ${stationId}: a virtual station logs nothing more\n`;
  tell("Uploading");
  tell(async () => ((await orNot(uploaded(location, text))) ? "Uploaded" : failed));
  return `${stationId}.log`;
};

const getLog: Handler = ({ log, logType, requestId }, context) => {
  if (logType === "DataCollectorLog") return { status: "Rejected" };
  const location = textOf(objectOf(log)["remoteLocation"]) ?? "";
  const to = { location, action: "LogStatusNotification", failed: "UploadFailure" };
  return { status: "Accepted", filename: upload(to, numberOf(requestId), context) };
};

const firmwareWith =
  (action: string): Handler =>
  ({ firmware, requestId }, context) => {
    update(objectOf(firmware), action, numberOf(requestId), context);
    return { status: "Accepted" };
  };

/** Firmware and logs in 2.x. */
export const jobHandlers2x: Readonly<Record<string, Handler>> = {
  UpdateFirmware: firmwareWith("FirmwareStatusNotification"),
  GetLog: getLog,
};

/** In 1.6, with its security extension. */
export const jobHandlers16: Readonly<Record<string, Handler>> = {
  UpdateFirmware: (payload, context) => {
    update(payload, "FirmwareStatusNotification", null, context);
    return {};
  },
  SignedUpdateFirmware: firmwareWith("SignedFirmwareStatusNotification"),
  GetDiagnostics: ({ location }, context) => {
    const to = {
      location: textOf(location) ?? "",
      action: "DiagnosticsStatusNotification",
      failed: "UploadFailed",
    };
    return { fileName: upload(to, null, context) };
  },
  GetLog: getLog,
};
