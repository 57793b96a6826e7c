import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** As it is shipped; built before the tests by `test/fixtures/build.ts`. */
const MAIN = join(root, "dist/src/cli/main.js");
/** A server that is not up by then never will be. */
const UP_WITHIN_MS = 30_000;

const FAILPOINTS = new URL("failpoints.mjs", import.meta.url).href;

/** Runs the command line as a user does, in its own process; with a failpoint it is killed there. */
export const youxu = (
  args: readonly string[],
  folder: string,
  failpoint: string | null = null,
): ChildProcess =>
  spawn(process.execPath, [...(failpoint === null ? [] : ["--import", FAILPOINTS]), MAIN, ...args], {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: "", ...(failpoint === null ? {} : failing(failpoint, folder)) },
    stdio: ["ignore", "pipe", "pipe"],
  });

/** Where the points that were passed are written, in the server's folder. */
export const PASSED_FILE = "failpoints-passed";
const failing = (failpoint: string, folder: string): NodeJS.ProcessEnv => ({
  FAILPOINT: failpoint,
  FAILPOINTS_PASSED: join(folder, PASSED_FILE),
});

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export const finished = (child: ChildProcess): Promise<Finished> => {
  let [stdout, stderr] = ["", ""];
  child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => child.once("exit", (code) => resolve({ code, stdout, stderr })));
};

export const run = (args: readonly string[], folder: string): Promise<Finished> =>
  finished(youxu(args, folder));

export const temporaryFolder = (): { path: string; remove: () => void } => {
  const path = mkdtempSync(join(tmpdir(), "youxu-test-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
};

/** A port that was free a moment ago. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });

/** Resolves when the server answers that it is alive. */
export const isUp = async (port: number): Promise<void> => {
  const untilMs = performance.now() + UP_WITHIN_MS;
  while (performance.now() < untilMs) {
    const answer = await fetch(`http://127.0.0.1:${port}/health/live`).catch(() => null);
    if (answer?.ok === true) return;
    await pause(50);
  }
  throw new Error(`nothing answers on port ${port}`);
};

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const writeConfig = (folder: string, text: string): string => {
  const path = join(folder, "youxu.yaml");
  writeFileSync(path, text);
  return path;
};
