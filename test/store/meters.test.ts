/** The checker of the crash test, over a real store: it finds what is wrong with bills, and nothing else. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openStore } from "../../src/store/open-store.js";
import { type Billed, faultsIn, type Metered } from "../end-to-end/meters.js";
import { createSender, meteredWh, queueOf, type Stay } from "../ocpp/station-queue.js";
import { talkTo } from "../ocpp/talk.js";

const STAYS: readonly Stay[] = [
  { evseId: 1, registers: [1_000, 1_400, 2_500], fromMinute: 0 },
  { evseId: 1, registers: [2_500, 2_600, 3_000], fromMinute: 10 },
];
const METERED: readonly Metered[] = STAYS.map((stay) => ({ stationId: "CP1", energyWh: meteredWh(stay) }));

let folder: string;
let path: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "meters-"));
  path = join(folder, "store.db");
  const store = await openStore({ path });
  const sender = createSender(talkTo(store.ledger), "2.1");
  for (const message of STAYS.flatMap((stay) => queueOf("2.1", stay))) await sender.send(message);
  await store.close();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bills = async (): Promise<readonly Billed[]> => {
  const store = await openStore({ path });
  const all = await store.ledger.sessionsBetween(0, Number.MAX_SAFE_INTEGER);
  await store.close();
  return all;
};
/** Changes the store behind everybody's back. */
const plant = (statement: string): void => {
  const db = new Database(path);
  db.exec(statement);
  db.close();
};

it("finds nothing where every watt-hour is billed once", async () => {
  expect(faultsIn(await bills(), METERED)).toEqual([]);
});

const columns = (change: string): string =>
  `create temp table doubled as select * from ledger_transaction where ordinal = 1;
   update doubled set ${change};
   insert into ledger_transaction select * from doubled;`;

it.each<[string, string, RegExp]>([
  [
    "a stay that is billed twice",
    columns("ordinal = 9, session_id = 'again', transaction_id = 'again', start_key = null"),
    /CP1: 2 stays, 3 bills/,
  ],
  [
    "a stay that is lost",
    "delete from ledger_message where ordinal = 1; delete from ledger_transaction where ordinal = 1",
    /CP1: 2 stays, 1 bills/,
  ],
  [
    "a watt-hour that is counted twice",
    "update ledger_transaction set high_wh = high_wh + 1, end_wh = end_wh + 1 where ordinal = 2",
    /stay 2 of 500 Wh is billed as 501 Wh/,
  ],
  [
    "a watt-hour that is lost",
    "update ledger_transaction set high_wh = high_wh - 1, end_wh = end_wh - 1 where ordinal = 1",
    /stay 1 of 1500 Wh is billed as 1499 Wh/,
  ],
  [
    "a bill of another station",
    "update ledger_transaction set station_id = 'CP2' where ordinal = 1",
    /CP2: 0 stays, 1 bills\nCP1: 2 stays, 1 bills/,
  ],
  [
    "a stay that does not end",
    "update ledger_transaction set ended_ms = null, next_started_ms = null where ordinal = 2",
    /is over and its bill is not/,
  ],
])("finds %s", async (_, statement, fault) => {
  plant(statement);
  expect(faultsIn(await bills(), METERED).join("\n")).toMatch(fault);
});
