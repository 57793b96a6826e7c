import { z } from "zod";
import { jsonPlaces } from "../config/json-places.js";
import { validate } from "../config/validate.js";
import { YouxuError } from "../domain/errors.js";
import { Faults } from "../domain/faults.js";
import { calendarSchema, type OwnerCalendar } from "../domain/sharing.js";
import { readText } from "./read-text.js";

/** A file may leave out what there is none of. */
const fileSchema = z.strictObject({
  ...calendarSchema.shape,
  exceptions: calendarSchema.shape.exceptions.default([]),
});

/** The calendar of a file; throws all its faults with line and column. */
export const calendarFile = (path: string): OwnerCalendar => {
  const json = jsonPlaces(readText(path).replace(/^\uFEFF/, ""), path);
  if (json.faults.length > 0)
    throw new Faults(
      json.faults.map(({ message, place }) => new YouxuError("request.invalid", message, place)),
    );
  const read = validate(fileSchema, json.value, json, "request.invalid");
  if (!read.ok) throw new Faults(read.errors);
  return read.value;
};
