import { Command } from "commander";
import {
  CERTIFICATE_USES,
  type CertificateUse,
  commandStation,
  type CommandOutcome,
  raiseStation,
  readPem,
  rotateStation,
  stationSecurity,
  YouxuError,
} from "../../app.js";
import { EXIT } from "../exit-codes.js";
import { print, printJson, say } from "../output.js";
import { accessOf, ADMIN, type AskOptions, asking, run, show } from "./asking.js";

const finish = (outcome: CommandOutcome, options: AskOptions): void => {
  if (options.json === true) printJson(outcome);
  else show(outcome);
  if (outcome.status !== "accepted") process.exitCode = EXIT.failed;
};

const rotate = (): Command =>
  asking("rotate", "give a connected station a new password", ADMIN).action(
    async (id: string, options: AskOptions) => {
      const outcome = await rotateStation(accessOf(options), id);
      finish(outcome, options);
      if (outcome.status === "accepted")
        say("the old one holds until the station has connected with the new");
      if (outcome.status === "timeout" || outcome.status === "error")
        say("both passwords hold until the station connects with the new");
    },
  );

interface RaiseOptions extends AskOptions {
  readonly await?: boolean;
  readonly address?: string;
  readonly interface?: string;
}

const HIGHER = ["2", "3"] as const;

const raise = (): Command =>
  asking("raise", "let a station rise to a higher security profile, and tell it so", ADMIN)
    .argument("<profile>", "2: password over TLS, 3: client certificate, none: take the wish back")
    .option("--await", "tell it nothing: it rises at its own page")
    .option("--address <url>", "2.x: by which it reaches this server with TLS, without the identity")
    .option("--interface <name>", "2.x: Wired0, Wireless0 …; any by default (2.0.1: Wired0)")
    .action(async (id: string, wanted: string, options: RaiseOptions) => {
      const found = HIGHER.find((each) => each === wanted);
      if (found === undefined && wanted !== "none")
        throw new YouxuError("usage.invalid", `${JSON.stringify(wanted)}: must be 2, 3 or none`, "<profile>");
      const profile = found === undefined ? null : found === "2" ? 2 : 3;
      const { await: silent = false, address: url = null, interface: networkInterface = null } = options;
      const wish = { profile, tell: !silent, url, networkInterface } as const;
      const outcome = await raiseStation(accessOf(options), id, wish);
      finish(outcome, options);
      if (outcome.status === "accepted" && profile !== null && !silent)
        say(
          `it takes effect when the station restarts: youxu station reset ${id} --when-idle (1.6 cannot wait: without it, when nobody charges)`,
        );
    });

const security = (): Command =>
  asking("security", "the security profile of a station: stated, reached, awaited").action(
    async (id: string, options: AskOptions) => {
      const state = await stationSecurity(accessOf(options), id);
      if (options.json === true) return printJson(state);
      for (const name of ["stated", "reached", "rising"] as const)
        print(`${name.padEnd(8)} ${state[name] ?? "–"}`);
    },
  );

const useOption = (text: string): CertificateUse => {
  const use = CERTIFICATE_USES.find((each) => each === text);
  if (use !== undefined) return use;
  throw new YouxuError("usage.invalid", `must be ${CERTIFICATE_USES.join(", ")}`, "--use");
};
const USE = ["--use <use>", CERTIFICATE_USES.join(", "), useOption] as const;

const install = (): Command =>
  asking("install", "have a station believe a root certificate", ADMIN)
    .argument("<file>", "PEM")
    .option(...USE, "central-system")
    .action(async (id: string, file: string, options: AskOptions & { use: CertificateUse }) =>
      run(id, options, { kind: "install-certificate", use: options.use, certificate: await readPem(file) }),
    );

const list = (): Command =>
  asking("list", "the certificates that a station holds")
    .option(...USE)
    .action(async (id: string, options: AskOptions & { use?: CertificateUse }) =>
      run(id, options, { kind: "list-certificates", use: options.use ?? null }),
    );

const remove = (): Command =>
  asking("delete", "have a station forget a certificate", ADMIN)
    .argument("<serial>", "its serial number, as `list` shows it")
    .option(...USE)
    .action(async (id: string, serial: string, options: AskOptions & { use?: CertificateUse }) => {
      const held = await commandStation(accessOf(options), id, {
        kind: "list-certificates",
        use: options.use ?? null,
      });
      if (held.status !== "accepted") return finish(held, options);
      const found = held.certificates?.find(
        ({ certificate }) => certificate.serialNumber.toLowerCase() === serial.toLowerCase(),
      );
      if (found === undefined)
        throw new YouxuError("not-found.certificate", `${id} holds none of the number ${serial}`, "<serial>");
      await run(id, options, { kind: "delete-certificate", certificate: found.certificate });
    });

const renew = (): Command =>
  asking("renew", "have a station make a new key and ask for a certificate of it", ADMIN).action(
    async (id: string, options: AskOptions) => run(id, options, { kind: "renew-certificate" }),
  );

const certificate = (): Command => {
  const command = new Command("certificate").description("the certificates that a station holds");
  for (const each of [install(), list(), remove(), renew()]) command.addCommand(each);
  return command;
};

/** How a station proves itself, and whom it believes. */
export const securityCommands = (): Command[] => [rotate(), raise(), security(), certificate()];
