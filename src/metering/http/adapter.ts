import {
  BODY_VALUE,
  type DeviceAnswer,
  type HttpAccess,
  type Quantity,
  type UrlValue,
} from "../../domain/device.js";
import { type Adapter, type AdapterParts, sentenceOf, type Tell } from "../adapter.js";
import { isNear, SUPERSEDED } from "../following.js";
import { rawSetpoint, valueOfMessage } from "../payload.js";
import { createPolling } from "../polling.js";
import { ask, HttpRefusal, type HttpQuestion } from "./request.js";

/** Tries of one setpoint within the time that the device has to answer. */
const MOST_TRIES = 3;

/**
 * A device over HTTP: its documents are read every `pollMs`, values of one address at once. A device that answers
 * with an error is connected and tells nothing. A setpoint is tried again a few times where nobody knows what became of it, and no more once another is to be told.
 */
export const httpAdapter = (parts: AdapterParts, access: HttpAccess, tell: Tell): Adapter => {
  const { clock } = parts;
  const { pollMs, timeoutMs, values, setpoint, authorization, caFile } = access;
  // Each forgotten with its question: what a signal of the adapter's whole life remembers is never let go.
  const open = new Set<AbortController>();
  let stopped = false;
  let telling: AbortController | null = null;

  const askWithin = (question: Pick<HttpQuestion, "url" | "method" | "body">, { signal }: AbortController) =>
    ask({ ...question, authorization, caFile, signal });

  /** Ends what `run` asks when its time is up, when the adapter stops, or before. */
  const bounded = async <T>(run: (ending: AbortController) => Promise<T>): Promise<T> => {
    if (stopped) throw new Error("stopped");
    const ending = new AbortController();
    const timer = setTimeout(() => ending.abort(new Error("no answer in time")), timeoutMs);
    open.add(ending);
    try {
      return await run(ending);
    } catch (error) {
      if (ending.signal.reason instanceof Error) throw ending.signal.reason;
      throw error;
    } finally {
      clearTimeout(timer);
      open.delete(ending);
    }
  };

  const take = (quantity: Quantity, value: UrlValue, text: string): void => {
    const found = valueOfMessage(value, text, { nowMs: clock.now(), retained: false });
    if (typeof found === "string") tell({ kind: "refused", why: `${quantity}: ${found}` });
    else tell({ kind: "value", quantity, value: found.value, measuredMs: found.atMs });
  };

  const readUrl = async (url: string, answered: () => void): Promise<void> => {
    try {
      const text = await bounded((ending) => askWithin({ url, method: "GET" }, ending));
      answered();
      if (values.power.url === url) take("power", values.power, text);
      if (values.soc?.url === url) take("soc", values.soc, text);
    } catch (error) {
      if (!(error instanceof HttpRefusal)) throw error;
      answered();
      tell({ kind: "refused", why: error.message });
    }
  };

  const read = async (answered: () => void): Promise<void> => {
    for (const url of new Set([values.power.url, ...(values.soc === null ? [] : [values.soc.url])]))
      await readUrl(url, answered);
  };
  const polling = createPolling(parts, { everyMs: pollMs, read }, tell);

  const send = async (
    target: NonNullable<HttpAccess["setpoint"]>,
    powerKw: number,
    ending: AbortController,
  ): Promise<DeviceAnswer> => {
    telling?.abort(SUPERSEDED);
    telling = ending;
    const text = target.body.replaceAll(BODY_VALUE, String(rawSetpoint(target.factor, powerKw)));
    const { url, method, contentType } = target;
    for (let tries = 1; ; tries++)
      try {
        const answer = await askWithin({ url, method, body: { text, contentType } }, ending);
        return judge(target, answer, { powerKw, nowMs: clock.now() });
      } catch (error) {
        if (error instanceof HttpRefusal && error.status < 500) throw error;
        if (ending.signal.reason === SUPERSEDED) return SUPERSEDED;
        if (tries >= MOST_TRIES || ending.signal.aborted) throw error;
      }
  };

  return {
    start: () => polling.start(),
    setPower: async (powerKw) => {
      if (setpoint === null) return { status: "refused", detail: "no setpoint is configured" };
      try {
        return await bounded((ending) => send(setpoint, powerKw, ending));
      } catch (error) {
        const refused = error instanceof HttpRefusal && error.status < 500;
        return { status: refused ? "refused" : "unknown", detail: sentenceOf(error) };
      }
    },
    stop: () => {
      stopped = true;
      polling.stop();
      for (const ending of open) ending.abort(new Error("stopped"));
    },
  };
};

/** What the answer to a setpoint says of it. */
const judge = (
  { echo }: NonNullable<HttpAccess["setpoint"]>,
  answer: string,
  { powerKw, nowMs }: { readonly powerKw: number; readonly nowMs: number },
): DeviceAnswer => {
  if (echo === null) return { status: "confirmed" };
  const found = valueOfMessage(echo, answer, { nowMs, retained: false });
  if (typeof found === "string") return { status: "unknown", detail: `its answer: ${found}` };
  return isNear(found.value, powerKw)
    ? { status: "confirmed" }
    : { status: "unknown", detail: `it took ${found.value} kW` };
};
