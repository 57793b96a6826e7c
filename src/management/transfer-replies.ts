import { type TransferAnswer, type TransferOutcome, transferAnswerSchema } from "../domain/transfer-hook.js";

/** What a program said, or why there is nothing of it. */
export type TransferReply =
  | { readonly kind: "answered"; readonly status: number; readonly body: string }
  | { readonly kind: "failed"; readonly why: string };

/** The answer for the station, or what is wrong with the one that came. */
export type ReadReply =
  | { readonly outcome: "answered"; readonly answer: TransferAnswer }
  | { readonly outcome: Exclude<TransferOutcome, "answered" | "busy">; readonly why: string };

/** Reads what a program said; whatever a station cannot be given is told, and nothing is guessed. */
export const readReply = (reply: TransferReply): ReadReply => {
  if (reply.kind === "failed") return { outcome: "failed", why: reply.why };
  const { status, body } = reply;
  if (status < 200 || status >= 300) return { outcome: "refused", why: `answered ${status}` };
  const read = transferAnswerSchema.safeParse(jsonOf(body));
  if (!read.success) return { outcome: "invalid", why: faultOf(read.error.issues[0]) };
  const { data, ...answer } = read.data;
  return { outcome: "answered", answer: data == null ? answer : { ...answer, data } };
};

/** undefined: it is no JSON. */
const jsonOf = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

const faultOf = (issue: { path: PropertyKey[]; message: string } | undefined): string =>
  `no answer for a station: ${[...(issue?.path ?? [])].map(String).join(".") || "body"}: ${issue?.message ?? ""}`;
