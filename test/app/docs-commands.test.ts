import { readdirSync, readFileSync } from "node:fs";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { commandLine } from "../../src/cli/run.js";

/** Lines of code blocks and text between back quotes that begin with the program, without comments. */
const commandsOf = (text: string): string[] => {
  const blocks = [...text.matchAll(/^(?:npx )?youxu .*$/gm)].flatMap(([line]) => line.split(/&&|\|/));
  const inline = [...text.matchAll(/`((?:npx )?youxu [^`\n]+)`/g)].map(([, command = ""]) => command);
  return [...blocks, ...inline]
    .map((line) => line.replace(/ [#>].*$/, "").trim())
    .filter((line) => /^(?:npx )?youxu [a-z]/.test(line));
};

/** What is wrong with a command: a word that is no command, or an option that its command does not have. */
const faultOf = (line: string): string | null => {
  let command: Command = commandLine();
  for (const word of line.replace(/^npx /, "").split(/\s+/).slice(1)) {
    const below = command.commands.find((each) => each.name() === word || each.aliases().includes(word));
    if (below !== undefined) command = below;
    else if (/^--[a-z]/.test(word)) {
      const known = [command, ...(command.parent === null ? [] : [command.parent])];
      const name = word.replace(/=.*$/, "");
      if (!known.some(({ options }) => options.some(({ long }) => long === name)))
        return `${line}: ${command.name()} has no ${name}`;
    } else if (command.commands.length > 0)
      return /^[a-z][a-z-]*$/.test(word) ? `${line}: no command ${word}` : null;
  }
  return null;
};

describe("the pages of docs", () => {
  const pages = readdirSync("docs").filter((name) => name.endsWith(".md"));

  it.each(pages)("%s names only commands and options that there are", (page) => {
    const lines = commandsOf(readFileSync(`docs/${page}`, "utf8"));
    expect(lines.map(faultOf).filter((fault) => fault !== null)).toEqual([]);
  });

  it("name many", () => {
    const lines = pages.flatMap((page) => commandsOf(readFileSync(`docs/${page}`, "utf8")));
    expect(lines.length).toBeGreaterThan(50);
  });
});
