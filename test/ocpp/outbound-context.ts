import type { OutboundContext } from "../../src/ocpp/common/codec.js";

const electrics = { voltageV: 230, phases: 3 } as const;

/** What commands are written by to a station of which nothing special is known. */
export const outboundContextAt = (nowMs: number): OutboundContext => ({
  nowMs,
  profile: {
    unit: "A",
    step: 0.1,
    place: "TxProfile",
    kind: "absolute",
    clockAheadMs: 0,
    stackLevel: 1,
    maxPeriods: 24,
    idBase: 1_001,
    maxOfflineDurationS: 600,
  },
  electrics: () => electrics,
  nextId: () => 7,
});
