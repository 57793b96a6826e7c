/** Streams of values that a station opened (OCPP 2.1). */
export type StreamCommand =
  | { readonly kind: "list-streams" }
  | {
      readonly kind: "adjust-stream";
      readonly streamId: number;
      /** At most so many seconds between two messages; null: the station decides. */
      readonly intervalS: number | null;
      /** At most so many values in one; null: the station decides. */
      readonly values: number | null;
    };

/** A stream as a station lists it. */
export interface EventStream {
  readonly streamId: number;
  readonly monitorId: number;
  readonly intervalS: number | null;
  readonly values: number | null;
}
