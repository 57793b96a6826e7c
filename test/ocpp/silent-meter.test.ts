import { afterEach, expect, it } from "vitest";
import { answering, openStage, type Stage, toldVariable, until } from "./harness.js";

let stage: Stage;
afterEach(() => stage.close());

const warnings = () => stage.lines.filter(({ message }) => message.startsWith("no meter values"));

/** Boots a station with these intervals of its meter values and gives what the log says of them. */
const boot16 = async (sampled: string, aligned: string | null) => {
  stage = await openStage();
  const client = await stage.connect("CP1", "1.6");
  const told = [
    ["MeterValueSampleInterval", sampled],
    ...(aligned === null ? [] : [["ClockAlignedDataInterval", aligned]]),
  ];
  answering(client, {
    GetConfiguration: () => ({
      configurationKey: told.map(([key, value]) => ({ key, value, readonly: false })),
    }),
  });
  await client.call("BootNotification", { chargePointVendor: "Acme", chargePointModel: "One" });
  await until(() => stage.gateway.kinds().includes("capabilities"));
  return warnings();
};

const boot2x = async (version: "2.0.1" | "2.1", sampled: string) => {
  stage = await openStage();
  const client = await stage.connect("CP1", version);
  answering(client, {
    GetVariables: () => ({
      getVariableResult: [toldVariable("SampledDataCtrlr", "TxUpdatedInterval", sampled)],
    }),
  });
  const chargingStation = { vendorName: "Acme", model: "One" };
  await client.call("BootNotification", { reason: "PowerUp", chargingStation });
  await until(() => stage.gateway.kinds().includes("capabilities"));
  return warnings();
};

it("a 1.6 station that sends no meter values is told in the log, with what to set", async () => {
  expect(await boot16("0", null)).toEqual([
    expect.objectContaining({
      level: "warn",
      fields: { stationId: "CP1", hint: expect.stringContaining("MeterValueSampleInterval") },
    }),
  ]);
});

it.each([
  ["60", null],
  ["0", "900"],
])("one that samples every %s s, clock-aligned every %s s, is not", async (sampled, aligned) => {
  expect(await boot16(sampled, aligned)).toEqual([]);
});

it.each(["2.0.1", "2.1"] as const)("a %s station likewise", async (version) => {
  expect(await boot2x(version, "0")).toEqual([
    expect.objectContaining({
      fields: { stationId: "CP1", hint: expect.stringContaining("SampledDataCtrlr.TxUpdatedInterval") },
    }),
  ]);
  await stage.close();
  expect(await boot2x(version, "30")).toEqual([]);
});
