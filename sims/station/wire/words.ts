import type { HeldCertificates } from "./certificates.js";
import type { StationMessage } from "../messages.js";
import type { NewStation } from "../model.js";
import type { StationOperations } from "../uplink.js";

/** A message body; what comes in was checked against the published schema before. */
export type Payload = Record<string, unknown>;

export interface WireCall {
  readonly action: string;
  readonly payload: Payload;
}

/** What a message is written from. */
export interface WriteContext {
  readonly spec: NewStation;
  /** The central system's id of the transaction; null when it is not known. */
  readonly transactionId: string | null;
}

export interface HandlerContext {
  readonly spec: NewStation;
  readonly operations: StationOperations;
  /** Settings that the central system wrote; they live as long as the station. */
  readonly settings: Map<string, string>;
  /** What it was given to keep: monitors, messages, tariffs; by kind and id. */
  readonly kept: Map<string, Payload>;
  /** The list of id tokens by which it decides alone; 0: it has none yet. */
  readonly list: { version: number };
  /** DER controls that the central system set, by id (2.1). */
  readonly controls: Map<string, Payload>;
  /** Sends a message some time after the answer, where the station is still connected; one after the other. null: nothing after all. */
  readonly follow: (call: WireCall | (() => Promise<WireCall | null>)) => void;
  readonly certificates: HeldCertificates;
  /** From its next connection on it proves itself with this one. */
  /** False: it cannot keep it. */
  readonly changePassword: (password: string) => boolean;
}

export type Handler = (payload: Payload, context: HandlerContext) => Payload;

/** One OCPP version in the mouth of a virtual station: every version has the same shape. */
export interface Words {
  readonly subprotocol: "ocpp1.6" | "ocpp2.0.1" | "ocpp2.1";
  /** Null: it never sends one. */
  boot(spec: NewStation): WireCall | null;
  /** What a fault says before it boots; where that is refused it gives its connection up. */
  early?(spec: NewStation): readonly WireCall[];
  /** What a fault says while it carries out a command, and waits for before it answers. */
  amid?(action: string): WireCall | null;
  /** It starts up: what a fault does to the station then. */
  booting?(context: HandlerContext): void;
  /** What a fault says beside a message, after it. */
  also?(message: StationMessage, context: WriteContext): readonly WireCall[];
  /** Null: this version has no word for it. */
  write(message: StationMessage, context: WriteContext): WireCall | null;
  /** What the answer gave: 1.6's transaction id, the verdict on an id token. */
  read(message: StationMessage, answer: Payload): { transactionId?: string; authorized?: boolean };
  readonly handlers: Readonly<Record<string, Handler>>;
}

export const isoTime = (atMs: number): string => new Date(atMs).toISOString();

/** Milliseconds of an ISO time; null for anything else. */
export const timeOf = (text: unknown): number | null => {
  const atMs = typeof text === "string" ? Date.parse(text) : Number.NaN;
  return Number.isNaN(atMs) ? null : atMs;
};

export const numberOf = (value: unknown): number | null => (typeof value === "number" ? value : null);
export const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);
const isObject = (value: unknown): value is Payload =>
  typeof value === "object" && value !== null && !Array.isArray(value);
export const objectOf = (value: unknown): Payload => (isObject(value) ? value : {});
export const listOf = (value: unknown): Payload[] => (Array.isArray(value) ? value.map(objectOf) : []);
