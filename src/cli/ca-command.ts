import { Command } from "commander";
import {
  initCa,
  issueServerFiles,
  issueStationFiles,
  type IssuedFiles,
  listIssued,
  revokeIssued,
} from "../app.js";
import { CONFIG_OPTION, JSON_OPTION } from "./options.js";
import { print, printJson, say } from "./output.js";

interface CaOptions {
  readonly config: string;
  readonly json?: boolean;
}

const acting = (name: string, description: string): Command =>
  new Command(name)
    .description(description)
    .option(...CONFIG_OPTION)
    .option(...JSON_OPTION);

const dayOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);

const init = (): Command =>
  acting("init", "make an authority of one's own in localCa.folder")
    .option("--name <text>", "of its root certificate", "youxu local CA")
    .action(async ({ config, json, name }: CaOptions & { name: string }) => {
      const made = await initCa(config, name);
      if (json === true) return printJson(made);
      print(made.rootFile);
      say("stations and browsers are to believe this root; its key stays where it is");
    });

const server = (): Command =>
  acting("server", "certificates for this server, one EC and one RSA; again: renewed ones")
    .argument("<hosts...>", "names and addresses by which it is called")
    .action(async (hosts: string[], { config, json }: CaOptions) => {
      const files = await issueServerFiles(config, hosts);
      if (json === true) return printJson(files);
      print("server:\n  tls:\n    certificates:");
      for (const { certFile, keyFile } of files)
        print(`      - { certFile: ${JSON.stringify(certFile)}, keyFile: ${JSON.stringify(keyFile)} }`);
      say("these lines belong into the configuration");
    });

const fileLines = ({ certFile, keyFile, serialNumber, notAfterMs }: IssuedFiles): string =>
  `certificate  ${certFile}\nkey          ${keyFile}\nserial       ${serialNumber}\nuntil        ${dayOf(notAfterMs)}`;

const station = (): Command =>
  acting("station", "a client certificate with its key, for a station that makes none of its own")
    .argument("<identity>", "as it stands in the site file")
    .action(async (id: string, { config, json }: CaOptions) => {
      const files = await issueStationFiles(config, id);
      if (json === true) printJson(files);
      else print(fileLines(files));
    });

const list = (): Command =>
  acting("list", "what the authority has signed").action(async ({ config, json }: CaOptions) => {
    const issued = await listIssued(config);
    if (json === true) return printJson(issued);
    for (const { serialNumber, use, commonName, hosts, notAfterMs, revokedMs } of issued)
      print(
        `${serialNumber}  ${use}  ${(hosts.length > 1 ? hosts.join(",") : commonName).padEnd(24)} ${revokedMs === null ? `until ${dayOf(notAfterMs)}` : `revoked ${dayOf(revokedMs)}`}`,
      );
  });

const revoke = (): Command =>
  acting("revoke", "let nobody in any more by a certificate")
    .argument("<serial>", "as `list` shows it")
    .action(async (serial: string, { config }: CaOptions) => {
      await revokeIssued(config, serial);
      say(`${serial} is revoked; who is connected by it is cut off within a minute or so`);
    });

export const caCommand = (): Command => {
  const ca = new Command("ca").description(
    "certificate authority of one's own, for development and closed networks",
  );
  for (const each of [init(), server(), station(), list(), revoke()]) ca.addCommand(each);
  return ca;
};
