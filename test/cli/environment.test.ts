import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { commandLine, runCommandLine } from "../../src/cli/run.js";
import { exampleSiteFile, loadConfig } from "../../src/config/index.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "youxu-env-"));
  vi.stubEnv("YOUXU_CONFIG", undefined);
  vi.stubEnv("YOUXU_TOKEN", undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const helpOf = (command: Command): string =>
  [command.helpInformation(), ...command.commands.map(helpOf)].join("\n");

/** Every text that tells people which variables there are. */
const texts = (): string[] => [
  helpOf(commandLine()),
  exampleSiteFile(),
  ...["README.md", "README.zh-CN.md"].map((name) => readFileSync(name, "utf8")),
  ...["docs", "docs/reference"].flatMap((under) =>
    readdirSync(under)
      .filter((name) => name.endsWith(".md"))
      .map((name) => readFileSync(join(under, name), "utf8")),
  ),
];

const named = (): string[] => [
  ...new Set(texts().flatMap((text) => text.match(/\bYOUXU_[A-Z_]*[A-Z]/g) ?? [])),
];

describe("variables of the environment", () => {
  it("are known to the site file's loader wherever help or documentation names them", () => {
    const path = join(folder, "youxu.yaml");
    writeFileSync(path, exampleSiteFile());
    expect(named()).toEqual(expect.arrayContaining(["YOUXU_TOKEN", "YOUXU_CONFIG", "YOUXU_SERVER_PORT"]));
    const unknown = named().filter((name) => {
      const loaded = loadConfig({ path, env: { [name]: "1" } });
      return !loaded.ok && loaded.errors.some(({ message }) => message.startsWith("unknown variable"));
    });
    expect(unknown).toEqual([]);
  });

  const said = async (args: readonly string[]): Promise<string> => {
    let text = "";
    const spy = vi.spyOn(console, "error").mockImplementation((line: string) => void (text += `${line}\n`));
    await runCommandLine(args).finally(() => spy.mockRestore());
    return text;
  };

  it("name the site file, unless --config does or the variable is empty", async () => {
    vi.stubEnv("YOUXU_CONFIG", join(folder, "of-environment.yaml"));
    expect(await said(["config", "check"])).toContain(join(folder, "of-environment.yaml"));
    expect(await said(["config", "check", "-c", "given.yaml"])).toMatch(/^given\.yaml there is no such file/);
    vi.stubEnv("YOUXU_CONFIG", "");
    expect(await said(["config", "check"])).toMatch(/^youxu\.yaml /);
  });
});
