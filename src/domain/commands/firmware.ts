import type { EpochMs } from "../units.js";

/** How often a transfer is tried again, and after how long, s; null: as the station likes. */
export interface Retrying {
  readonly retries: number | null;
  readonly retryIntervalS: number | null;
}

/** Where a file is, as a station reaches it; null: where our own file exchange offers or takes it. */
export interface Located {
  readonly location: string | null;
}

interface FirmwareImage extends Retrying, Located {
  /** Of our file exchange, where `location` is null. */
  readonly fileId: string | null;
}

/** New software of a station, and of the stations behind a local controller. */
export type FirmwareCommand =
  | ({
      readonly kind: "update-firmware";
      /** From when it may be retrieved; null: at once. */
      readonly retrieveMs: EpochMs | null;
      /** From when it may be installed; null: once it is there. */
      readonly installMs: EpochMs | null;
      /** By which the station knows that the image is its maker's; null: not signed. */
      readonly signed: { readonly certificatePem: string; readonly signature: string } | null;
      /** What the station will call the new firmware, by which its boot ends the job; null: any other. */
      readonly version: string | null;
    } & FirmwareImage)
  /** A local controller fetches an image and offers it to its stations; 2.x. `checksum`: MD5, hexadecimal. */
  | ({ readonly kind: "publish-firmware"; readonly checksum: string } & FirmwareImage)
  | { readonly kind: "unpublish-firmware"; readonly checksum: string };
