/** What a vendor defined. */
export interface DataTransferCommand {
  readonly kind: "data-transfer";
  readonly vendorId: string;
  readonly messageId: string | null;
  readonly data: string | null;
}
