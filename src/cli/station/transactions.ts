import type { Command } from "commander";
import { stationChargingProfiles } from "../../app.js";
import { numberOption, print, printJson, say } from "../output.js";
import { accessOf, type AskOptions, asking, evseNumber, run } from "./asking.js";

interface EvseOptions extends AskOptions {
  readonly evse: number;
}

const start = (): Command =>
  asking("remote-start", "begin a transaction for an id token")
    .argument("<token>", "the id token")
    .option("--evse <number>", "EVSE (1.6: connector)", evseNumber, 1)
    .action(async (id: string, idToken: string, options: EvseOptions) =>
      run(id, options, { kind: "remote-start", evseId: options.evse, idToken }),
    );

const stop = (): Command =>
  asking("remote-stop", "end a transaction")
    .argument("<transaction>", "its id, as the station has it")
    .action(async (id: string, transactionId: string, options: AskOptions) =>
      run(id, options, { kind: "remote-stop", transactionId }),
    );

const composite = (): Command =>
  asking("get-composite-schedule", "what all profiles of an EVSE come to, as the station has it")
    .option("--evse <number>", "EVSE (1.6: connector)", evseNumber, 1)
    .option(
      "--minutes <n>",
      "from now on",
      numberOption("--minutes", { least: 1, most: 1_440, whole: true }),
      60,
    )
    .action(async (id: string, options: EvseOptions & { minutes: number }) =>
      run(id, options, { kind: "get-composite", evseId: options.evse, durationS: options.minutes * 60 }),
    );

const status = (): Command =>
  asking("get-transaction-status", "whether a transaction goes on, and whether messages wait (2.x)")
    .argument("[transaction]", "its id; without it whether messages of any wait")
    .action(async (id: string, transactionId: string | undefined, options: AskOptions) =>
      run(id, options, { kind: "get-transaction-status", transactionId: transactionId ?? null }),
    );

const getProfiles = (): Command =>
  asking(
    "get-charging-profiles",
    "have a station tell the profiles that it holds; see charging-profiles (2.x)",
  )
    .option(
      "--evse <number>",
      "EVSE, 0 for the station itself; all by default",
      numberOption("--evse", { least: 0, most: 1_000, whole: true }),
    )
    .action(async (id: string, options: AskOptions & { evse?: number }) =>
      run(id, options, { kind: "report-charging-profiles", evseId: options.evse ?? null }),
    );

const clearProfile = (): Command =>
  asking("clear-charging-profile", "take a charging profile away that somebody else left at a station")
    .argument("<id>", "as charging-profiles shows it (2.x)", profileNumber)
    .action(async (id: string, profileId: number, options: AskOptions) =>
      run(id, options, { kind: "clear-charging-profile", profileId }),
    );
const profileNumber = numberOption("<id>", {
  least: -2_147_483_648,
  most: 2_147_483_647,
  whole: true,
});

const profiles = (): Command =>
  asking("charging-profiles", "charging profiles that a station holds, as it last told them (2.x)").action(
    async (id: string, options: AskOptions) => {
      const found = await stationChargingProfiles(accessOf(options), id);
      if (options.json === true) return printJson(found);
      for (const { evseId, profileId, purpose, stackLevel, source, kind, schedules } of found.profiles) {
        print(
          `EVSE ${String(evseId).padEnd(4)} ${String(profileId).padEnd(11)} ${purpose} ${kind} level ${stackLevel}, of ${source}`,
        );
        for (const { unit, periods } of schedules)
          for (const { startS, limit, setpoint } of periods)
            print(`  +${String(startS).padEnd(7)} s  ${setpoint ?? limit ?? "–"} ${unit}`);
      }
      for (const { evseId, unit, toldValue, heldValue, verdict } of found.compared)
        print(`EVSE ${evseId} was told ${toldValue} ${unit}, holds ${heldValue ?? "–"} ${unit}: ${verdict}`);
      if (found.completeMs === null) say(`there may be more: youxu station get-charging-profiles ${id}`);
      else if (found.profiles.length === 0) say("it holds none");
    },
  );

/** Transactions, and what steers them. */
export const transactionCommands = (): Command[] => [
  start(),
  stop(),
  status(),
  composite(),
  getProfiles(),
  clearProfile(),
  profiles(),
];
