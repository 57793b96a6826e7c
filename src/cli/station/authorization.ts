import type { Command } from "commander";
import { commandStation, syncLocalList } from "../../app.js";
import { MINUTE_MS } from "../../domain/units.js";
import { EXIT } from "../exit-codes.js";
import { numberOption, print, printJson } from "../output.js";
import {
  accessOf,
  type AskOptions,
  asking,
  evseNumber,
  freshNumber,
  NUMBERS,
  run,
  runNumbered,
} from "./asking.js";

const clearCache = (): Command =>
  asking("clear-cache", "have a station forget the id tokens that it took").action(
    async (id: string, options: AskOptions) => run(id, options, { kind: "clear-cache" }),
  );

const RESERVED_MINUTES = 15;

const reserve = (): Command =>
  asking("reserve", "hold an EVSE for an id token")
    .argument("<token>", "the id token")
    .option(
      "--number <n>",
      "of the reservation, to cancel it by: one of the same number is replaced; a fresh one by default",
      numberOption("--number", NUMBERS),
    )
    .option(
      "--minutes <n>",
      "how long",
      numberOption("--minutes", { least: 1, most: 1_440 }),
      RESERVED_MINUTES,
    )
    .option("--evse <number>", "EVSE (1.6: connector); any by default", evseNumber)
    .action(
      async (
        id: string,
        idToken: string,
        {
          number = freshNumber(),
          ...options
        }: AskOptions & {
          number?: number;
          minutes: number;
          evse?: number;
        },
      ) => {
        const command = {
          kind: "reserve",
          reservationId: number,
          evseId: options.evse ?? null,
          idToken,
          expiresMs: Date.now() + options.minutes * MINUTE_MS,
        } as const;
        return runNumbered(id, options, command, { what: "reservation", number });
      },
    );

const cancelReservation = (): Command =>
  asking("cancel-reservation", "let go of what is held")
    .argument("<number>", "of the reservation", numberOption("number", NUMBERS))
    .action(async (id: string, reservationId: number, options: AskOptions) =>
      run(id, options, { kind: "cancel-reservation", reservationId }),
    );

const localList = (): Command =>
  asking(
    "local-list",
    "the id tokens by which a station decides without the server: its version, or a new list",
  )
    .argument("[tokens...]", "those that may charge; they take the place of the list that is there")
    .option("--empty", "none may")
    .option("--sync", "those that the server knows, and keep it so")
    .action(
      async (id: string, tokens: string[], options: AskOptions & { empty?: boolean; sync?: boolean }) => {
        if (options.sync === true) return synced(id, options);
        if (tokens.length === 0 && options.empty !== true)
          return run(id, options, { kind: "local-list-version" });
        const held = await commandStation(accessOf(options), id, { kind: "local-list-version" });
        const version = held.status === "accepted" ? Math.max(0, held.version ?? 0) + 1 : 1;
        const entries = tokens.map((idToken) => ({ idToken, standing: "Accepted" as const }));
        return run(id, options, { kind: "send-local-list", version, isWhole: true, entries });
      },
    );

const synced = async (id: string, options: AskOptions): Promise<void> => {
  const { change, sent, version, outcome } = await syncLocalList(accessOf(options), id);
  if (outcome.status !== "accepted") process.exitCode = EXIT.failed;
  if (options.json === true) return printJson({ change, sent, version, outcome });
  if (outcome.status !== "accepted") return print(`${outcome.status}: ${outcome.detail}`);
  return print(
    change === "none" ? `in step, version ${version}` : `${sent} sent (${change}), version ${version}`,
  );
};

/** Whom a station lets charge. */
export const authorizationCommands = (): Command[] => [
  clearCache(),
  reserve(),
  cancelReservation(),
  localList(),
];
