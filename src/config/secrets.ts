import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { YouxuError } from "../domain/errors.js";
import type { Path } from "./yaml-places.js";

/** A secret in place, or where it lies: an environment variable or a file (first line). */
export const secretSchema = z.union([
  z.string().min(1),
  z.strictObject({ env: z.string().min(1) }),
  z.strictObject({ file: z.string().min(1) }),
]);

/** A secret as written. */
export type SecretFile = z.infer<typeof secretSchema>;

export interface SecretContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths start from. */
  readonly folder: string;
  placeOf(path: Path): string;
}

const fromFile = (path: string): string | null => {
  try {
    return readFileSync(path, "utf8").split(/\r?\n/, 1)[0] ?? null;
  } catch {
    return null;
  }
};

/** The secret itself, or why it cannot be had. The message never holds the secret. */
export const resolveSecret = (
  secret: SecretFile,
  path: Path,
  context: SecretContext,
): string | YouxuError => {
  if (typeof secret === "string") return secret;
  const fault = (message: string): YouxuError =>
    new YouxuError("config.invalid", message, context.placeOf(path));
  if ("env" in secret) {
    const value = context.env[secret.env];
    return value === undefined || value === "" ? fault(`the variable ${secret.env} is not set`) : value;
  }
  const value = fromFile(resolve(context.folder, secret.file));
  return value === null || value === "" ? fault(`no secret in the file ${secret.file}`) : value;
};

/** Names of the variables that hold secrets, wherever `{ env: NAME }` stands in the raw data. */
export const secretVariables = (raw: unknown): Set<string> => {
  if (typeof raw !== "object" || raw === null) return new Set();
  const fields = Object.entries(raw);
  const [only] = fields;
  if (fields.length === 1 && only?.[0] === "env" && typeof only[1] === "string") return new Set([only[1]]);
  return new Set(fields.flatMap(([, value]) => [...secretVariables(value)]));
};
