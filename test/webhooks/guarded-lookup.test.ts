/** Where a name leads for what must go to public addresses alone. */
import type { LookupAddress } from "node:dns";
import { describe, expect, it } from "vitest";
import { guardedLookup } from "../../src/webhooks/guarded-lookup.js";

const PUBLIC_4 = { address: "8.8.8.8", family: 4 };
const PUBLIC_6 = { address: "2a00:1450:4001::1", family: 6 };
const HERE = { address: "127.0.0.1", family: 4 };
const INSIDE_4 = { address: "10.1.2.3", family: 4 };
const INSIDE_6 = { address: "fd00::1", family: 6 };

/** What a connection is given: the address, or all of them, or why there is none. */
const given = (found: readonly LookupAddress[], all: boolean): Promise<unknown> =>
  new Promise((resolve) =>
    guardedLookup(async () => found)("mixed.example", { all }, (error, address, family) =>
      resolve(error?.message ?? (all ? address : { address, family })),
    ),
  );

describe.each([
  { name: "all public", found: [PUBLIC_4, PUBLIC_6], kept: [PUBLIC_4, PUBLIC_6] },
  { name: "this computer first", found: [HERE, PUBLIC_4], kept: [PUBLIC_4] },
  { name: "a private one last", found: [PUBLIC_4, INSIDE_4], kept: [PUBLIC_4] },
  { name: "private ones around", found: [INSIDE_6, PUBLIC_6, HERE, PUBLIC_4], kept: [PUBLIC_6, PUBLIC_4] },
])("a name of $name", ({ found, kept }) => {
  it("leads to the public ones alone", async () => {
    expect(await given(found, true)).toEqual(kept);
    expect(await given(found, false)).toEqual(kept[0]);
  });
});

it.each([[[]], [[HERE]], [[INSIDE_4, INSIDE_6]]])("a name of %j leads nowhere", async (found) => {
  expect([await given(found, true), await given(found, false)]).toEqual(
    Array(2).fill("mixed.example is no public address"),
  );
});
