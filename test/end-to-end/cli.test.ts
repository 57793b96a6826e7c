import { writeFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { builtInScenario } from "../../src/app/package-files.js";
import { plainProblem } from "../optimizer/problems.js";
import { createWireFleet, loadScenario } from "../../sims/index.js";
import type { SiteLive } from "../../src/domain/views.js";
import { WallClock } from "../../src/ports/clock.js";
import { finished, freePort, isUp, pause, run, temporaryFolder, youxu } from "./served.js";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

/** A virtual OCPP 1.6 pile that connects and a car that plugs in at once. */
const pileWithCar = (id: string, endpoint: string, password: string) => {
  const scenario = loadScenario(builtInScenario("one-pile"));
  const [visit] = scenario.arrivals(scenario.startMs, scenario.endMs);
  const [pile] = scenario.stations;
  if (visit === undefined || pile === undefined) throw new Error("the scenario has no car");
  const atMs = Date.now();
  const { fleet } = createWireFleet({
    clock: new WallClock(),
    stations: [{ ...pile, stationId: id, atMs }],
    endpoint,
    password: () => password,
  });
  fleet.start();
  fleet.stations.get(id)?.plug({ ...visit, stationId: id, arriveMs: atMs, departMs: atMs + 8 * 3_600_000 });
  return fleet;
};

/** The one session, once it runs and stands in the plan. */
const plannedSession = async (port: number, token: string): Promise<object> => {
  const get = async <T>(path: string): Promise<T> => {
    const headers = { authorization: `Bearer ${token}` };
    return (await (await fetch(`http://127.0.0.1:${port}/api/v1${path}`, { headers })).json()) as T;
  };
  for (let tries = 0; tries < 300; tries++) {
    const { rows } = await get<SiteLive>("/sites/home/live");
    const row = rows.find(({ session, plannedKw }) => session !== null && plannedKw !== null);
    if (row?.session != null) return row.session;
    await pause(100);
  }
  throw new Error("no session was planned");
};

describe("the command line", () => {
  it("shows three examples when nothing is asked", async () => {
    const { code, stdout } = await run([], folder.path);
    expect(code).toBe(0);
    expect(stdout.match(/^ {2}(?:npx youxu|node \S+main\.[jt]s) /gm)).toHaveLength(3);
  });

  it("leads a pile from nothing to a running session that is planned", async () => {
    expect((await run(["init"], folder.path)).code).toBe(0);
    expect((await run(["config", "check"], folder.path)).code).toBe(0);
    const added = await run(["station", "add", "garage-3", "--new", "--max-a", "16", "--json"], folder.path);
    const { url, password } = JSON.parse(added.stdout) as { url: string; password: string };
    expect(url).toBe("ws://127.0.0.1:8180/ocpp/garage-3");
    const site = parse(readFileSync(join(folder.path, "youxu.yaml"), "utf8")) as {
      sites: { stations: { id: string }[] }[];
    };
    expect(site.sites[0]?.stations.map(({ id }) => id)).toEqual(["pile-1", "pile-2", "garage-3"]);
    expect(readFileSync(join(folder.path, "youxu.yaml"), "utf8")).toContain("# Configuration of youxu");

    const port = await freePort();
    const server = youxu(["serve", "--port", String(port)], folder.path);
    const ended = finished(server);
    await isUp(port);
    const WebSocket = (await import("ws")).default;
    const connect = (identity: string, secret: string): Promise<string> =>
      new Promise((resolve) => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}/ocpp/${identity}`, ["ocpp1.6"], {
          auth: `${identity}:${secret}`,
        });
        socket.once("open", () => {
          socket.close();
          resolve("open");
        });
        socket.once("unexpected-response", (_request, response) => resolve(String(response.statusCode)));
        socket.once("error", () => undefined);
      });
    expect([
      await connect("garage-3", password),
      await connect("garage-3", "wrong".repeat(5)),
      await connect("pile-1", password),
    ]).toEqual(["open", "401", "401"]);
    const made = await run(["token", "add", "me", "--json"], folder.path);
    const { token } = JSON.parse(made.stdout) as { token: string };
    const pile = pileWithCar("garage-3", `ws://127.0.0.1:${port}/ocpp`, password);
    expect(await plannedSession(port, token)).toMatchObject({ stationId: "garage-3", endedMs: null });
    await pile.stop();
    server.kill("SIGTERM");
    const { code, stderr } = await ended;
    expect(code).toBe(0);
    expect(stderr).toMatch(/grid operator: .* token add <name> --role grid-operator$/m);
  }, 240_000);

  it("ends with 5 and says so when another program listens on the port", async () => {
    const port = await freePort();
    const { createServer } = await import("node:net");
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, "127.0.0.1", resolve));
    await run(["init"], folder.path);
    const { code, stderr } = await run(["serve", "--port", String(port)], folder.path);
    other.close();
    expect(code).toBe(5);
    expect(stderr).toContain("address.in-use");
  });

  it("names every problem of a site file with line, column and hint, and exits with 3", async () => {
    writeFileSync(
      join(folder.path, "youxu.yaml"),
      "sites:\n  - id: home\n    timeZone: Mars/Olympus\n    curency: CNY\n",
    );
    const { code, stderr } = await run(["config", "check"], folder.path);
    expect(code).toBe(3);
    expect(stderr).toMatch(/youxu\.yaml:3:\d+ sites\[0\]\.timeZone/);
    expect(stderr).toContain("curency");
  });

  it("plans a problem file and prints plan and certificate", async () => {
    const file = join(folder.path, "problem.json");
    writeFileSync(file, JSON.stringify(plainProblem()));
    const { code, stdout } = await run(["plan", file, "--solver", "highs", "--json"], folder.path);
    const outcome = JSON.parse(stdout) as {
      status: string;
      plan: { certificate: { sent: { gap: number; maxViolation: number } } };
    };
    expect([code, outcome.status]).toEqual([0, "optimal"]);
    expect(outcome.plan.certificate.sent.maxViolation).toBeLessThanOrEqual(1e-6);
    expect(JSON.parse((await run(["plan", "--schema"], folder.path)).stdout)).toMatchObject({
      type: "object",
    });
  });

  it("runs a scenario, prints the same bytes twice, and the solve times beside them", async () => {
    const args = ["sim", "run", builtInScenario("one-pile"), "--json"];
    const [first, second] = await Promise.all([run(args, folder.path), run(args, folder.path)]);
    expect(first.stdout).toBe(second.stdout);
    const { metrics } = JSON.parse(first.stdout) as { metrics: { servedShare: number } };
    expect(metrics.servedShare).toBeGreaterThan(0.99);
    expect(first.stderr).toMatch(/^optimizer: solve time p50 \/ p95 \/ max \d+ \/ \d+ \/ \d+ ms$/m);
  }, 240_000);
});
