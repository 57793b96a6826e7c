import { afterEach, describe, expect, it } from "vitest";
import type { CommandOutcome, StationCommand } from "../../../src/domain/command.js";
import type { OcppVersion } from "../../../src/domain/fleet.js";
import { answering, type Call, openStage, type Stage } from "../harness.js";

/** A command, the call that it becomes, the station's answer, and what is made of it. */
export type Row = readonly [
  command: StationCommand,
  action: string,
  params: object,
  answer: object,
  outcome: CommandOutcome,
];

/** Answers by action; the peer checks what it gets and says against the published schemas. */
type Answers = Readonly<Record<string, object>>;

export const accepted: CommandOutcome = { status: "accepted" };

let stage: Stage;
const closeAfterEach = (): void => afterEach(() => stage.close());

/** What a station is asked, and what is made of its answer; the calls it gets beside those of its boot. */
const ask = async (
  version: OcppVersion,
  command: StationCommand,
  answers: Answers,
): Promise<{ outcome: CommandOutcome; calls: Call[] }> => {
  stage = await openStage();
  const client = await stage.connect("CP1", version);
  const handlers = Object.entries(answers).map(([action, answer]) => [action, () => answer] as const);
  const calls = answering(client, Object.fromEntries(handlers));
  const outcome = await stage.central.link.send("CP1", command);
  return { outcome, calls: [...calls] };
};

const named = (rows: readonly Row[]) =>
  rows.map((row) => [`${row[1]} ${JSON.stringify(row[2])}`, row] as const);

/** Each row on the wire, in each version. */
export const checkRows = (tables: readonly (readonly [OcppVersion, readonly Row[]])[]): void => {
  describe.each(tables)("OCPP %s", (version, rows) => {
    closeAfterEach();
    it.each(named(rows))("%s", async (_name, [command, action, params, answer, outcome]) => {
      const asked = await ask(version, command, { [action]: answer });
      expect(asked.calls).toEqual([{ method: action, params }]);
      expect(asked.outcome).toEqual(outcome);
    });
  });
};

/** What a version cannot say, or must not, is not sent. */
export const checkUnsent = (
  rows: readonly (readonly [OcppVersion, StationCommand, CommandOutcome["status"], RegExp])[],
): void => {
  describe("is not sent", () => {
    closeAfterEach();
    it.each(rows)("OCPP %s %j", async (version, command, status, why) => {
      const { outcome, calls } = await ask(version, command, {});
      expect(calls).toEqual([]);
      expect(outcome).toEqual({ status, detail: expect.stringMatching(why) });
    });
  });
};
