import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { Readable } from "node:stream";
import { z } from "zod";
import { YouxuError } from "../domain/errors.js";
import { type StoredFile, storedFileSchema } from "../domain/stored-file.js";
import { type Access, ask, mustBeFree, refusalOf, type Target, writeTo } from "./operator-client.js";
import { readText } from "./read-text.js";

const filePath = (id: string): string => `/files/${encodeURIComponent(id)}`;

/** Files that a running server keeps for stations, or got from them. */
export const listFiles = async (access: Access): Promise<StoredFile[]> =>
  z.array(storedFileSchema).parse(await (await ask(access, "/files")).json());

/** Gives a running server a file, as a stream: images of firmware are large. */
export const putFile = async (access: Access, path: string): Promise<StoredFile> => {
  const { size } = await stat(path).catch(() => {
    throw new YouxuError("file.unreadable", "cannot be read", path);
  });
  const opened = await ask(access, "/files", {
    method: "POST",
    body: JSON.stringify({ name: basename(path) }),
  });
  const { url } = z.object({ url: z.string() }).parse(await opened.json());
  const body = Readable.toWeb(createReadStream(path));
  const headers = { "content-type": "application/octet-stream", "content-length": String(size) };
  const response = await fetch(url, { method: "PUT", headers, body, duplex: "half" }).catch(
    (error: unknown) => {
      throw new YouxuError("connect.failed", String(error), new URL(url).origin);
    },
  );
  if (!response.ok) throw await refusalOf(response, new URL(url).origin);
  return storedFileSchema.parse(await response.json());
};

/** Writes a file of a running server to disk. */
export const fetchFile = async (access: Access, id: string, target: Target): Promise<void> => {
  mustBeFree(target);
  await writeTo(target, await ask(access, `${filePath(id)}/content`));
};

export const removeFile = async (access: Access, id: string): Promise<void> =>
  void (await ask(access, filePath(id), { method: "DELETE" }));

/** A certificate from a file, as text. */
export const readPem = (path: string): string => {
  const text = readText(path);
  if (/-----BEGIN CERTIFICATE-----/.test(text)) return text;
  throw new YouxuError("file.unreadable", "is no PEM certificate", path);
};
