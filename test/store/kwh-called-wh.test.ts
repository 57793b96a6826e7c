/**
 * What is read of registers that count kWh and call them Wh, of an EVSE whose rating is known.
 *
 * 1. Power says so in whatever way a station tells it: until the next, since the last, on the line between two.
 * 2. It says so of both registers of a message.
 * 3. A register that goes on where it was goes on in its unit.
 */
import { expect, it } from "vitest";
import { createMemoryLedger } from "../../src/ports/ledger-memory.js";
import { ended, minutes, started, updated } from "./events.js";

/** The bill, kWh drawn and given back, of what was told by the second: either register, and power. */
const billed = async (rows: readonly (readonly number[])[]) => {
  const at = (second: number, seqNo: number) => {
    const atMs = minutes(0) + second * 1000;
    return { atMs, stationTimeMs: atMs, seqNo, ratedKw: 7.04 };
  };
  const [[, fromWh = 0, fromBackWh = 0] = [], [lastS = 0, toWh = 0, toBackWh = 0] = []] = [
    rows[0],
    rows.at(-1),
  ];
  const events = [
    started({ ...at(0, 0), meterWh: fromWh, exportedWh: fromBackWh }),
    ...rows.map(([second = 0, importedWh = 0, exportedWh = 0, powerKw = 0], index) =>
      updated(at(second, index + 1), { importedWh, exportedWh, powerKw }),
    ),
    ended({ ...at(lastS + 60, rows.length + 1), meterWh: toWh, exportedWh: toBackWh }),
  ];
  const ledger = createMemoryLedger();
  for (const event of events) await ledger.record(event);
  const [session] = await ledger.sessionsBetween(0, Number.MAX_SAFE_INTEGER);
  await ledger.close();
  return [session?.importedKwh, session?.exportedKwh];
};

it.each([
  {
    what: "are known by a power that holds until the next",
    rows: [
      [0, 0, 0, 0],
      [300, 0, 0, 7],
      [600, 0.583, 0, 0],
    ],
    kwh: [0.583, 0],
  },
  {
    what: "are known by a power that is the mean since the last",
    rows: [
      [0, 0, 0, 0],
      [300, 0.025, 0, 0.3],
      [600, 0.608, 0, 7],
      [900, 0.608, 0, 0],
    ],
    kwh: [0.608, 0],
  },
  {
    what: "drawn for half a minute, less than power can tell, are known by what is given back then",
    rows: [
      [0, 0, 0, 0],
      [300, 0, 0, 3],
      [330, 0.025, 0, -7],
      [630, 0.025, 0.583, -7],
      [930, 0.025, 1.167, -7],
    ],
    kwh: [0.025, 1.167],
  },
  {
    what: "given back are not those drawn where these are in Wh for certain",
    rows: [
      [0, 5000, 0, 7],
      [300, 5583, 0, 7],
      [600, 6167, 0, -7],
      [900, 6167, 0.583, -7],
      [1200, 6167, 1.167, -7],
      [1500, 6167, 1.75, -7],
    ],
    kwh: [1.167, 1.75],
  },
  {
    what: "are in one unit from where the register stood, though it could have gone from Wh to kWh meanwhile",
    rows: [
      [0, 0.487, 0, 0],
      [211, 0.487, 0, 7.018],
      [239, 0.541, 0, 7.018],
    ],
    kwh: [0.054, 0],
  },
])("kWh that $what", async ({ rows, kwh }) => {
  expect(await billed(rows)).toEqual(kwh);
});
