import type { ChargingNeeds } from "../../src/domain/session.js";
import type { EpochMs } from "../../src/domain/units.js";
import type { Visit } from "../world/visit.js";
import type {
  ConnectorState,
  EndReason,
  Reading,
  StationMessage,
  TransactionMessage,
  UpdateTrigger,
} from "./messages.js";
import { type StationModel, advance, canDischarge, phasesUsed, powerKw, wantedNow } from "./model.js";
import { wholePercent } from "./needs.js";
import { type ClearFilter, type HeldProfile, withProfile, withUpdate, withoutProfiles } from "./profiles.js";

/** What may happen to a station. */
export type StationInput =
  | { readonly kind: "plug"; readonly visit: Visit }
  | { readonly kind: "unplug" }
  /** The id token may charge (asked for, or taken for granted while offline). */
  | { readonly kind: "start"; readonly idToken: string; readonly needs: ChargingNeeds | null }
  | { readonly kind: "stop"; readonly reason: EndReason }
  | { readonly kind: "install"; readonly profile: HeldProfile }
  | { readonly kind: "clear"; readonly filter: ClearFilter }
  | { readonly kind: "sample"; readonly trigger: UpdateTrigger }
  | { readonly kind: "meter" }
  | { readonly kind: "offline" }
  | { readonly kind: "online" }
  | { readonly kind: "stick"; readonly on: boolean }
  | { readonly kind: "availability"; readonly operative: boolean }
  /** A new value of a dynamic profile. */
  | { readonly kind: "update"; readonly profileId: number; readonly value: number }
  /** Priority charging: pressed at the station, or asked for by the central system, which need not be told. */
  | { readonly kind: "priority"; readonly on: boolean; readonly tell: boolean }
  /** Time passed; tells when power jumped on its own. */
  | { readonly kind: "look" };

export interface StepResult {
  readonly model: StationModel;
  readonly messages: readonly StationMessage[];
}

/** What the meter shows now, rounded as it is told. */
export const readingOf = (model: StationModel): Reading => ({
  atMs: model.atMs,
  powerW: Math.round(powerKw(model) * 1000),
  importedWh: Math.round(model.importedWh),
  exportedWh: Math.round(model.exportedWh),
  socPercent: canDischarge(model) && model.car !== null ? wholePercent(model.car.battery) : null,
});

/** The state of the connector as OCPP 1.6 names it. */
export const stateOf = (model: StationModel): ConnectorState => {
  if (model.transaction === null && !model.operative) return "Unavailable";
  if (model.car === null) return "Available";
  if (model.transaction === null) return "Preparing";
  if (powerKw(model) !== 0) return "Charging";
  return wantedNow(model).wantedKw === 0 ? "SuspendedEVSE" : "SuspendedEV";
};

/**
 * One thing happens to the station at `nowMs`. The model is first brought to that time. Messages are in
 * the order in which a station would say them.
 */
export const step = (before: StationModel, input: StationInput, nowMs: EpochMs): StepResult => {
  const model = advance(before, nowMs);
  const result = applied(model, input);
  const state = stateOf(result.model);
  if (state === model.toldState && input.kind !== "online") return result;
  const status: StationMessage = { kind: "status", atMs: nowMs, state };
  const { messages } = result;
  const told = { ...result.model, toldState: state };
  return { model: told, messages: input.kind === "plug" ? [status, ...messages] : [...messages, status] };
};

const applied = (model: StationModel, input: StationInput): StepResult => {
  switch (input.kind) {
    case "plug":
      return { model: { ...model, car: input.visit.car }, messages: [authorize(model, input.visit)] };
    case "unplug":
      return unplugged(model);
    case "start":
      return started(model, input);
    case "stop":
      return ended(model, input.reason);
    case "install":
      return installed(model, input.profile);
    case "clear":
      return { model: { ...model, profiles: withoutProfiles(model.profiles, input.filter) }, messages: [] };
    case "sample":
      return updated(model, input.trigger);
    case "meter":
      return { model, messages: [metered(model)] };
    case "offline":
      return { model: { ...model, offlineSinceMs: model.offlineSinceMs ?? model.atMs }, messages: [] };
    case "online":
      return { model: { ...model, offlineSinceMs: null }, messages: [] };
    case "stick":
      return { model: { ...model, stuckAtKw: input.on ? wantedNow(model).wantedKw : null }, messages: [] };
    case "availability":
      return { model: { ...model, operative: input.operative }, messages: [] };
    case "update":
      return updatedProfile(model, input);
    case "priority":
      return prioritized(model, input);
    default:
      return { model, messages: [] };
  }
};

const authorize = (model: StationModel, visit: Visit): StationMessage => ({
  kind: "authorize",
  atMs: model.atMs,
  idToken: visit.idToken,
});

const metered = (model: StationModel): StationMessage => ({
  kind: "metered",
  atMs: model.atMs,
  localId: model.transaction?.localId ?? null,
  reading: readingOf(model),
});

const started = (
  model: StationModel,
  { idToken, needs }: Extract<StationInput, { kind: "start" }>,
): StepResult => {
  if (model.car === null || model.transaction !== null || !model.operative) return { model, messages: [] };
  const localId = `${model.stationId.slice(-24)}-${Math.floor(model.atMs / 1000).toString(36)}`;
  const transaction = { localId, idToken, startedMs: model.atMs, nextSeqNo: 1, startWh: model.importedWh };
  const running = { ...model, transaction };
  const message: TransactionMessage = {
    kind: "started",
    idToken,
    ...inTransaction(running, localId),
    seqNo: 0,
  };
  const wants: StationMessage[] =
    needs === null ? [] : [{ kind: "needs", atMs: model.atMs, needs, phases: phasesUsed(model) }];
  return { model: running, messages: [message, ...wants] };
};

const inTransaction = (model: StationModel, localId: string) => ({
  atMs: model.atMs,
  localId,
  reading: readingOf(model),
  state: stateOf(model),
  offline: model.offlineSinceMs !== null,
});

const updated = (model: StationModel, trigger: UpdateTrigger): StepResult => {
  const { transaction } = model;
  if (transaction === null) return { model, messages: [] };
  const message: TransactionMessage = {
    kind: "updated",
    trigger,
    seqNo: transaction.nextSeqNo,
    ...inTransaction(model, transaction.localId),
  };
  return { model: withNextSeqNo(model), messages: [message] };
};

const withNextSeqNo = (model: StationModel): StationModel =>
  model.transaction === null
    ? model
    : { ...model, transaction: { ...model.transaction, nextSeqNo: model.transaction.nextSeqNo + 1 } };

/** A transaction's profiles go with it. */
const ended = (model: StationModel, reason: EndReason): StepResult => {
  const { transaction } = model;
  if (transaction === null) return { model, messages: [] };
  const profiles = model.profiles.filter(({ purpose }) => purpose !== "transaction");
  const asleep = model.asleep === null ? null : false;
  const idle: StationModel = {
    ...model,
    transaction: null,
    profiles,
    stuckAtKw: null,
    asleep,
    hasPriority: false,
  };
  const message: TransactionMessage = {
    kind: "ended",
    reason,
    seqNo: transaction.nextSeqNo,
    ...inTransaction(idle, transaction.localId),
    state: "Finishing",
  };
  return { model: idle, messages: [message] };
};

const unplugged = (model: StationModel): StepResult => {
  const result = ended(model, "EVDisconnected");
  return { model: { ...result.model, car: null }, messages: result.messages };
};

const updatedProfile = (
  model: StationModel,
  { profileId, value }: Extract<StationInput, { kind: "update" }>,
): StepResult => ({
  model: {
    ...model,
    profiles: withUpdate(model.profiles, profileId, { value, atMs: model.atMs }) ?? model.profiles,
  },
  messages: [],
});

/** Without a profile for it there is no priority to be had. */
const prioritized = (
  model: StationModel,
  { on, tell }: Extract<StationInput, { kind: "priority" }>,
): StepResult => {
  const { transaction } = model;
  const has = on && transaction !== null && model.profiles.some(({ purpose }) => purpose === "priority");
  if (has === model.hasPriority || transaction === null) return { model, messages: [] };
  const message: StationMessage = {
    kind: "priority",
    atMs: model.atMs,
    localId: transaction.localId,
    active: has,
  };
  return { model: { ...model, hasPriority: has }, messages: tell ? [message] : [] };
};

const installed = (model: StationModel, profile: HeldProfile): StepResult => ({
  model: { ...model, profiles: withProfile(model.profiles, profile) },
  messages: [],
});
