import { join } from "node:path";
import { migrate } from "../../src/store/migrations.js";
import { openDatabase } from "../../src/store/open-database.js";
import { openStatements, type Statements } from "../../src/store/statements.js";

/** What of a TransactionEvent becomes rows. */
export interface BareEvent {
  readonly eventType: string;
  readonly timestamp: string;
  readonly seqNo: number;
  readonly transactionInfo: { readonly transactionId: string };
  readonly meterValue?: readonly { readonly sampledValue: readonly BareValue[] }[];
}

interface BareValue {
  readonly value: number;
  readonly measurand?: string;
}

export interface BareLedger {
  /** Puts the rows of an event with the group that is committed next; resolves once they are on disk. */
  readonly add: (event: BareEvent) => Promise<void>;
  readonly rows: () => number;
  readonly close: () => Promise<void>;
}

const GROUP_MS = 5;

const INSERT_MESSAGE =
  "insert into ledger_message (ordinal, message_key, kind, seq_no, at_ms, station_time_ms, imported_wh, exported_wh, " +
  "power_w, soc_percent, imported_told_wh, exported_told_wh) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
const INSERT_TRANSACTION =
  "insert into ledger_transaction (ordinal, session_id, station_id, evse_id, transaction_id, start_seen, started_ms, " +
  "end_time_rank, implausible, charge_now, authorized) values (?, ?, ?, 1, ?, 1, ?, 0, 0, 0, 1)";
const UPDATE_TRANSACTION =
  "update ledger_transaction set high_wh = ?, heard_ms = ?, registers = ? where ordinal = ?";

/**
 * The rows that the central system keeps of a transaction event, in tables and with settings like its own, committed
 * in groups: a message of its own, and what is newest of its transaction. Nothing is looked up, judged or told.
 */
export const openBareLedger = async (folder: string): Promise<BareLedger> => {
  const path = join(folder, "bare.db");
  const { db, statements } = await openDatabase({
    path,
    open: () => openStatements(path),
    prepare: (opened) => migrate(opened),
  });
  const writer = bareWriter(statements);
  let gathered: { event: BareEvent; done: () => void }[] = [];
  let timer: NodeJS.Timeout | null = null;
  const commit = (): void => {
    timer = null;
    const group = gathered;
    gathered = [];
    statements.run("begin immediate", []);
    for (const { event } of group) writer.write(event);
    statements.run("commit", []);
    for (const { done } of group) done();
  };
  return {
    add: (event) =>
      new Promise((done) => {
        gathered.push({ event, done });
        timer ??= setTimeout(commit, GROUP_MS);
      }),
    rows: () => {
      const [counted] = statements.rows("select count(*) as n from ledger_message", []) as { n: number }[];
      return counted?.n ?? 0;
    },
    close: () => db.destroy(),
  };
};

interface Metered {
  readonly atMs: number;
  readonly heardMs: number;
  readonly place: "start" | "sample";
  readonly importedWh: number | null;
  readonly powerW: number | null;
}

const meteredIn = ({ eventType, timestamp, meterValue }: BareEvent): Metered => {
  const values = meterValue?.[0]?.sampledValue ?? [];
  const valueOf = (wanted: string): number | null =>
    values.find(({ measurand }) => measurand === wanted)?.value ?? null;
  return {
    atMs: Date.parse(timestamp),
    heardMs: Date.now(),
    place: eventType === "Started" ? "start" : "sample",
    importedWh: valueOf("Energy.Active.Import.Register"),
    powerW: valueOf("Power.Active.Import"),
  };
};

interface Begun {
  readonly ordinal: number;
  readonly first: Metered;
}

const bareWriter = (statements: Statements): { readonly write: (event: BareEvent) => void } => {
  const transactions = new Map<string, Begun>();
  const begin = (id: string, first: Metered): Begun => {
    const begun = { ordinal: transactions.size + 1, first };
    transactions.set(id, begun);
    statements.run(INSERT_TRANSACTION, [begun.ordinal, `${id}-1-${first.atMs}`, id, id, first.atMs]);
    return begun;
  };
  return {
    write: (event) => {
      const { transactionId } = event.transactionInfo;
      const newest = meteredIn(event);
      const { ordinal, first } = transactions.get(transactionId) ?? begin(transactionId, newest);
      const { atMs, heardMs, importedWh, powerW } = newest;
      const kind = newest.place === "start" ? "transaction-started" : "transaction-updated";
      const key = `${event.seqNo}@${atMs}[${importedWh}]`;
      const told = [kind, event.seqNo, heardMs, atMs, importedWh, null, powerW, null, null, null];
      statements.run(INSERT_MESSAGE, [ordinal, key, ...told]);
      const registers = JSON.stringify({ ratedKw: 11, first, newest, counted: null });
      statements.run(UPDATE_TRANSACTION, [importedWh, atMs, registers, ordinal]);
    },
  };
};
