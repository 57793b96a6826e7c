import { afterEach, beforeEach, expect, it } from "vitest";
import { createWireFleet, loadScenario } from "../../sims/index.js";
import { builtInScenario } from "../../src/app/package-files.js";
import { WallClock } from "../../src/ports/clock.js";
import { type Finished, finished, freePort, isUp, pause, run, temporaryFolder, youxu } from "./served.js";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const connected = async (isThere: () => boolean): Promise<void> => {
  for (let tries = 0; tries < 300 && !isThere(); tries++) await pause(50);
  expect(isThere()).toBe(true);
};

it("an operator sees what a station says and asks it for things, from the command line", async () => {
  expect((await run(["init"], folder.path)).code).toBe(0);
  const added = await run(["station", "add", "pile-1", "--json"], folder.path);
  const { password } = JSON.parse(added.stdout) as { password: string };
  const token = (await run(["token", "add", "me"], folder.path)).stdout.trim();
  const viewer = (await run(["token", "add", "guest", "--role", "viewer"], folder.path)).stdout.trim();
  const port = await freePort();
  const server = youxu(["serve", "--port", String(port)], folder.path);
  const ended = finished(server);
  await isUp(port);
  const [pile] = loadScenario(builtInScenario("one-pile")).stations;
  if (pile === undefined) throw new Error("the scenario has no pile");
  const { fleet } = createWireFleet({
    clock: new WallClock(),
    stations: [{ ...pile, stationId: "pile-1", version: "1.6", atMs: Date.now() }],
    endpoint: `ws://127.0.0.1:${port}/ocpp`,
    password: () => password,
  });
  const url = `http://127.0.0.1:${port}`;
  const ask = (verb: string, ...args: string[]): Promise<Finished> =>
    run(["station", verb, "pile-1", ...args, "--url", url, "--token", token], folder.path);
  try {
    const away = await ask("reset");
    expect([away.code, away.stderr]).toEqual([
      1,
      expect.stringMatching(/not connected.*\[station\.offline\]/),
    ]);
    fleet.start();
    const isUpNow = (): boolean => fleet.stations.get("pile-1")?.connected() === true;
    await connected(isUpNow);

    const heard = await ask("messages", "--action", "BootNotification");
    expect(heard.stdout).toMatch(
      /^\S+ → call {3}BootNotification +\[2,.*\n\S+ ← result BootNotification +\[3,/,
    );
    expect((await ask("set", "HeartbeatInterval", "120")).stdout).toBe("accepted\n");
    const settings = await ask("get", "HeartbeatInterval", "NumberOfConnectors", "Nothing");
    expect(settings.stdout).toMatch(
      /^HeartbeatInterval +120\nNumberOfConnectors +1 {2}\(read only\)\nNothing +\(UnknownKey\)\n$/,
    );
    expect((await ask("get-report")).stdout).toMatch(/^(\w+ +.*\n)+$/);
    expect((await ask("settings", "connectors")).stdout).toMatch(
      /^NumberOfConnectors +1 {2}\(read only\)\n$/,
    );
    expect((await ask("events")).stderr).toBe("nothing\n");
    const transfer = await ask("transfer", "com.acme", "--data", "x", "--json");
    expect([transfer.code, JSON.parse(transfer.stdout)]).toEqual([
      1,
      { status: "rejected", detail: "UnknownVendorId" },
    ]);
    const idle = await ask("reset", "--when-idle");
    expect([idle.code, idle.stdout]).toEqual([1, expect.stringMatching(/^unsupported: .*say soft or hard/)]);
    expect((await ask("disable")).stdout).toBe("accepted\n");
    expect((await ask("enable")).stdout).toBe("accepted\n");
    expect((await ask("unlock")).stdout).toBe("accepted: Unlocked\n");
    expect((await ask("clear-cache")).code).toBe(0);
    expect((await ask("local-list")).stdout).toBe("version 0\n");
    expect((await ask("local-list", "A", "B")).stdout).toBe("accepted\n");
    expect((await ask("local-list")).stdout).toBe("version 1\n");
    expect((await ask("reserve", "A", "--number", "7")).stdout).toBe("accepted\nreservation 7\n");
    expect((await ask("cancel-reservation", "7")).stdout).toBe("accepted\n");
    expect((await ask("cancel-reservation", "7")).code).toBe(1);
    expect((await ask("reset", "--hard")).stdout).toBe("accepted\n");
    await connected(() => !isUpNow());

    const refused = await run(["station", "reset", "pile-1", "--url", url, "--token", viewer], folder.path);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("[auth.forbidden]")]);
    const unknown = await run(["station", "reset", "pile-9", "--url", url, "--token", token], folder.path);
    expect(unknown.stderr).toContain("[not-found.station]");
  } finally {
    await fleet.stop();
    server.kill("SIGTERM");
    await ended;
  }
  const nobody = await ask("messages");
  expect([nobody.code, nobody.stderr]).toEqual([5, expect.stringContaining("[connect.failed]")]);
});
