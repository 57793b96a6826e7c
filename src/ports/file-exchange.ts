import type { StoredFile } from "../domain/stored-file.js";
import type { EpochMs } from "../domain/units.js";

type FileContent = AsyncIterable<Uint8Array>;

/** Where a file goes to or comes from; whoever knows the URL may use it. */
export interface FileLink {
  readonly url: string;
  readonly expiresMs: EpochMs;
}

/**
 * Files between operators and stations. Contents are streams: nothing holds a whole file in memory. A link's
 * token is unguessable and kept as its hash only.
 */
export interface FileExchange {
  /** Opens a place for one file of a station (its identity), or of an operator (null). */
  readonly openUpload: (stationId: string | null, name: string) => Promise<FileLink>;
  /** Opens a file for a station until the link expires; `not-found.file`. */
  readonly openDownload: (fileId: string) => Promise<FileLink>;
  /**
   * Takes the file of a link, which then opens no more. `not-found.file`, `file.busy`, `request.too-large`,
   * `files.full`, `file.broken-off`; after these two nothing is kept and the link opens again.
   */
  readonly receive: (token: string, content: FileContent) => Promise<StoredFile>;
  /** What a download link opens; `not-found.file`. */
  readonly linked: (token: string) => Promise<StoredFile>;
  /** Oldest first. */
  readonly list: () => Promise<readonly StoredFile[]>;
  /** `not-found.file` */
  readonly find: (fileId: string) => Promise<StoredFile>;
  readonly read: (file: StoredFile) => FileContent;
  /** `not-found.file` */
  readonly remove: (fileId: string) => Promise<void>;
}
