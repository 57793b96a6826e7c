import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** What a party of a measurement can be asked, each with plain data in and out. */
export type Skills = Readonly<Record<string, (argument: never) => unknown>>;

interface Question {
  readonly id: number;
  readonly skill: string;
  readonly argument: unknown;
}

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** In a process of its own: answers what its parent asks, until the parent goes. */
export const serveParty = (skills: Skills): void => {
  process.on("message", ({ id, skill, argument }: Question) => {
    const reply = (answer: Omit<Answer, "id">): void => void process.send?.({ id, ...answer });
    Promise.resolve()
      .then(() => skills[skill]?.(argument as never))
      .then((value) => reply({ value }))
      .catch((error: unknown) => reply({ error: error instanceof Error ? error.message : String(error) }));
  });
  process.on("disconnect", () => process.exit());
};

type Result<S extends Skills, K extends keyof S> = Awaited<ReturnType<S[K]>>;

/** A party in a process of its own, so that its processor time and memory are its own, too. */
export interface Party<S extends Skills> {
  ask<K extends keyof S & string>(skill: K, ...argument: Parameters<S[K]>): Promise<Result<S, K>>;
  end(): Promise<void>;
}

/** Starts a module that calls `serveParty`. */
export const startParty = <S extends Skills>(
  module: URL,
  options: { args?: readonly string[]; nodeArgs?: readonly string[] } = {},
): Party<S> => {
  const child = fork(fileURLToPath(module), [...(options.args ?? [])], {
    execArgv: [...(options.nodeArgs ?? [])],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const open = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  let nextId = 1;
  child.on("message", ({ id, value, error }: Answer) => {
    const waiting = open.get(id);
    open.delete(id);
    if (error === undefined) waiting?.resolve(value as never);
    else waiting?.reject(new Error(error));
  });
  child.on("exit", (code) => {
    for (const { reject } of open.values()) reject(new Error(`a party ended with ${code}`));
    open.clear();
  });
  return {
    ask: (skill, ...[argument]) =>
      new Promise((resolve, reject) => {
        const id = nextId++;
        open.set(id, { resolve, reject });
        child.send({ id, skill, argument });
      }),
    end: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null) return resolve();
        child.once("exit", () => resolve());
        child.disconnect();
      }),
  };
};
