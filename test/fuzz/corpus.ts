import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Attack } from "./attack.js";

const FOLDER = fileURLToPath(new URL("corpus/", import.meta.url));

/** What ever did harm, or looked as if it might, a file each; what fuzzing finds is added. */
export const readCorpus = (folder = FOLDER): readonly { readonly name: string; readonly attack: Attack }[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .toSorted()
    .map((name) => ({ name, attack: JSON.parse(readFileSync(`${folder}${name}`, "utf8")) as Attack }));

/** Puts a finding beside the others, and gives its path: it is tried in every run from then on. */
export const keepInCorpus = (name: string, attack: Attack, folder = FOLDER): string => {
  const file = `${folder}${name}.json`;
  writeFileSync(file, `${JSON.stringify(attack, null, 2)}\n`);
  return file;
};
