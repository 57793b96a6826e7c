import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** Debian puts it where only root looks. */
const FOLDERS = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];

/** Path of mosquitto, or null where it is not installed. */
export const MOSQUITTO =
  FOLDERS.map((folder) => join(folder, "mosquitto")).find((path) => existsSync(path)) ?? null;

export interface Broker {
  readonly port: number;
  readonly url: string;
  stop(): Promise<void>;
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });

/** A real broker on loopback, with a folder of its own that goes with it. `lines` go into its configuration. */
export const startBroker = async (lines: readonly string[] = [], at?: number): Promise<Broker> => {
  const port = at ?? (await freePort());
  const folder = mkdtempSync(join(tmpdir(), "youxu-broker-"));
  const config = join(folder, "mosquitto.conf");
  const all = [
    `listener ${port} 127.0.0.1`,
    "persistence false",
    "user root",
    "allow_anonymous true",
    ...lines,
  ];
  writeFileSync(config, `${all.join("\n")}\n`);
  const child: ChildProcess = spawn(MOSQUITTO ?? "mosquitto", ["-c", config], { stdio: "ignore" });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`mosquitto ended with ${child.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return {
    port,
    url: `mqtt://127.0.0.1:${port}`,
    stop: async () => {
      child.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
