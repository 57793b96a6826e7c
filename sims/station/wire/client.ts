import { RPCClient } from "ocpp-rpc";
import type { Clock } from "../../../src/ports/clock.js";
import { validator21 } from "./validator.js";
import { type Payload, type WireCall, objectOf } from "./words.js";

export interface ClientOptions {
  readonly clock: Clock;
  readonly endpoint: string;
  readonly identity: string;
  readonly password: string;
  readonly subprotocol: string;
  /** Time by the clock to wait for an answer; the library's own timeout costs more than the rest of its call. */
  readonly answerWithinMs: number;
  /** The answer, null for an action that is not known, or a promise that never ends: no answer. */
  readonly handle: (action: string, payload: Payload) => Payload | null | Promise<Payload | null>;
  /** Whether what it says is held against the published schema. */
  readonly checked: boolean;
  /** The connection is gone; called once, and not after `cut`. */
  readonly onLost: () => void;
  /** A message of either side that the published schema does not allow. */
  readonly onViolation: (text: string) => void;
}

type Answer =
  | { readonly kind: "answer"; readonly payload: Payload }
  | { readonly kind: "refused"; readonly detail: string }
  | { readonly kind: "lost" };

/** One connection of one station. */
export interface Client {
  /** Never rejects. */
  call(call: WireCall): Promise<Answer>;
  cut(): Promise<void>;
}

/** Opens a connection; rejects when it is refused. The library's own timers and retries stay off. */
export const openClient = async (options: ClientOptions): Promise<Client> => {
  let over = false;
  const client = new RPCClient({
    endpoint: options.endpoint,
    identity: options.identity,
    password: options.password,
    protocols: [options.subprotocol],
    strictMode: options.checked,
    strictModeValidators: options.checked && options.subprotocol === "ocpp2.1" ? [validator21()] : [],
    reconnect: false,
    maxReconnects: 0,
    backoff: { initialDelay: 1, maxDelay: 2, factor: 2, randomisationFactor: 0 },
    callTimeoutMs: 0,
    pingIntervalMs: 0,
    deferPingsOnActivity: false,
    respondWithDetailedErrors: false,
    callConcurrency: 1,
    maxBadMessages: 10,
    wsOpts: {},
    headers: {},
  });
  client.on("strictValidationFailure", ({ method, error, outbound }: ViolationEvent) =>
    options.onViolation(`${options.identity} ${outbound ? "sent" : "got"} ${method}: ${error.message}`),
  );
  client.handle(async ({ method, params }) => {
    const answer = await options.handle(method ?? "", params ?? {});
    if (answer === null) throw notImplemented(method ?? "");
    return answer;
  });
  client.on("disconnect", () => {
    if (!over) options.onLost();
    over = true;
  });
  await client.connect();
  const cut = async (): Promise<void> => {
    over = true;
    await client.close({ force: true }).catch(() => undefined);
  };
  const giveUp = async (): Promise<void> => {
    const alone = over;
    await cut();
    if (!alone) options.onLost();
  };
  return {
    cut,
    call: async ({ action, payload }) => {
      const cancel = options.clock.after(options.answerWithinMs, () => void giveUp());
      try {
        return { kind: "answer", payload: objectOf(await client.call(action, payload)) };
      } catch (error) {
        if (error instanceof Error && "rpcErrorCode" in error)
          return { kind: "refused", detail: `${String(error.rpcErrorCode)} ${error.message}` };
        await giveUp();
        return { kind: "lost" };
      } finally {
        cancel();
      }
    },
  };
};

interface ViolationEvent {
  readonly method: string;
  readonly error: Error;
  readonly outbound: boolean;
}

const notImplemented = (method: string): Error =>
  Object.assign(new Error(`${method} is not implemented`), {
    rpcErrorCode: "NotImplemented",
    rpcErrorMessage: "Requested method is not known",
  });
