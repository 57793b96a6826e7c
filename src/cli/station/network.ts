import { type Command, Option } from "commander";
import type { NetworkProfile } from "../../domain/commands/network.js";
import { numberOption } from "../output.js";
import { ADMIN, type AskOptions, asking, run } from "./asking.js";

interface NetworkOptions extends AskOptions {
  readonly profile: string;
  readonly ocpp: NetworkProfile["ocppVersion"];
  readonly timeout: number;
  readonly interface: string;
  readonly apn?: string;
  readonly force?: boolean;
}

const securityOf = (name: string): NetworkProfile["securityProfile"] =>
  name === "1" ? 1 : name === "2" ? 2 : 3;

/** Passwords are given over the API: none stands in a shell's history. */
const networkProfile = (): Command =>
  asking("network-profile", "write a way to the central system (2.x)", ADMIN)
    .argument("<slot>", "which one", numberOption("slot", { least: 0, most: 1_000, whole: true }))
    .argument("<address>", "ws:// or wss://, without the identity")
    .addOption(
      new Option("--profile <n>", "security: 1 password, 2 over TLS, 3 client certificate")
        .choices(["1", "2", "3"])
        .makeOptionMandatory(),
    )
    .addOption(
      new Option("--ocpp <version>", "to be spoken there").choices(["1.6", "2.0.1", "2.1"]).default("2.0.1"),
    )
    .option(
      "--timeout <s>",
      "for an answer to a message",
      numberOption("--timeout", { least: 1, most: 3_600, whole: true }),
      30,
    )
    .option("--interface <name>", "Wired0, Wireless0 …", "Wired0")
    .option("--apn <name>", "mobile network")
    .option("--force", "also where the present security profile is not known; a lower one is never written")
    .addHelpText(
      "after",
      "\nIt is used once the slot stands first: youxu station set <identity> OCPPCommCtrlr.NetworkConfigurationPriority 1,0, which needs the scope admin, too, and after a reset.",
    )
    .action(async (id: string, slot: number, url: string, ...rest: [NetworkOptions]) => {
      const [options] = rest;
      const apn =
        options.apn === undefined
          ? null
          : { name: options.apn, userName: null, password: null, authentication: "AUTO" as const };
      await run(id, options, {
        kind: "set-network-profile",
        slot,
        profile: {
          url,
          ocppVersion: options.ocpp,
          securityProfile: securityOf(options.profile),
          messageTimeoutS: options.timeout,
          interface: options.interface,
          apn,
          identity: null,
          password: null,
        },
        force: options.force === true,
      });
    });

/** How a station reaches its central system. */
export const networkCommands = (): Command[] => [networkProfile()];
