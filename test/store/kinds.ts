import type { Documents } from "../../src/ports/documents.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { createMemoryLedger, type FlaggingLedger } from "../../src/ports/ledger-memory.js";
import type { Telemetry } from "../../src/ports/telemetry.js";
import { createMemoryTelemetry } from "../../src/ports/telemetry-memory.js";
import { openStore } from "../../src/store/open-store.js";

export interface Parts {
  ledger: FlaggingLedger;
  telemetry: Telemetry;
  documents: Documents;
  close: () => Promise<void>;
}
export type Open = (pickTransactionId?: () => number) => Promise<Parts>;

/** Every implementation of the store's ports; the contract suites run over all of them, `runs` per property. */
export const kinds: readonly { name: string; runs: number; open: Open }[] = [
  {
    name: "memory",
    runs: 200,
    open: async (pick) => ({
      ledger: createMemoryLedger(pick === undefined ? {} : { pickTransactionId: pick }),
      telemetry: createMemoryTelemetry(),
      documents: createMemoryDocuments(),
      close: async () => undefined,
    }),
  },
  {
    name: "SQLite",
    runs: 20,
    open: (pick) =>
      openStore({
        path: ":memory:",
        commitWithinMs: 0,
        ...(pick === undefined ? {} : { pickTransactionId: pick }),
      }),
  },
];
