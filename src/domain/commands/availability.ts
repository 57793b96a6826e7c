/** Whether a station, an EVSE or a plug serves; an EVSE of null is the station itself. */
export type AvailabilityCommand =
  | {
      readonly kind: "reset";
      /** `when-idle`: once no transaction runs, which 1.6 cannot say. `soft` and `hard` are one in 2.x. */
      readonly how: "soft" | "hard" | "when-idle";
      readonly evseId: number | null;
    }
  | { readonly kind: "change-availability"; readonly evseId: number | null; readonly operative: boolean }
  | { readonly kind: "unlock"; readonly evseId: number; readonly connectorId: number };
