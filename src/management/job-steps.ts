import type { StationJob } from "../domain/station-file/jobs.js";

/** What a status makes of its job. */
type Effect = "running" | "done" | "failed";

interface Step {
  readonly effect: Effect;
  /** Statuses that may come next; those of an end are new tries of the same. */
  readonly next: readonly string[];
}

type Steps = Readonly<Record<string, Step>>;

const DOWNLOAD = ["DownloadScheduled", "Downloading", "DownloadPaused", "Downloaded", "DownloadFailed"];
const INSTALL = ["InstallScheduled", "Installing", "InstallRebooting", "InstallationFailed"];
const INSTALLED = ["Installed", "InstallVerificationFailed", "InstallationFailed"];

/** FirmwareStatusEnumType of OCPP 2.0.1 in the order of use cases L01 and L02; 1.6 has some of them. */
const FIRMWARE: Steps = {
  DownloadScheduled: { effect: "running", next: DOWNLOAD },
  Downloading: { effect: "running", next: DOWNLOAD },
  DownloadPaused: { effect: "running", next: DOWNLOAD },
  Downloaded: { effect: "running", next: ["SignatureVerified", "InvalidSignature", "Installed", ...INSTALL] },
  SignatureVerified: { effect: "running", next: ["Installed", ...INSTALL] },
  InstallScheduled: { effect: "running", next: ["Installed", ...INSTALL] },
  Installing: { effect: "running", next: ["InstallRebooting", "SignatureVerified", ...INSTALLED] },
  InstallRebooting: { effect: "running", next: ["Installing", ...INSTALLED] },
  Installed: { effect: "done", next: [] },
  DownloadFailed: { effect: "failed", next: ["DownloadScheduled", "Downloading"] },
  InstallationFailed: { effect: "failed", next: ["Downloading", "InstallScheduled", "Installing"] },
  InstallVerificationFailed: { effect: "failed", next: [] },
  InvalidSignature: { effect: "failed", next: [] },
};

/** PublishFirmwareStatusEnumType, use cases L03 and L04. */
const PUBLISH: Steps = {
  DownloadScheduled: { effect: "running", next: DOWNLOAD },
  Downloading: { effect: "running", next: DOWNLOAD },
  DownloadPaused: { effect: "running", next: DOWNLOAD },
  Downloaded: {
    effect: "running",
    next: ["ChecksumVerified", "InvalidChecksum", "Published", "PublishFailed"],
  },
  ChecksumVerified: { effect: "running", next: ["Published", "PublishFailed"] },
  Published: { effect: "done", next: [] },
  DownloadFailed: { effect: "failed", next: ["DownloadScheduled", "Downloading"] },
  InvalidChecksum: { effect: "failed", next: ["Downloading"] },
  PublishFailed: { effect: "failed", next: ["Downloading"] },
};

const UPLOADED = ["Uploaded", "UploadFailure", "UploadFailed", "PermissionDenied", "AcceptedCanceled"];

/** UploadLogStatusEnumType, and DiagnosticsStatus of 1.6, which says UploadFailed. */
const LOG: Steps = {
  Uploading: { effect: "running", next: UPLOADED },
  Uploaded: { effect: "done", next: [] },
  UploadFailure: { effect: "failed", next: ["Uploading"] },
  UploadFailed: { effect: "failed", next: ["Uploading"] },
  BadMessage: { effect: "failed", next: [] },
  NotSupportedOperation: { effect: "failed", next: [] },
  PermissionDenied: { effect: "failed", next: ["Uploading"] },
  AcceptedCanceled: { effect: "failed", next: [] },
};

const STEPS: Readonly<Record<StationJob["kind"], Steps>> = {
  firmware: FIRMWARE,
  "publish-firmware": PUBLISH,
  log: LOG,
};

/** With which a new job begins, and nothing else does. */
export const FIRST_STEPS: ReadonlySet<string> = new Set(["DownloadScheduled", "Downloading", "Uploading"]);

/** Nothing of the kind is under way: what a station answers when it is asked for its status. */
export const IDLE = "Idle";

/** What a status makes of a job of this kind; null for one that the standard does not know. */
export const effectOf = (kind: StationJob["kind"], status: string): Effect | null =>
  (Object.hasOwn(STEPS[kind], status) ? STEPS[kind][status]?.effect : null) ?? null;

/** With which statuses a job may begin: some stations tell nothing before the end. */
const isBeginning = (status: string): boolean =>
  status !== "InstallRebooting" && status !== "ChecksumVerified";

/** Whether the standard lets a status follow another; null: it is the first. The same again always may. */
export const mayFollow = (kind: StationJob["kind"], before: string | null, status: string): boolean => {
  if (before === status || status === IDLE) return true;
  if (effectOf(kind, status) === null) return false;
  if (before === null || before === IDLE) return isBeginning(status);
  return (STEPS[kind][before]?.next ?? []).includes(status);
};
