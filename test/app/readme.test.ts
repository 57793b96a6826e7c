import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { commandLine } from "../../src/cli/run.js";

const read = (name: string): string => readFileSync(name, "utf8");
const [english, chinese] = [read("README.md"), read("README.zh-CN.md")];

/** Text between back quotes and in code blocks, without comments and words that are translated. */
const commandsOf = (text: string): string[] =>
  [...text.matchAll(/^(?:npx youxu|npm|curl) [^#\n]*/gm)].map(([command]) => command.trim());
const headings = (text: string): number[] =>
  [...text.matchAll(/^(#+) /gm)].map(([, marks]) => marks?.length ?? 0);
/** Figures of the tables, as they stand. */
const figures = (text: string): string[] =>
  [...text.matchAll(/^\|.*\|$/gm)].flatMap(
    ([row]) => row.match(/\d[\d.,]*(?= ?(?:kW|%|ms|CNY|元|\/))/g) ?? [],
  );

describe("the two READMEs", () => {
  it("have the same chapters, commands and measured figures", () => {
    expect(headings(chinese)).toEqual(headings(english));
    expect(commandsOf(chinese)).toEqual(commandsOf(english));
    expect(figures(chinese)).toEqual(figures(english));
  });

  it("name only commands and options that there are", () => {
    for (const line of commandsOf(english).filter((command) => command.startsWith("npx youxu "))) {
      let command = commandLine();
      for (const word of line.split(/\s+/).slice(2)) {
        const below = command.commands.find((each) => each.name() === word);
        if (below !== undefined) command = below;
        if (word.startsWith("--")) expect(command.options.map(({ long }) => long)).toContain(word);
      }
      expect(command.commands).toEqual([]);
    }
  });
});
