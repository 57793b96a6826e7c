import { YouxuError } from "../../domain/errors.js";
import type { FileExchange } from "../../ports/file-exchange.js";

const refuse = (): never => {
  throw new YouxuError(
    "files.off",
    "this server keeps no files: files.publicUrl is not set",
    "files.publicUrl",
  );
};

/** Of a server that keeps no files: whoever asks for them is told the setting. */
export const NO_FILES: FileExchange = {
  openUpload: async () => refuse(),
  openDownload: async () => refuse(),
  receive: async () => refuse(),
  linked: async () => refuse(),
  list: async () => refuse(),
  find: async () => refuse(),
  read: refuse,
  remove: async () => refuse(),
};
