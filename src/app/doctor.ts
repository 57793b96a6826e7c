import { createServer } from "node:net";
import { existsSync } from "node:fs";
import { YouxuError } from "../domain/errors.js";
import { Faults } from "../domain/faults.js";
import type { Config } from "../config/index.js";
import { openInstallation } from "./installation.js";
import { readConfig } from "./read-config.js";
import { solverByName } from "../optimizer/index.js";

export interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly detail: string;
  /** What to do about it; empty when all is well. */
  readonly fix: string;
}

const MIN_NODE = [20, 19] as const;

/** Looks at everything that `youxu serve` needs and says how to mend what is wrong. */
export const examine = async (configPath: string): Promise<Finding[]> => {
  const findings = [nodeVersion(), await solver()];
  const config = configuration(configPath, findings);
  if (config === null) return findings;
  findings.push(await port(config), await database(configPath));
  return findings;
};

const nodeVersion = (): Finding => {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const ok = major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1]);
  return {
    what: "Node",
    ok,
    detail: process.versions.node,
    fix: ok ? "" : `install Node ${MIN_NODE.join(".")} or newer`,
  };
};

const solver = async (): Promise<Finding> => {
  try {
    await solverByName("highs");
    return { what: "HiGHS", ok: true, detail: "WebAssembly loads", fix: "" };
  } catch (error) {
    return {
      what: "HiGHS",
      ok: false,
      detail: textOf(error),
      fix: "run npm ci again, or set planning.solver: simplex",
    };
  }
};

const configuration = (path: string, findings: Finding[]): Config | null => {
  try {
    const { config } = readConfig(path);
    findings.push({ what: "configuration", ok: true, detail: path, fix: "" });
    return config;
  } catch (error) {
    const faults = error instanceof Faults ? error.faults : error instanceof YouxuError ? [error] : [];
    const detail =
      faults.length === 0
        ? textOf(error)
        : faults.map(({ place, message }) => `${place} ${message}`).join("; ");
    findings.push({ what: "configuration", ok: false, detail, fix: faults[0]?.hint ?? "see the log" });
    return null;
  }
};

const port = ({ server }: Config): Promise<Finding> =>
  new Promise((resolve) => {
    const probe = createServer();
    const address = `${server.host}:${server.port}`;
    probe.once("error", (error) =>
      resolve({
        what: "port",
        ok: false,
        detail: `${address}: ${error.message}`,
        fix: "stop what listens there, or set server.port",
      }),
    );
    probe.listen(server.port, server.host, () => {
      probe.close(() => resolve({ what: "port", ok: true, detail: `${address} is free`, fix: "" }));
    });
  });

const database = async (configPath: string): Promise<Finding> => {
  try {
    const installation = await openInstallation(configPath);
    const { path } = installation.config.store;
    const open = (await installation.store.ledger.openSessions()).length;
    await installation.close();
    return { what: "database", ok: existsSync(path), detail: `${path}, ${open} running sessions`, fix: "" };
  } catch (error) {
    return {
      what: "database",
      ok: false,
      detail: textOf(error),
      fix: "check store.path and the rights on its folder",
    };
  }
};

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
