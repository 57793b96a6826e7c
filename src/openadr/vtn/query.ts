import { z } from "zod";
import { YouxuError } from "../../domain/errors.js";
import { nearMisses } from "../wire/near-miss.js";
import { objectId } from "../wire/objects.js";

const LARGEST_PAGE = 50;

const whole = z
  .string()
  .regex(/^-?\d{1,10}$/, "not a whole number")
  .transform(Number);
const list = z.union([z.string().transform((one) => [one]), z.array(z.string())]);

/** Parameters of the list calls: filters are ANDed, arrays come as repeated keys. */
const listQuery = z.object({
  programID: objectId.optional(),
  targets: list.optional(),
  active: z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .optional(),
  skip: whole.pipe(z.number().min(0)).default(0),
  limit: whole.pipe(z.number().min(0).max(LARGEST_PAGE)).default(LARGEST_PAGE),
});
export type ListQuery = z.output<typeof listQuery>;

export const parseQuery = (query: unknown): ListQuery => {
  const read = listQuery.safeParse(query);
  const [issue] = [...nearMisses(listQuery, query), ...(read.error?.issues ?? [])];
  if (read.success && issue === undefined) return read.data;
  const place = String(issue?.path[0] ?? "query");
  throw new YouxuError("request.invalid", issue?.message ?? "invalid", place);
};

export const page = <T>(items: readonly T[], { skip, limit }: ListQuery): readonly T[] =>
  items.slice(skip, skip + limit);

/** Whether an object has any of the targets asked for. */
export const hasTarget = (targets: readonly string[], { targets: wanted }: ListQuery): boolean =>
  wanted === undefined || targets.some((target) => wanted.includes(target));
