import { expect, it } from "vitest";
import { conflictOf } from "../../src/management/reservation-conflicts.js";

/** `2:4-6` is EVSE 2 from 4 to 6; `any:4-6` any EVSE of the station. */
const claim = (text: string) => {
  const [, evse, from, until] = /^(any|\d+):(\d+)-(\d+)$/.exec(text) ?? [];
  return {
    evseId: evse === "any" ? null : Number(evse),
    fromMs: Number(from),
    untilMs: Number(until),
    what: text,
  };
};

it.each`
  evses | standing             | wanted       | inTheWay
  ${2}  | ${""}                | ${"1:0-9"}   | ${null}
  ${2}  | ${"1:0-9"}           | ${"1:5-6"}   | ${"1:0-9"}
  ${2}  | ${"1:0-5"}           | ${"1:5-6"}   | ${null}
  ${2}  | ${"1:6-9"}           | ${"1:5-6"}   | ${null}
  ${2}  | ${"1:0-9"}           | ${"2:5-6"}   | ${null}
  ${1}  | ${""}                | ${"any:0-9"} | ${null}
  ${1}  | ${"1:0-9"}           | ${"any:0-9"} | ${"1:0-9"}
  ${1}  | ${"any:0-9"}         | ${"1:0-9"}   | ${"any:0-9"}
  ${2}  | ${"any:0-9"}         | ${"1:0-9"}   | ${null}
  ${2}  | ${"any:0-9 1:0-9"}   | ${"2:0-9"}   | ${"any:0-9"}
  ${2}  | ${"any:0-9 1:0-4"}   | ${"2:5-9"}   | ${null}
  ${2}  | ${"1:0-9 2:0-9"}     | ${"any:0-9"} | ${"1:0-9"}
  ${2}  | ${"any:0-9 any:0-9"} | ${"any:0-9"} | ${"any:0-9"}
  ${3}  | ${"any:0-9 any:0-9"} | ${"any:0-9"} | ${null}
`("$wanted after [$standing] at $evses EVSEs: $inTheWay", ({ evses, standing, wanted, inTheWay }) => {
  const others = String(standing)
    .split(" ")
    .filter((text) => text !== "")
    .map(claim);
  expect(conflictOf(claim(String(wanted)), others, Number(evses))?.what ?? null).toBe(inTheWay);
});
