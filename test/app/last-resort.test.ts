import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { guardProcess } from "../../src/app/last-resort.js";
import { MINUTE_MS } from "../../src/domain/units.js";

const guarded = () => {
  const process = new EventEmitter();
  const lines: object[] = [];
  let nowMs = 0;
  let ends = 0;
  const release = guardProcess({
    process,
    log: { error: (fields) => void lines.push(fields) },
    nowMs: () => nowMs,
    giveUp: () => (ends += 1),
  });
  const fault = (afterMs: number): void => {
    nowMs += afterMs;
    process.emit("uncaughtException", new Error("a bug"), "uncaughtException");
  };
  return { fault, lines, ends: () => ends, release, process };
};

describe("a fault that nobody caught", () => {
  it("leaves a line with its stack and does not end the server", () => {
    const { fault, lines, ends } = guarded();
    fault(0);
    expect(lines).toEqual([{ err: expect.any(Error), origin: "uncaughtException" }]);
    expect(ends()).toBe(0);
  });

  it("ends nothing however often it comes, as long as it is rare", () => {
    const { fault, ends } = guarded();
    for (let count = 0; count < 200; count++) fault(MINUTE_MS);
    expect(ends()).toBe(0);
  });

  it("ends the server once when there are more than ten in ten minutes", () => {
    const { fault, ends } = guarded();
    for (let count = 0; count < 10; count++) fault(1);
    expect(ends()).toBe(0);
    for (let count = 0; count < 10; count++) fault(1);
    expect(ends()).toBe(1);
  });

  it("is none of ours any more after the server is closed", () => {
    const { release, process } = guarded();
    release();
    expect(process.listenerCount("uncaughtException")).toBe(0);
  });
});
