import type { HeldProfile } from "../profiles.js";
import { type Handler, type HandlerContext, listOf, objectOf, textOf, type Words } from "../wire/words.js";
import type { StationFault } from "./contract.js";

/** Above every profile of a central system: what was told beside them. */
const ASIDE = { id: 7_777, stackLevel: 99 } as const;

/** `forMs`: its maker's time-out; null: it has none. */
const powerProfile = (
  powerW: number,
  { spec, operations }: HandlerContext,
  forMs: number | null,
): HeldProfile => ({
  ...ASIDE,
  evseId: spec.evse.evseId,
  purpose: "transaction",
  kind: "absolute",
  startMs: operations.now() - 1_000,
  durationMs: forMs === null ? null : forMs + 1_000,
  validFromMs: null,
  validToMs: null,
  periods: [{ offsetMs: 0, mode: "setpoint", unit: "W", value: powerW, phases: null }],
  maxOfflineMs: null,
});

/** Below zero it gives back as much; else its profiles say what it draws. */
const tell = (powerW: number, context: HandlerContext, forMs: number | null = null): boolean => {
  if (Number.isNaN(powerW)) return false;
  if (powerW < 0) return context.operations.install(powerProfile(powerW, context, forMs), null);
  context.operations.clear({ id: ASIDE.id, evseId: null, purpose: null, stackLevel: null });
  return true;
};

const withHandler =
  (action: string, make: (before: Handler | undefined) => Handler) =>
  (words: Words): Words => ({
    ...words,
    handlers: { ...words.handlers, [action]: make(words.handlers[action]) },
  });

const status = (taken: boolean) => ({ status: taken ? "Accepted" : "Rejected" });

/** Of the vendor `com.example.v2g`: `SetPower` with `{"w":-1380}`. */
const byTransfer = (forMs: number | null) =>
  withHandler("DataTransfer", (before) => (payload, context) => {
    if (payload["vendorId"] !== "com.example.v2g" || payload["messageId"] !== "SetPower")
      return before?.(payload, context) ?? { status: "UnknownVendorId" };
    const { w } = objectOf(JSON.parse(textOf(payload["data"]) ?? "{}"));
    return status(tell(typeof w === "number" ? w : Number.NaN, context, forMs));
  });

/** The register of what is given back, as it was told first, for ever. */
const standingRegister = (words: Words): Words => {
  let firstWh: number | null = null;
  return {
    ...words,
    write: (message, context) => {
      if (!("reading" in message)) return words.write(message, context);
      firstWh ??= STANDS_AT_WH + message.reading.exportedWh;
      return words.write({ ...message, reading: { ...message.reading, exportedWh: firstWh } }, context);
    },
  };
};
const STANDS_AT_WH = 4_711;

/** A key of 1.6 that the vendor calls `V2gPowerW`. */
const byKey = withHandler(
  "ChangeConfiguration",
  (before) => (payload, context) =>
    payload["key"] === "V2gPowerW"
      ? status(tell(Number(payload["value"]), context))
      : (before?.(payload, context) ?? { status: "NotSupported" }),
);

/** The same as a variable of 2.0.1: `V2gCtrlr.PowerW`. */
const byVariable = withHandler("SetVariables", (before) => (payload, context) => {
  const [wanted] = listOf(payload["setVariableData"]);
  const [component, variable] = [objectOf(wanted?.["component"]), objectOf(wanted?.["variable"])];
  if (component["name"] !== "V2gCtrlr") return before?.(payload, context) ?? { setVariableResult: [] };
  const taken = tell(Number(wanted?.["attributeValue"]), context);
  return { setVariableResult: [{ attributeStatus: taken ? "Accepted" : "Rejected", component, variable }] };
});

/**
 * How stations without OCPP 2.1's setpoints are made to give back. One that has none of these accepts a limit below
 * zero and gives nothing back.
 */
export const DISCHARGE_KINDS = {
  "back-by-watts": {
    about: "gives back by a limit below zero in W",
    versions: ["1.6", "2.0.1"],
    givesBack: { unit: "W", times: 1 },
  },
  "back-by-amperes": {
    about: "gives back by a limit below zero in A",
    versions: ["1.6", "2.0.1"],
    givesBack: { unit: "A", times: 1 },
  },
  "back-too-much": {
    about: "gives back three times what a limit below zero says",
    versions: ["1.6", "2.0.1"],
    givesBack: { unit: "W", times: 3 },
  },
  "back-by-transfer": {
    about: "gives back by a vendor's data transfer",
    versions: ["1.6", "2.0.1"],
    words: byTransfer(null),
  },
  "back-while-told": {
    about: "gives back by a vendor's data transfer, and stops a minute after the last one",
    versions: ["1.6", "2.0.1"],
    words: byTransfer(60_000),
  },
  "back-uncounted": {
    about: "gives back by a limit below zero in W, and its register of it stands still",
    versions: ["1.6", "2.0.1"],
    givesBack: { unit: "W", times: 1 },
    words: standingRegister,
  },
  "back-by-setting": {
    about: "gives back by a vendor's setting",
    versions: ["1.6", "2.0.1"],
    words: (words) => byVariable(byKey(words)),
  },
} as const satisfies Record<string, StationFault>;
