import type { Measurement } from "../domain/site.js";
import type { Telemetry } from "../ports/telemetry.js";
import type { GroupCommit } from "./group-commit.js";

const FLUSH_AFTER_MS = 1000;
const FLUSH_AT = 500;
/** SQLite takes at most 32,766 parameters in a statement; four a row. */
const ROWS_PER_INSERT = 1000;

export interface BufferedTelemetry extends Telemetry {
  /** Resolves when everything appended so far is on disk. */
  flush(): Promise<void>;
}

/**
 * Measurements are gathered for up to a second before they are written, so a crash may lose the last
 * second of them; bills do not depend on them.
 */
export const createSqlTelemetry = (
  commits: GroupCommit,
  onFailure: (failure: unknown) => void,
): BufferedTelemetry => {
  let buffer: Measurement[] = [];
  let writing: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;
  const flush = (): Promise<void> => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const batch = buffer;
    buffer = [];
    if (batch.length > 0) writing = writing.then(() => write(commits, batch)).catch(onFailure);
    return writing;
  };
  return {
    flush,
    append: (measurement) => {
      buffer.push(measurement);
      if (buffer.length >= FLUSH_AT) void flush();
      else timer ??= setTimeout(() => void flush(), FLUSH_AFTER_MS).unref();
    },
    between: async (query) => {
      await flush();
      return between(commits, query);
    },
  };
};

const write = (commits: GroupCommit, batch: readonly Measurement[]): Promise<void> =>
  commits.write(async (db) => {
    for (let first = 0; first < batch.length; first += ROWS_PER_INSERT) {
      const rows = batch.slice(first, first + ROWS_PER_INSERT).map(({ siteId, kind, atMs, powerKw }) => ({
        site_id: siteId,
        kind,
        at_ms: atMs,
        power_kw: powerKw,
      }));
      await db.replaceInto("measurement").values(rows).execute();
    }
  });

const between = (commits: GroupCommit, query: Parameters<Telemetry["between"]>[0]) =>
  commits.read(async (db) => {
    const series = db
      .selectFrom("measurement")
      .select(["at_ms", "power_kw"])
      .where("site_id", "=", query.siteId)
      .where("kind", "=", query.kind);
    const before = await series.where("at_ms", "<", query.fromMs).orderBy("at_ms", "desc").limit(1).execute();
    const within = await series
      .where("at_ms", ">=", query.fromMs)
      .where("at_ms", "<", query.toMs)
      .orderBy("at_ms")
      .execute();
    const { siteId, kind } = query;
    return [...before, ...within].map((row) => ({ siteId, kind, atMs: row.at_ms, powerKw: row.power_kw }));
  });
