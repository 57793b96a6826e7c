/** Opens a swap station for a driver; what is put in and taken out it tells itself. OCPP 2.1. */
export type BatterySwapCommand = { readonly kind: "request-battery-swap"; readonly idToken: string };
