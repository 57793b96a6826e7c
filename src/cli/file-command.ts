import { Command } from "commander";
import { fetchFile, listFiles, putFile, removeFile, type StoredFile } from "../app.js";
import { print, printJson, say } from "./output.js";
import { timeText } from "./time-text.js";
import { accessOf, type AskOptions, askingServer } from "./station/asking.js";

const lineOf = ({ id, name, bytes, stationId, createdMs }: StoredFile): string =>
  `${id}  ${timeText(createdMs)}  ${String(bytes).padStart(12)} bytes  ${(stationId ?? "").padEnd(20)}  ${name}`;

const shown = (file: StoredFile, options: AskOptions): void =>
  options.json === true
    ? printJson(file)
    : print(`${lineOf(file)}\nsha256 ${file.sha256}\nmd5    ${file.md5}`);

/** Images of firmware for stations, and logs that came from them. */
export const fileCommand = (): Command =>
  new Command("file")
    .description("files that a running server keeps for stations, or got from them")
    .addCommand(
      askingServer("list", "all of them, oldest first").action(async (options: AskOptions) => {
        const found = await listFiles(accessOf(options));
        if (options.json === true) return printJson(found);
        for (const file of found) print(lineOf(file));
        if (found.length === 0) say("none");
      }),
    )
    .addCommand(
      askingServer("put", "give the server a file, e.g. an image of firmware")
        .argument("<path>", "the file")
        .action(async (path: string, options: AskOptions) =>
          shown(await putFile(accessOf(options), path), options),
        ),
    )
    .addCommand(
      askingServer("get", "write a file of the server to disk")
        .argument("<id>", "as `youxu file list` shows it")
        .argument("<path>", "where to")
        .option("--force", "replace what is there")
        .action(async (id: string, path: string, options: AskOptions & { force?: boolean }) => {
          await fetchFile(accessOf(options), id, { path, force: options.force === true });
          say(`written to ${path}`);
        }),
    )
    .addCommand(
      askingServer("remove", "remove a file from the server")
        .argument("<id>", "as `youxu file list` shows it")
        .action(async (id: string, options: AskOptions) => removeFile(accessOf(options), id)),
    );
