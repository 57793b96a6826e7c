import { z } from "zod";
import { epochMs } from "../common.js";

const location = z
  .string()
  .regex(/^(https?|ftps?|sftp):\/\/\S+$/, "a URL of http, https, ftp, ftps or sftp")
  .max(2_000)
  .nullable()
  .default(null);
export const retrying = {
  retries: z
    .int()
    .min(0)
    .max(100)
    .nullable()
    .default(null)
    .describe("Tries after the first; null: as the station likes"),
  retryIntervalS: z
    .int()
    .min(0)
    .max(86_400)
    .nullable()
    .default(null)
    .describe("Between two tries; s; null: as the station likes"),
};
/** Where a station takes a file to. */
export const uploadLocation = location.describe(
  "Where the station takes it; null: to the server's own files",
);

const image = {
  location: location.describe("Where the station finds the image; null: among the server's own files"),
  fileId: z
    .string()
    .max(64)
    .nullable()
    .default(null)
    .describe("Of the server's own files, where location is null"),
};
const checksum = z
  .string()
  .regex(/^[0-9a-fA-F]{32}$/, "32 hexadecimal digits")
  .describe("MD5 of the image");

export const firmwareCommands = [
  z
    .strictObject({
      kind: z.literal("update-firmware"),
      ...image,
      retrieveMs: epochMs("From when it may be retrieved; null: at once").nullable().default(null),
      installMs: epochMs("From when it may be installed; null: once it is there").nullable().default(null),
      signed: z
        .strictObject({
          certificatePem: z.string().min(1).max(5_500).describe("The maker's certificate, PEM"),
          signature: z.string().min(1).max(800).describe("Of the image's SHA-256, base64"),
        })
        .nullable()
        .default(null)
        .describe("By which the station knows the image; null: not signed"),
      version: z
        .string()
        .min(1)
        .max(50)
        .nullable()
        .default(null)
        .describe("What the station will call it, by which its boot ends the job; null: any other than now"),
      ...retrying,
    })
    .describe("New firmware; how it goes is told at /stations/{id}/jobs"),
  z
    .strictObject({ kind: z.literal("publish-firmware"), ...image, checksum, ...retrying })
    .describe("A local controller fetches an image for its stations (2.x)"),
  z.strictObject({ kind: z.literal("unpublish-firmware"), checksum }),
] as const;
