import type { Documents } from "../ports/documents.js";
import type { Log } from "./contract.js";

/** As zod's schemas have it. */
interface Schema<Read> {
  safeParse(
    stored: unknown,
  ):
    | { readonly success: true; readonly data: Read }
    | { readonly success: false; readonly error: { readonly issues: readonly unknown[] } };
}

interface Stored<Read> {
  readonly collection: string;
  readonly schema: Schema<Read>;
  /** What one of them is called in the log where it cannot be read. */
  readonly what: string;
}

/** All documents of a collection that can be read; of each other one the log says so. */
export const readStored = async <Read>(
  { documents, log }: { readonly documents: Documents; readonly log: Log },
  { collection, schema, what }: Stored<Read>,
): Promise<Read[]> => {
  const found: Read[] = [];
  for (const stored of await documents.list(collection)) {
    const read = schema.safeParse(stored);
    if (read.success) found.push(read.data);
    else log.error({ faults: read.error.issues.slice(0, 3) }, `${what} cannot be read`);
  }
  return found;
};
