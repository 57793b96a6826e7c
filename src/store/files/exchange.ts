import { randomBytes } from "node:crypto";
import { YouxuError } from "../../domain/errors.js";
import { type StoredFile, storedFileSchema } from "../../domain/stored-file.js";
import { HOUR_MS } from "../../domain/units.js";
import type { Cancel, Clock } from "../../ports/clock.js";
import type { Documents } from "../../ports/documents.js";
import type { FileExchange, FileLink } from "../../ports/file-exchange.js";
import { type Folder, openFolder } from "./folder.js";
import { type Link, type Links, openLinks } from "./links.js";

const COLLECTION = "files";
const SWEEP_EVERY_MS = HOUR_MS;
/** Of a name; it stands behind the token in a link, which a station may have to type or keep. */
const MOST_NAME = 64;

export interface ExchangeSettings {
  /** How stations reach us, without a slash at the end. */
  readonly publicUrl: string;
  readonly folder: string;
  readonly mostFileBytes: number;
  /** All files together. */
  readonly mostBytes: number;
  readonly keepMs: number;
  /** How long a link opens. */
  readonly linkMs: number;
}

export interface ExchangeParts {
  readonly settings: ExchangeSettings;
  readonly documents: Documents;
  readonly clock: Clock;
  readonly log: { error(fields: object, message: string): void };
}

export interface OpenFileExchange extends FileExchange {
  /** Removes what is too old; called by itself every hour. */
  readonly sweep: () => Promise<void>;
  readonly close: () => void;
}

const noFile = (): YouxuError =>
  new YouxuError("not-found.file", "no such file, or the link opens no more", "url");

/** Letters that every file system and URL takes; what is left of a name that has none of them is `file`. */
const plainName = (name: string): string =>
  name
    .replaceAll(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[.-]+/, "")
    .slice(-MOST_NAME) || "file";

/** Files, and links that still open: an empty file and a link that nobody uses are kept, too. */
const MOST_FILES = 10_000;
const MOST_LINKS = 10_000;

/**
 * How many bytes may still come: of each file, and of all that are here and on their way. What came in the
 * meantime counts: `held` is asked with every piece.
 */
const createRoom = ({ mostFileBytes, mostBytes }: ExchangeSettings, held: () => number) => {
  let coming = 0;
  return () => {
    let own = 0;
    return {
      admit: (bytes: number): void => {
        if (own + bytes > mostFileBytes)
          throw new YouxuError("request.too-large", `the file has more than ${mostFileBytes} bytes`, "body");
        if (held() + coming + bytes > mostBytes)
          throw new YouxuError("files.full", `all files together have ${mostBytes} bytes at most`, "body");
        own += bytes;
        coming += bytes;
      },
      leave: (): void => {
        coming -= own;
      },
    };
  };
};

/** Files and links as documents; how large the files are is known without reading them. */
const createShelf = ({ documents }: Pick<ExchangeParts, "documents">, folder: Folder) => {
  const sizes = new Map<string, number>();
  let total = 0;
  const add = ({ id, bytes }: StoredFile): void => {
    sizes.set(id, bytes);
    total += bytes;
  };
  const list = async (): Promise<StoredFile[]> =>
    (await documents.list(COLLECTION)).flatMap((stored) => storedFileSchema.safeParse(stored).data ?? []);
  return {
    list,
    find: async (fileId: string): Promise<StoredFile> => {
      const found = storedFileSchema.safeParse(await documents.get(COLLECTION, fileId));
      if (!found.success) throw noFile();
      return found.data;
    },
    open: async (): Promise<void> => {
      for (const file of await list()) add(file);
    },
    bytes: (): number => total,
    count: (): number => sizes.size,
    put: async (file: StoredFile): Promise<void> => {
      await documents.put(COLLECTION, file.id, file);
      add(file);
    },
    remove: async ({ id }: StoredFile): Promise<void> => {
      await documents.remove(COLLECTION, id);
      await folder.remove(id);
      total -= sizes.get(id) ?? 0;
      sizes.delete(id);
    },
  };
};

/** Files in a folder, told of in the store. */
export const openFileExchange = async (parts: ExchangeParts): Promise<OpenFileExchange> => {
  const { settings, clock } = parts;
  const folder = await openFolder(settings.folder);
  const links = await openLinks(parts.documents);
  const shelf = createShelf(parts, folder);
  await shelf.open();
  const sweep = async (): Promise<void> => {
    await links.removeExpired(clock.now());
    for (const file of await shelf.list()) if (file.expiresMs <= clock.now()) await shelf.remove(file);
  };
  await sweep();
  const open = async (way: Link["kind"], link: Link, name: string): Promise<FileLink> => {
    if (links.count(clock.now()) >= MOST_LINKS)
      throw new YouxuError("files.full", `${MOST_LINKS} links open at the same time at most`, "body");
    const url = `${settings.publicUrl}/files/${way}/${await links.make(link)}/${plainName(name)}`;
    return { url, expiresMs: link.expiresMs };
  };
  const expiresMs = (): number => clock.now() + settings.linkMs;
  return {
    openUpload: (stationId, name) =>
      open("upload", { kind: "upload", stationId, name: plainName(name), expiresMs: expiresMs() }, name),
    openDownload: async (fileId) =>
      open("download", { kind: "download", fileId, expiresMs: expiresMs() }, (await shelf.find(fileId)).name),
    receive: receiver({ ...parts, folder, links, shelf }),
    linked: async (token) => {
      const link = await links.find(token, "download", clock.now());
      if (link === null) throw noFile();
      return shelf.find(link.fileId);
    },
    list: shelf.list,
    find: shelf.find,
    read: ({ id }) => folder.read(id),
    remove: async (fileId) => shelf.remove(await shelf.find(fileId)),
    sweep,
    close: repeated(parts, sweep),
  };
};

/** Does it every hour; returns how to end that. */
const repeated = ({ clock, log }: ExchangeParts, sweep: () => Promise<void>): (() => void) => {
  let cancel: Cancel | null = null;
  const later = (): void => {
    cancel = clock.after(SWEEP_EVERY_MS, () => {
      later();
      sweep().catch((err: unknown) => log.error({ err }, "old files could not be removed"));
    });
  };
  later();
  return () => cancel?.();
};

interface ReceiverParts extends ExchangeParts {
  readonly folder: Folder;
  readonly links: Links;
  readonly shelf: ReturnType<typeof createShelf>;
}

/** Takes a file by its link, one at a time; the link goes once the file is here and known. */
const receiver = ({ settings, clock, folder, links, shelf }: ReceiverParts): FileExchange["receive"] => {
  const busy = new Set<string>();
  const roomFor = createRoom(settings, shelf.bytes);
  const take = async (link: Extract<Link, { kind: "upload" }>, content: AsyncIterable<Uint8Array>) => {
    if (shelf.count() + busy.size > MOST_FILES)
      throw new YouxuError("files.full", `${MOST_FILES} files are kept at most`, "body");
    const room = roomFor();
    try {
      const id = randomBytes(16).toString("hex");
      const written = await folder.write(id, content, room.admit);
      const createdMs = clock.now();
      const { name, stationId } = link;
      const file = { id, name, stationId, ...written, createdMs, expiresMs: createdMs + settings.keepMs };
      await shelf.put(file);
      return file;
    } catch (error) {
      if (error instanceof YouxuError) throw error;
      throw new YouxuError("file.broken-off", "the file did not come whole", "body");
    } finally {
      room.leave();
    }
  };
  return async (token, content) => {
    if (busy.has(token)) throw new YouxuError("file.busy", "a file is coming in by this link", "url");
    busy.add(token);
    try {
      const link = await links.find(token, "upload", clock.now());
      if (link === null) throw noFile();
      const file = await take(link, content);
      await links.remove(token);
      return file;
    } finally {
      busy.delete(token);
    }
  };
};
