import { z } from "zod";
import { epochTime } from "./station-file/time.js";

/** A file that an operator gave us for stations, or that a station uploaded. */
export const storedFileSchema = z
  .object({
    id: z.string().describe("Ours"),
    name: z.string().describe("As whoever sent it called it"),
    stationId: z.string().nullable().describe("Station that uploaded it; null: an operator did"),
    bytes: z.int().describe("Its size; bytes"),
    sha256: z.string().describe("Hexadecimal"),
    md5: z.string().describe("Hexadecimal; publishing firmware wants it"),
    createdMs: epochTime("When it was here whole"),
    expiresMs: epochTime("When it will be removed"),
  })
  .meta({ id: "StoredFile", description: "A file that is kept for stations, or came from one" });
export type StoredFile = z.infer<typeof storedFileSchema>;
