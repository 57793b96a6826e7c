import { fc, it as law } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { StationNews } from "../../src/domain/station-news.js";
import { createCustomerReports } from "../../src/control/customer-reports.js";

const HOUR = 3_600_000;
const opened = () => {
  const clock = { nowMs: 0, now: () => clock.nowMs };
  const reports = createCustomerReports(clock);
  const ask = (requestId: number): void =>
    reports.tell({
      kind: "commanded",
      stationId: "CP1",
      atMs: clock.nowMs,
      command: {
        kind: "customer-information",
        report: true,
        clear: false,
        idToken: "A",
        customerIdentifier: null,
      },
      outcome: { status: "accepted", requestId },
    });
  return { clock, reports, ask };
};
const part = (requestId: number, seqNo: number, data: string, more: boolean): StationNews => ({
  kind: "customer-told",
  stationId: "CP1",
  atMs: 0,
  requestId,
  seqNo,
  data,
  more,
});

describe("what a station told of a customer", () => {
  law.prop([
    fc.array(fc.string({ maxLength: 40 }), { minLength: 1, maxLength: 12 }),
    fc.infiniteStream(fc.nat()),
  ])("is joined from its parts in whatever order they come, given once, and gone", (texts, draws) => {
    const { reports, ask } = opened();
    ask(7);
    const parts = texts
      .map((text, seqNo) => part(7, seqNo, text, seqNo < texts.length - 1))
      .map((news) => ({ news, key: draws.next().value ?? 0 }))
      .sort((a, b) => a.key - b.key);
    for (const { news } of parts.slice(0, -1)) reports.tell(news);
    if (parts.length > 1) expect(reports.take("CP1", 7)).toEqual({ complete: false, data: null });
    for (const { news } of parts) reports.tell(news);
    expect(reports.take("CP1", 7)).toEqual({ complete: true, data: texts.join("") });
    expect(reports.take("CP1", 7)).toBeNull();
  });

  it("is of its station and request alone, and not kept where nobody asked", () => {
    const { reports, ask } = opened();
    reports.tell(part(3, 0, "unasked", false));
    expect(reports.take("CP1", 3)).toBeNull();
    ask(4);
    reports.tell(part(4, 0, "x", false));
    expect(reports.take("CP2", 4)).toBeNull();
  });

  it("is gone after an hour, read or not", () => {
    const { clock, reports, ask } = opened();
    ask(4);
    reports.tell(part(4, 0, "x", false));
    clock.nowMs = HOUR;
    expect(reports.take("CP1", 4)).toBeNull();
  });

  it("is bounded in length and in number, the oldest making way", () => {
    const { reports, ask } = opened();
    for (let n = 0; n < 150; n += 1) ask(n);
    expect(reports.take("CP1", 0)).toBeNull();
    expect(reports.take("CP1", 149)).toEqual({ complete: false, data: null });
    for (let seqNo = 0; seqNo < 1_000; seqNo += 1)
      reports.tell(part(149, seqNo, "x".repeat(512), seqNo < 999));
    expect(reports.take("CP1", 149)?.data?.length).toBe(65_536);
  });
});
