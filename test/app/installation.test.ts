import { existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeSiteFile } from "../../src/app/init.js";
import { openInstallation } from "../../src/app/installation.js";

let folder: string;
let configPath: string;
let secretFile: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "installation-"));
  configPath = join(folder, "youxu.yaml");
  writeSiteFile(configPath, false);
  const installation = await openInstallation(configPath);
  secretFile = installation.config.store.secretFile;
  await installation.close();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("an installation whose secret is gone", () => {
  it("gets a new one while nothing depends on it", async () => {
    rmSync(secretFile);
    await (await openInstallation(configPath)).close();
    expect(existsSync(secretFile)).toBe(true);
  });

  it("is refused with the place once a station's password or a token depends on it", async () => {
    const installation = await openInstallation(configPath);
    const { token } = await installation.accounts.issueToken({ name: "me", role: "operator" });
    await installation.registry.add("pile-9");
    await installation.close();

    renameSync(secretFile, `${secretFile}.bak`);
    await expect(openInstallation(configPath)).rejects.toMatchObject({
      code: "secret.lost",
      place: secretFile,
      message: expect.stringContaining("1 station password, 1 token and 0 clients"),
      hint: expect.stringContaining("backup"),
    });
    expect(existsSync(secretFile)).toBe(false);

    renameSync(`${secretFile}.bak`, secretFile);
    const again = await openInstallation(configPath);
    expect(await again.accounts.verify(token)).toMatchObject({ name: "me" });
    await again.close();
  });
});
