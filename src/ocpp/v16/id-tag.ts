import type { Verdict } from "../../domain/id-token.js";
import { writeTime } from "../common/time.js";
import type { Payload } from "../wire.js";

/** Characters of an id tag. */
const LONGEST_ID_TAG = 20;

const expiry = (expiresMs: number | null): Payload =>
  expiresMs === null ? {} : { expiryDate: writeTime(expiresMs) };

/** A group whose name is longer than an id tag cannot be told. */
const parent = (groupId: string | null): Payload =>
  groupId === null || groupId.length > LONGEST_ID_TAG ? {} : { parentIdTag: groupId };

/** What a station is told of an id tag; of one that nobody was asked about that it may charge. */
export const idTagInfo16 = (verdict: Omit<Verdict, "language"> | null): Payload =>
  verdict === null
    ? { status: "Accepted" }
    : { status: verdict.status, ...expiry(verdict.expiresMs), ...parent(verdict.groupId) };
