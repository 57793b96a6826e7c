import type { Command } from "commander";
import { commandStation, syncLocalList } from "../../app.js";
import { MINUTE_MS } from "../../domain/units.js";
import { EXIT } from "../exit-codes.js";
import { numberOption, print, printJson } from "../output.js";
import { accessOf, type AskOptions, asking, evseNumber, run } from "./asking.js";

const clearCache = (): Command =>
  asking("clear-cache", "have a station forget the id tokens that it took").action(
    async (id: string, options: AskOptions) => run(id, options, { kind: "clear-cache" }),
  );

const RESERVATIONS = { least: 0, most: 2_147_483_647, whole: true } as const;
const RESERVED_MINUTES = 15;

const reserve = (): Command =>
  asking("reserve", "hold an EVSE for an id token")
    .argument("<token>", "the id token")
    .option("--number <n>", "of the reservation, to cancel it by", numberOption("--number", RESERVATIONS), 1)
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
        options: AskOptions & { number: number; minutes: number; evse?: number },
      ) =>
        run(id, options, {
          kind: "reserve",
          reservationId: options.number,
          evseId: options.evse ?? null,
          idToken,
          expiresMs: Date.now() + options.minutes * MINUTE_MS,
        }),
    );

const cancelReservation = (): Command =>
  asking("cancel-reservation", "let go of what is held")
    .argument("<number>", "of the reservation", numberOption("number", RESERVATIONS))
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
