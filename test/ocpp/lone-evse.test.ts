/**
 * Whether a station has one EVSE: words that name none, and places that are the whole station's, are safe there alone.
 * EVSEs are counted wherever they are known from, whatever their numbers.
 */
import { afterEach, expect, it } from "vitest";
import { isAlone } from "../../src/domain/discharge.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { answering, openStage, type Stage, until } from "./harness.js";

const stages: Stage[] = [];
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.close();
});

const documents = createMemoryDocuments();
const open = async (): Promise<Stage> => {
  const stage = await openStage({ documents });
  stage.gateway.evseIds = [];
  stages.push(stage);
  return stage;
};

const boot = { chargePointVendor: "Acme", chargePointModel: "Two" };
/** A 1.6 station that booted and said that these connectors are free. */
const said = async (stage: Stage, id: string, connectorIds: readonly number[]): Promise<void> => {
  const client = await stage.connect(id, "1.6");
  answering(client, {});
  await client.call("BootNotification", boot);
  await until(() => told(stage, id).length > 0, "its abilities");
  for (const connectorId of connectorIds)
    await client.call("StatusNotification", { connectorId, errorCode: "NoError", status: "Available" });
};

/** Whether the fleet was told that it has several, each time that it was told its abilities. */
const told = ({ gateway }: Stage, stationId: string): boolean[] =>
  gateway.reports.flatMap((event) =>
    event.kind === "capabilities" && event.stationId === stationId
      ? [event.capabilities.severalEvses === true]
      : [],
  );

it.each<[readonly number[], boolean]>([
  [[], true],
  [[1], true],
  [[3], true],
  [[1, 1], true],
  [[1, 2], false],
  [[1, 3], false],
  [[2, 3], false],
])("EVSEs %j: alone is %s", (known, expected) => {
  expect(isAlone(known)).toBe(expected);
});

it("is told when a second one is heard of, once, whichever number it has", async () => {
  const stage = await open();
  await said(stage, "heard", [1, 3, 4]);
  expect(told(stage, "heard")).toEqual([false, true]);
});

it("is remembered over a restart", async () => {
  const stage = await open();
  await stage.connect("heard", "1.6");
  await until(() => told(stage, "heard").length > 0, "its abilities");
  expect(told(stage, "heard")).toEqual([true]);
});

it("is what the site file gives it, though it names one alone", async () => {
  const stage = await open();
  stage.gateway.evseIds = [1, 3];
  await said(stage, "given", [1]);
  expect(told(stage, "given")).toEqual([true]);
});

it("and one EVSE with two connectors is one", async () => {
  const stage = await open();
  stage.gateway.evseIds = [1];
  const client = await stage.connect("one", "2.0.1");
  answering(client, {});
  await client.call("BootNotification", {
    reason: "PowerUp",
    chargingStation: { vendorName: "Acme", model: "1" },
  });
  await until(() => told(stage, "one").length > 0, "its abilities");
  for (const connectorId of [1, 2])
    await client.call("StatusNotification", {
      timestamp: new Date().toISOString(),
      connectorStatus: "Available",
      evseId: 1,
      connectorId,
    });
  expect(told(stage, "one")).toEqual([false]);
});
