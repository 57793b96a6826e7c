/**
 * The composition root: every way in which the product runs. Each name is a composition in `src/app/`
 * of the same parts; the command line gets its work from here, and nothing else imports it. What is
 * heavy is loaded when it is asked for, so that a small command answers at once.
 */
import type * as Authorities from "./app/ca.js";
import type * as HandProfileClients from "./app/hand-profile-client.js";
import type * as Checks from "./app/check-config.js";
import type * as Demos from "./app/demo.js";
import type * as Doctors from "./app/doctor/examine.js";
import type * as PlanFiles from "./app/plan-file.js";
import type * as TradeoffFiles from "./app/tradeoff-file.js";
import type * as Pages from "./app/reference-pages.js";
import type * as Serves from "./app/serve.js";
import type * as Simulates from "./app/simulate.js";
import type * as CalendarFiles from "./app/calendar-file.js";
import type * as FileClients from "./app/file-client.js";
import type * as Operators from "./app/operator-client.js";
import type * as LiveClients from "./app/live-client.js";
import type * as QuirkFiles from "./app/quirks-file.js";
import type * as SharingClients from "./app/sharing-client.js";
import type * as Securities from "./app/security-client.js";
import type * as Stations from "./app/stations.js";
import type * as Stores from "./app/stores.js";
import type * as TaskClients from "./app/task-client.js";
import type * as Tokens from "./app/tokens.js";
import type * as WebhookClients from "./app/webhook-client.js";
import type * as VirtualStations from "./app/virtual-station.js";
import type * as Sims from "../sims/index.js";

export { asCalled } from "./app/called-as.js";
export { writeSiteFile } from "./app/init.js";
export { checkPolicy, ONE_WAY, OPTIMIZER, POLICIES, UNCONTROLLED } from "./app/policy-names.js";
export { guardProcess } from "./app/last-resort.js";
export { packageVersion } from "./app/package-files.js";
export { readConfig } from "./app/read-config.js";
export type { CycleRecord } from "./control/contract.js";
export { configEntries } from "./config/index.js";
export { ROLES } from "./accounts/scopes.js";
export { hintOf, YouxuError } from "./domain/errors.js";
export { Faults } from "./domain/faults.js";
export type { Demo } from "./app/demo.js";
export type { Serving } from "./app/serve.js";
export type { AddedStation, ListedStation } from "./app/stations.js";
export type { Simulation } from "./app/simulate.js";
export type { Scenario, Unconnected } from "../sims/index.js";

/** Forty virtual stations around a server, on a fast clock. */
export const startDemo = async (...args: Parameters<typeof Demos.startDemo>) =>
  (await import("./app/demo.js")).startDemo(...args);

/** The product on the wall clock. */
export const serve = async (...args: Parameters<typeof Serves.serve>) =>
  (await import("./app/serve.js")).serve(...args);

/** A scenario to its end, direct or over the wire. */
export const simulate = async (...args: Parameters<typeof Simulates.simulate>) =>
  (await import("./app/simulate.js")).simulate(...args);

export const loadScenario = async (...args: Parameters<typeof Sims.loadScenario>) =>
  (await import("../sims/index.js")).loadScenario(...args);

export const reportTable = async (...args: Parameters<typeof Sims.reportTable>) =>
  (await import("../sims/index.js")).reportTable(...args);
export const solveTimesLine = async (...args: Parameters<typeof Sims.solveTimesLine>) =>
  (await import("../sims/index.js")).solveTimesLine(...args);

/** A problem file to a plan. */
export const planFile = async (...args: Parameters<typeof PlanFiles.planFile>) =>
  (await import("./app/plan-file.js")).planFile(...args);

export type { PlanProgress, Traded, TradeoffPoint } from "./optimizer/index.js";
export const tradedTerms = async (...args: Parameters<typeof TradeoffFiles.tradedTerms>) =>
  (await import("./app/tradeoff-file.js")).tradedTerms(...args);
export const tradeoffFile = async (...args: Parameters<typeof TradeoffFiles.tradeoffFile>) =>
  (await import("./app/tradeoff-file.js")).tradeoffFile(...args);
export const problemFileSchema = async () => (await import("./app/plan-file.js")).problemFileSchema();

export const addStation = async (...args: Parameters<typeof Stations.addStation>) =>
  (await import("./app/stations.js")).addStation(...args);

export const addAllStations = async (...args: Parameters<typeof Stations.addAllStations>) =>
  (await import("./app/stations.js")).addAllStations(...args);

export const listStations = async (...args: Parameters<typeof Stations.listStations>) =>
  (await import("./app/stations.js")).listStations(...args);

/** A running server asked over its API. */
export const commandStation = async (...args: Parameters<typeof Operators.commandStation>) =>
  (await import("./app/operator-client.js")).commandStation(...args);
export const stationMessages = async (...args: Parameters<typeof Operators.stationMessages>) =>
  (await import("./app/operator-client.js")).stationMessages(...args);
/** Actions of all OCPP versions. */
export const messageActions = async () => (await import("./ocpp/index.js")).allActions();
export const exportMessages = async (...args: Parameters<typeof Operators.exportMessages>) =>
  (await import("./app/operator-client.js")).exportMessages(...args);
export const knownSettings = async (...args: Parameters<typeof Operators.knownSettings>) =>
  (await import("./app/operator-client.js")).knownSettings(...args);
export const gridControls = async (...args: Parameters<typeof Operators.gridControls>) =>
  (await import("./app/operator-client.js")).gridControls(...args);
export const stationBatteries = async (...args: Parameters<typeof Operators.stationBatteries>) =>
  (await import("./app/operator-client.js")).stationBatteries(...args);
export const stationEvents = async (...args: Parameters<typeof Operators.stationEvents>) =>
  (await import("./app/operator-client.js")).stationEvents(...args);
export const stationIdentity = async (...args: Parameters<typeof Operators.stationIdentity>) =>
  (await import("./app/operator-client.js")).stationIdentity(...args);
export const stationJobs = async (...args: Parameters<typeof Operators.stationJobs>) =>
  (await import("./app/operator-client.js")).stationJobs(...args);
export const stationReservations = async (...args: Parameters<typeof Operators.stationReservations>) =>
  (await import("./app/operator-client.js")).stationReservations(...args);
/** A virtual station at a running server. */
export const virtualStation = async (...args: Parameters<typeof VirtualStations.virtualStation>) =>
  (await import("./app/virtual-station.js")).virtualStation(...args);
export type SiteStanding = LiveClients.SiteStanding;
export const siteStanding = async (...args: Parameters<typeof LiveClients.siteStanding>) =>
  (await import("./app/live-client.js")).siteStanding(...args);
export const stationRows = async (...args: Parameters<typeof LiveClients.stationRows>) =>
  (await import("./app/live-client.js")).stationRows(...args);
export const wishOfSession = async (...args: Parameters<typeof LiveClients.wishOfSession>) =>
  (await import("./app/live-client.js")).wishOfSession(...args);
export const chargeNow = async (...args: Parameters<typeof LiveClients.chargeNow>) =>
  (await import("./app/live-client.js")).chargeNow(...args);
export const listSessions = async (...args: Parameters<typeof LiveClients.listSessions>) =>
  (await import("./app/live-client.js")).listSessions(...args);
export const measurementHistory = async (...args: Parameters<typeof LiveClients.measurementHistory>) =>
  (await import("./app/live-client.js")).measurementHistory(...args);
export const followStation = async (...args: Parameters<typeof Operators.followStation>) =>
  (await import("./app/operator-client.js")).followStation(...args);
export type { Access, AskableCommand } from "./app/operator-client.js";
export type { CommandOutcome } from "./domain/command.js";
export const stationQuirks = async (...args: Parameters<typeof Operators.stationQuirks>) =>
  (await import("./app/operator-client.js")).stationQuirks(...args);
export const learntQuirks = async (...args: Parameters<typeof Operators.learntQuirks>) =>
  (await import("./app/operator-client.js")).learntQuirks(...args);
export const checkQuirks = async (...args: Parameters<typeof QuirkFiles.checkQuirks>) =>
  (await import("./app/quirks-file.js")).checkQuirks(...args);
export const quirksText = async (...args: Parameters<typeof QuirkFiles.quirksText>) =>
  (await import("./app/quirks-file.js")).quirksText(...args);
export const rotateStation = async (...args: Parameters<typeof Securities.rotateStation>) =>
  (await import("./app/security-client.js")).rotateStation(...args);
export const raiseStation = async (...args: Parameters<typeof Securities.raiseStation>) =>
  (await import("./app/security-client.js")).raiseStation(...args);
export const stationSecurity = async (...args: Parameters<typeof Securities.stationSecurity>) =>
  (await import("./app/security-client.js")).stationSecurity(...args);
export { CERTIFICATE_USES, type CertificateUse } from "./domain/commands/certificates.js";
export const stationMonitors = async (...args: Parameters<typeof Operators.stationMonitors>) =>
  (await import("./app/operator-client.js")).stationMonitors(...args);
export const takeCustomerReport = async (...args: Parameters<typeof Operators.takeCustomerReport>) =>
  (await import("./app/operator-client.js")).takeCustomerReport(...args);
export const followEvents = async (...args: Parameters<typeof Operators.followEvents>) =>
  (await import("./app/operator-client.js")).followEvents(...args);
export const probeDischarge = async (...args: Parameters<typeof Operators.probeDischarge>) =>
  (await import("./app/operator-client.js")).probeDischarge(...args);
export const syncLocalList = async (...args: Parameters<typeof Operators.syncLocalList>) =>
  (await import("./app/operator-client.js")).syncLocalList(...args);
export const knownIdTokens = async (...args: Parameters<typeof Operators.knownIdTokens>) =>
  (await import("./app/operator-client.js")).knownIdTokens(...args);
export const putIdToken = async (...args: Parameters<typeof Operators.putIdToken>) =>
  (await import("./app/operator-client.js")).putIdToken(...args);
export const removeIdToken = async (...args: Parameters<typeof Operators.removeIdToken>) =>
  (await import("./app/operator-client.js")).removeIdToken(...args);
export const stationDisplay = async (...args: Parameters<typeof Operators.stationDisplay>) =>
  (await import("./app/operator-client.js")).stationDisplay(...args);
export const stationChargingProfiles = async (
  ...args: Parameters<typeof Operators.stationChargingProfiles>
) => (await import("./app/operator-client.js")).stationChargingProfiles(...args);
export const stationTransfers = async (...args: Parameters<typeof Operators.stationTransfers>) =>
  (await import("./app/operator-client.js")).stationTransfers(...args);
export const applySettings = async (...args: Parameters<typeof Operators.applySettings>) =>
  (await import("./app/operator-client.js")).applySettings(...args);
export type { CachedSetting } from "./domain/station-file/settings.js";
export type { StationJob } from "./domain/station-file/jobs.js";
export type { Reservation } from "./domain/station-file/reservations.js";
export type { StoredFile } from "./domain/stored-file.js";
export type { StationEvent } from "./domain/station-file/events.js";
export type { LoggedMessage, MessageFilter } from "./ports/message-log.js";

/** Charging profiles by hand, of a running server. */
export const handProfileClient = async (...args: Parameters<typeof HandProfileClients.handProfileClient>) =>
  (await import("./app/hand-profile-client.js")).handProfileClient(...args);
export type { NamedProfile, ProfileAssignment, ReleasedProfile } from "./domain/hand-profile.js";

/** Who is told of what happens, of a running server. */
export const webhookClient = async (...args: Parameters<typeof WebhookClients.webhookClient>) =>
  (await import("./app/webhook-client.js")).webhookClient(...args);
export { WEBHOOK_KINDS, type WebhookKind } from "./domain/webhook.js";

/** Commands for many stations, of a running server. */
export const taskClient = async (...args: Parameters<typeof TaskClients.taskClient>) =>
  (await import("./app/task-client.js")).taskClient(...args);
export type { StationTask, TaskResult } from "./domain/station-task.js";

/** Queues, bookings and the emergency pile of a running server. */
export const sharingClient = async (...args: Parameters<typeof SharingClients.sharingClient>) =>
  (await import("./app/sharing-client.js")).sharingClient(...args);
export type { SharingClient } from "./app/sharing-client.js";

/** Files of a running server. */
export const calendarFile = async (...args: Parameters<typeof CalendarFiles.calendarFile>) =>
  (await import("./app/calendar-file.js")).calendarFile(...args);
export const listFiles = async (...args: Parameters<typeof FileClients.listFiles>) =>
  (await import("./app/file-client.js")).listFiles(...args);
export const putFile = async (...args: Parameters<typeof FileClients.putFile>) =>
  (await import("./app/file-client.js")).putFile(...args);
export const fetchFile = async (...args: Parameters<typeof FileClients.fetchFile>) =>
  (await import("./app/file-client.js")).fetchFile(...args);
export const removeFile = async (...args: Parameters<typeof FileClients.removeFile>) =>
  (await import("./app/file-client.js")).removeFile(...args);
export const readPem = async (...args: Parameters<typeof FileClients.readPem>) =>
  (await import("./app/file-client.js")).readPem(...args);

export const removeStation = async (...args: Parameters<typeof Stations.removeStation>) =>
  (await import("./app/stations.js")).removeStation(...args);

/** The store of a site file: copied, put back, read from end to end. */
export const backUpStore = async (...args: Parameters<typeof Stores.backUpStore>) =>
  (await import("./app/stores.js")).backUpStore(...args);
export const putBackStore = async (...args: Parameters<typeof Stores.putBackStore>) =>
  (await import("./app/stores.js")).putBackStore(...args);
export const forgetLost = async (...args: Parameters<typeof Stores.forgetLost>) =>
  (await import("./app/stores.js")).forgetLost(...args);
export const examineStore = async (...args: Parameters<typeof Stores.examineStore>) =>
  (await import("./app/stores.js")).examineStore(...args);

export const listTokens = async (...args: Parameters<typeof Tokens.listTokens>) =>
  (await import("./app/tokens.js")).listTokens(...args);

export const removeToken = async (...args: Parameters<typeof Tokens.removeToken>) =>
  (await import("./app/tokens.js")).removeToken(...args);

export const addToken = async (...args: Parameters<typeof Tokens.addToken>) =>
  (await import("./app/tokens.js")).addToken(...args);

/** An authority of one's own and what it signs. */
export const initCa = async (...args: Parameters<typeof Authorities.initCa>) =>
  (await import("./app/ca.js")).initCa(...args);
export const issueServerFiles = async (...args: Parameters<typeof Authorities.issueServerFiles>) =>
  (await import("./app/ca.js")).issueServerFiles(...args);
export const issueStationFiles = async (...args: Parameters<typeof Authorities.issueStationFiles>) =>
  (await import("./app/ca.js")).issueStationFiles(...args);
export const listIssued = async (...args: Parameters<typeof Authorities.listIssued>) =>
  (await import("./app/ca.js")).listIssued(...args);
export const revokeIssued = async (...args: Parameters<typeof Authorities.revokeIssued>) =>
  (await import("./app/ca.js")).revokeIssued(...args);
export type { IssuedFiles } from "./app/ca.js";

/** A site file with the files that it names. */
export const checkConfig = async (...args: Parameters<typeof Checks.checkConfig>) =>
  (await import("./app/check-config.js")).checkConfig(...args);

/** Everything that serving needs, looked at. */
export const examine = async (...args: Parameters<typeof Doctors.examine>) =>
  (await import("./app/doctor/examine.js")).examine(...args);

/** Generated pages: written, or those that are out of date. */
export const writePages = async (...args: Parameters<typeof Pages.writePages>) =>
  (await import("./app/reference-pages.js")).writePages(...args);

export const outdatedPages = async (...args: Parameters<typeof Pages.outdatedPages>) =>
  (await import("./app/reference-pages.js")).outdatedPages(...args);
