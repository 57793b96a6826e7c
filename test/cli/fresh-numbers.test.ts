import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { runCommandLine } from "../../src/cli/run.js";

interface Asked {
  readonly reservationId?: number;
  readonly message?: { readonly messageId: number };
}

let server: Server;
let asked: Asked[];
let outcome: object;

beforeEach(async () => {
  asked = [];
  outcome = { status: "accepted" };
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => void (body += part.toString()));
    request.on("end", () => {
      asked.push(JSON.parse(body) as Asked);
      response.setHeader("content-type", "application/json").end(JSON.stringify(outcome));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  process.exitCode = undefined;
  server.closeAllConnections();
  await new Promise((resolve) => void server.close(resolve));
});

const station = async (...args: string[]): Promise<string> => {
  let stdout = "";
  const log = vi.spyOn(console, "log").mockImplementation((text: string) => void (stdout += `${text}\n`));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await runCommandLine(["station", ...args, "--url", url, "--token", "t"]);
    return stdout;
  } finally {
    log.mockRestore();
  }
};

const CASES = [
  ["reservation", ["reserve", "CP1", "CARD"], ({ reservationId }: Asked) => reservationId],
  ["message", ["set-display-message", "CP1", "Closed"], ({ message }: Asked) => message?.messageId],
] as const;

it.each(CASES)("a %s has a number of its own where none is given, and it is told", async (what, args, of) => {
  const said = [await station(...args), await station(...args)];
  const numbers = asked.map(of);
  expect(new Set(numbers).size).toBe(2);
  expect(said).toEqual(numbers.map((number) => `accepted\n${what} ${number}\n`));
  for (const number of numbers) expect(number).toBeGreaterThan(0);
  const told: unknown = JSON.parse(await station(...args, "--json"));
  expect(told).toEqual({ status: "accepted", number: asked.map(of)[2] });
});

it.each(CASES)(
  "a %s has the number that is given; one that is refused is not told",
  async (what, args, of) => {
    expect(await station(...args, "--number", "7")).toBe(`accepted\n${what} 7\n`);
    expect(asked.map(of)).toEqual([7]);
    outcome = { status: "rejected", detail: "Occupied" };
    expect(await station(...args)).toBe("rejected: Occupied\n");
  },
);
