import { ERROR_CATALOGUE } from "./error-catalogue.js";

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** What to do about an error of a code. */
export const hintOf = (code: ErrorCode): string => ERROR_CATALOGUE[code].hint;

/** An error with its code and its place (`site.yaml:3:13`, `sessions[2].endSlot`, a field's path). */
export class YouxuError extends Error {
  readonly code: ErrorCode;
  readonly place: string | null;

  constructor(code: ErrorCode, message: string, place: string | null = null) {
    super(message);
    this.name = "YouxuError";
    this.code = code;
    this.place = place;
  }

  get hint(): string {
    return hintOf(this.code);
  }

  get status(): number {
    return ERROR_CATALOGUE[this.code].status;
  }

  get exitCode(): number {
    return ERROR_CATALOGUE[this.code].exit;
  }
}
