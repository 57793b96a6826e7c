import { afterEach, beforeEach, expect, it } from "vitest";
import { type Answering, startAnswering } from "./answering.js";

interface Asked {
  readonly reservationId?: number;
  readonly message?: { readonly messageId: number };
}

let answering: Answering;
let asked: Asked[];

beforeEach(async () => {
  asked = [];
  answering = await startAnswering((_, body) => void asked.push(JSON.parse(body) as Asked));
});
afterEach(() => answering.close());

const station = (...args: string[]): Promise<string> => answering.station(...args);

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
    answering.answer({ status: "rejected", detail: "Occupied" });
    expect(await station(...args)).toBe("rejected: Occupied\n");
  },
);
