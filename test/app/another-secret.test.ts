import { copyFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { examine } from "../../src/app/doctor/examine.js";
import { writeSiteFile } from "../../src/app/init.js";
import { openInstallation } from "../../src/app/installation.js";
import { serve } from "../../src/app/serve.js";
import { addStation, listStations, removeStation } from "../../src/app/stations.js";
import { backUpStore, examineStore, forgetLost, putBackStore } from "../../src/app/stores.js";
import { addToken, listTokens, removeToken } from "../../src/app/tokens.js";
import { leftByAnother } from "../store/left-by-another.js";

let folder: string;
let configPath: string;
let secretFile: string;
const at = (name: string): string => join(folder, name);
const said = (code: string, place: string) => expect.objectContaining({ code, place });

/** A secret of another installation beside a store with a station's password and a token. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "another-secret-"));
  configPath = at("youxu.yaml");
  secretFile = at("youxu.secret");
  writeSiteFile(configPath, false);
  await (await openInstallation(configPath)).close();
  renameSync(secretFile, at("other"));
  for (const file of ["youxu.db", "youxu.db-wal", "youxu.db-shm"]) rmSync(at(file), { force: true });
  await addStation(configPath, { id: "pile-1", isNew: false });
  await addToken(configPath, "me", "operator");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const swap = (): void => {
  renameSync(secretFile, at("own"));
  copyFileSync(at("other"), secretFile);
};

describe("a store beside the secret of another", () => {
  it("is not served, and gets no password or token that only the wrong secret could check", async () => {
    swap();
    const refused = said("secret.other", secretFile);
    await expect(serve(configPath, {}, "silent")).rejects.toEqual(refused);
    await expect(addStation(configPath, { id: "pile-2", isNew: false })).rejects.toEqual(refused);
    await expect(addToken(configPath, "you", "operator")).rejects.toEqual(refused);
    copyFileSync(at("own"), secretFile);
    await (await openInstallation(configPath)).close();
  });

  it("is told of by doctor, check, restore and list", async () => {
    const { path } = await backUpStore(configPath, at("copy.db"));
    const standing = async () => ({
      doctor: (await examine(configPath)).find(({ what }) => what === "secret")?.state,
      store: (await examineStore(configPath, undefined)).secret,
      copy: (await examineStore(configPath, path)).secret,
      restored: (leftByAnother(at("youxu.db")), await putBackStore(configPath, path)).secret,
      pile: (await listStations(configPath))[0],
    });
    expect(await standing()).toEqual({
      doctor: "ok",
      store: "fits",
      copy: "fits",
      restored: "fits",
      pile: { id: "pile-1", siteId: "home", hasPassword: true, ofAnotherSecret: false },
    });
    swap();
    expect(await standing()).toEqual({
      doctor: "fault",
      store: "other",
      copy: "other",
      restored: "other",
      pile: { id: "pile-1", siteId: "home", hasPassword: false, ofAnotherSecret: true },
    });
    rmSync(secretFile);
    expect((await examineStore(configPath, path)).secret).toBe("missing");
  });

  it("names, when put back, the stations whose password is newer than the backup", async () => {
    const { path } = await backUpStore(configPath, at("copy.db"));
    leftByAnother(at("youxu.db"));
    expect((await putBackStore(configPath, path)).newerPasswords).toEqual([]);
    await removeStation(configPath, "pile-1");
    await addStation(configPath, { id: "pile-1", isNew: false });
    leftByAnother(at("youxu.db"));
    expect((await putBackStore(configPath, path)).newerPasswords).toEqual(["pile-1"]);
    writeFileSync(at("youxu.db"), "broken");
    expect((await putBackStore(configPath, path)).newerPasswords).toBeNull();
  });

  it("takes the new secret for its own when what the lost one opened is forgotten, and not before", async () => {
    await expect(forgetLost(configPath)).rejects.toEqual(said("secret.fits", secretFile));
    swap();
    expect(await forgetLost(configPath)).toEqual({ stations: 1, tokens: 1, clients: 0 });
    await addStation(configPath, { id: "pile-1", isNew: false });
    expect(await listTokens(configPath)).toEqual([]);
    expect(await listStations(configPath)).toMatchObject([{ hasPassword: true }, { hasPassword: false }]);
  });

  it("does so too when all were taken away one by one", async () => {
    swap();
    await removeStation(configPath, "pile-1");
    await removeToken(configPath, "me");
    await addStation(configPath, { id: "pile-1", isNew: false });
  });
});
