/** One message to somebody outside. */
export interface HttpMessage {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  /** Ends it before its time. */
  readonly signal: AbortSignal;
}

/** What became of it: an answer of the other side, or why there is none. */
export type HttpAnswer =
  | {
      readonly kind: "answered";
      readonly status: number;
      /** The header Retry-After, as it came; null: none. */
      readonly retryAfter: string | null;
    }
  | { readonly kind: "failed"; readonly why: string };

/** What was answered, with what it says; or why there is no answer. */
export type HttpReply =
  | { readonly kind: "answered"; readonly status: number; readonly body: string }
  | { readonly kind: "failed"; readonly why: string };

/** Asks at addresses that operators stated, and never where it must not; never rejects. */
export interface HttpAsker {
  /** Why it would never ask there, in a sentence; null: it might. */
  faultOf(url: string): string | null;
  /** An answer of more than `mostBytes` has failed. */
  ask(message: HttpMessage & { readonly mostBytes: number }): Promise<HttpReply>;
}

/** Sends to addresses that operators or peers stated, and never to where it must not; never rejects. */
export interface HttpSender {
  /** Why it would never send there, in a sentence; null: it might. */
  faultOf(url: string): string | null;
  post(message: HttpMessage): Promise<HttpAnswer>;
}
