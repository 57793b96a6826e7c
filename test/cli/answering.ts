import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { vi } from "vitest";
import { runCommandLine } from "../../src/cli/run.js";

/** A server that answers all that it is asked alike, and `youxu station …` as a person at it types it. */
export interface Answering {
  /** What it answers from now on; at first that a command is accepted. */
  answer(outcome: object): void;
  /** The same, by what it is asked: a path with its query. */
  answerBy(outcomeOf: (url: string) => object): void;
  /** Where it is. */
  readonly url: string;
  /** What `youxu station` prints. */
  station(...words: string[]): Promise<string>;
  /** What `youxu` prints. */
  youxu(...words: string[]): Promise<string>;
  close(): Promise<void>;
}

/** `heard`: each request with its whole body. */
export const startAnswering = async (
  heard: (request: IncomingMessage, body: string) => void,
): Promise<Answering> => {
  let outcomeOf: (url: string) => object = () => ({ status: "accepted" });
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => void (body += part.toString()));
    request.on("end", () => {
      heard(request, body);
      response
        .setHeader("content-type", "application/json")
        .end(JSON.stringify(outcomeOf(request.url ?? "")));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const youxu = async (...words: string[]): Promise<string> => {
    let stdout = "";
    const log = vi.spyOn(console, "log").mockImplementation((text: string) => void (stdout += `${text}\n`));
    try {
      await runCommandLine([...words, "--url", url, "--token", "t"]);
      return stdout;
    } finally {
      log.mockRestore();
    }
  };
  return {
    url,
    youxu,
    station: (...words) => youxu("station", ...words),
    answer: (next) => void (outcomeOf = () => next),
    answerBy: (next) => void (outcomeOf = next),
    close: async () => {
      process.exitCode = undefined;
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
};
