import type { CommandOutcome, StationCommand } from "../../src/domain/command.js";
import type { Codec, WireCall } from "../../src/ocpp/common/codec.js";
import { failureOf } from "../../src/ocpp/common/outcome.js";
import { VirtualClock } from "../../src/ports/clock.js";
import { bench, settle } from "./bench.js";
import { outboundContextAt } from "./outbound-context.js";
import { NOW } from "./talk.js";

const CONTEXT = outboundContextAt(NOW);
const DEADLINE_MS = 30_000;

/** A station that is asked something, and what it says, message by message; null: it waits until it is too late. */
export type Says = (id: string) => readonly (unknown[] | null)[];

export interface Heard {
  readonly outcome: CommandOutcome;
  /** What was counted of the station's messages. */
  readonly counted: readonly string[];
  /** Whether the next call goes out and its answer is read, whatever came before. */
  readonly goesOn: boolean;
  /** CALLRESULTERRORs that the station got. */
  readonly resultErrors: readonly unknown[];
}

/** Until every call in flight is too late. */
const pass = (clock: VirtualClock): void => {
  const untilMs = clock.now() + DEADLINE_MS;
  while (clock.step(untilMs));
};

/** Asks over a session without sockets, on a virtual clock, and hears what becomes of it. */
export const heardOf = async (
  codec: Codec,
  asked: { readonly command: StationCommand; readonly call: WireCall },
  says: Says,
): Promise<Heard> => {
  const clock = new VirtualClock(NOW);
  const { session, sent, counters, answer } = bench({ clock, version: codec.version });
  const deadline = () => ({ deadlineMs: clock.now() + DEADLINE_MS, key: null });
  const outcomes: CommandOutcome[] = [];
  const asking = session
    .call({ ...asked.call, ...deadline() })
    .then((result) =>
      outcomes.push(
        result.kind === "result" ? codec.read(asked.command, result.payload, CONTEXT) : failureOf(result),
      ),
    );
  for (const message of says(String(sent[0]?.[1]))) {
    if (message === null) pass(clock);
    else session.receive(JSON.stringify(message));
    await settle();
  }
  pass(clock);
  await asking;
  const next = session.call({ action: "ClearCache", payload: {}, ...deadline() });
  answer({ status: "Accepted" });
  const goesOn = (await next).kind === "result" && session.outbound() === 0;
  const [outcome] = outcomes;
  if (outcome === undefined || outcomes.length > 1) throw new Error(`${outcomes.length} outcomes`);
  return { outcome, counted: counters, goesOn, resultErrors: sent.filter(([type]) => type === 5) };
};

/** The call that a command becomes in a version; none where the version cannot say it. */
export const askedOf = (codec: Codec, commands: readonly StationCommand[]) =>
  commands.flatMap((command) => {
    const written = codec.write(command, CONTEXT);
    return "call" in written ? [{ command, call: written.call }] : [];
  });
