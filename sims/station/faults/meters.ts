import type { Reading, StationMessage } from "../messages.js";
import { listOf, type Payload, type Words } from "../wire/words.js";
import type { StationFault } from "./contract.js";

const withReading = (message: StationMessage, change: (reading: Reading) => Reading): StationMessage =>
  "reading" in message ? { ...message, reading: change(message.reading) } : message;

/** What the meter shows is told otherwise, in samples alone: starts and stops have a meter of their own. */
const showing =
  (
    change: (reading: Reading) => Reading,
    kinds: readonly StationMessage["kind"][] = ["updated", "metered"],
  ) =>
  (words: Words): Words => ({
    ...words,
    write: (message, context) =>
      words.write(kinds.includes(message.kind) ? withReading(message, change) : message, context),
  });

/** Every sampled value, told otherwise or left out. */
const sampling =
  (change: (value: Payload) => Payload | null) =>
  (words: Words): Words => ({
    ...words,
    write: (message, context) => {
      const call = words.write(message, context);
      return call === null ? null : { ...call, payload: resampled(call.payload, change) };
    },
  });

const resampled = (payload: Payload, change: (value: Payload) => Payload | null): Payload => {
  const { meterValue } = payload;
  if (!Array.isArray(meterValue)) return payload;
  const kept = meterValue.map((one: Payload) => ({
    ...one,
    sampledValue: listOf(one["sampledValue"]).flatMap((value) => change(value) ?? []),
  }));
  return { ...payload, meterValue: kept };
};

const isEnergy = ({ measurand }: Payload): boolean => String(measurand).startsWith("Energy");
const isPower = ({ measurand }: Payload): boolean => String(measurand).startsWith("Power");

const inKwh = (value: Payload): Payload =>
  "unitOfMeasure" in value ? { ...value, unitOfMeasure: { unit: "kWh" } } : { ...value, unit: "kWh" };

const thousandth = (value: Payload): Payload => {
  const less = Number(value["value"]) / 1000;
  return { ...value, value: typeof value["value"] === "string" ? String(less) : less };
};

/** Meters that tell something else than they measured. */
export const METER_FAULTS = {
  "power-always-zero": {
    about: "tells a power of 0 while its energy rises",
    words: sampling((value) =>
      isPower(value) ? { ...value, value: typeof value["value"] === "string" ? "0" : 0 } : value,
    ),
  },
  "wh-called-kwh": {
    about: "tells its energy in Wh and calls it kWh",
    words: sampling((value) => (isEnergy(value) ? inKwh(value) : value)),
  },
  "kwh-called-wh": {
    about: "tells its energy in kWh and calls it Wh",
    words: sampling((value) => (isEnergy(value) ? thousandth(value) : value)),
  },
  "register-twice": {
    about: "counts twice the energy that its power makes",
    words: showing(
      (reading) => ({ ...reading, importedWh: 2 * reading.importedWh }),
      ["started", "updated", "ended", "metered"],
    ),
  },
  "no-power": { about: "tells energy alone", words: sampling((value) => (isPower(value) ? null : value)) },
  "no-energy": { about: "tells power alone", words: sampling((value) => (isEnergy(value) ? null : value)) },
  "seqno-zero": {
    about: "counts no messages: seqNo is always 0",
    versions: ["2.0.1", "2.1"],
    words: (words) => ({
      ...words,
      write: (message, context) => {
        const call = words.write(message, context);
        return call === null || !("seqNo" in call.payload)
          ? call
          : { ...call, payload: { ...call.payload, seqNo: 0 } };
      },
    }),
  },
} as const satisfies Record<string, StationFault>;
