const WHY: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  ENOTDIR: "there is no such folder",
  EISDIR: "is a folder: name a file in it",
  EACCES: "you may not open it",
  EPERM: "you may not open it",
  EEXIST: "is there already",
  ENOSPC: "the disk is full",
};

/** Why a file could not be opened, without the system's words where there are better ones. */
export const whyUnopened = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return WHY[code] ?? error.message;
};
