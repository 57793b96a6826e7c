/** A part of what a station keeps of a customer. It goes into no file. */
export interface CustomerNews {
  readonly kind: "customer-told";
  readonly requestId: number;
  /** Place of the part among the others, from 0. */
  readonly seqNo: number;
  readonly data: string;
  /** Whether more parts are to come. */
  readonly more: boolean;
}
