import { type InverterBody, SimulatedInverter } from "../../sims/devices/inverter-unit.js";
import { policyByName } from "../../src/app/policies.js";
import { OPTIMIZER } from "../../src/app/policy-names.js";
import type { Policy } from "../../src/control/contract.js";
import type { Site } from "../../src/domain/site.js";
import { DAY_MS, SECOND_MS } from "../../src/domain/units.js";
import { VirtualClock } from "../../src/ports/clock.js";
import { createMemoryDevices, type MemoryDevices } from "../../src/ports/devices.js";
import { inverterOf, roofState } from "../fixtures/inverters.js";
import { communityOf, EVENING_MS, stationOf } from "../fixtures/sites.js";
import { type Harness, harnessOf } from "./harness.js";

/** Noon of the next day in Jinan. */
const NOON_MS = EVENING_MS + DAY_MS - 5 * 3_600_000;
const STEP_MS = 5 * SECOND_MS;

/** A roof, its meters and houses below an export limit of 10 kW, as they are at the moment. */
export interface PvStage extends Harness {
  readonly devices: MemoryDevices;
  readonly roof: SimulatedInverter;
  housesKw: number;
  /** What is drawn at the board that the roof hangs on, where it hangs on one, beside the houses. */
  boardKw: number;
  /** What comes out of that board. */
  readonly boardExportKw: number;
  /** Whether the meters tell their values, and the inverter its. */
  tells: { meter: boolean; roof: boolean; board: boolean };
  /** Commands reach the inverter. */
  reaches: boolean;
  /** Most that went out above the export limit at each step since the last call, kW. */
  exportsKw: number[];
  readonly exportKw: number;
  /** Lets time pass in steps of five seconds, each with a reading of both meters. */
  pass(durationMs: number): Promise<void>;
  readonly limitKw: number;
}

export const openPvStage = async (
  given: {
    readonly inverter?: Parameters<typeof inverterOf>[0];
    readonly body?: Partial<InverterBody>;
    readonly site?: Partial<Site>;
    readonly policy?: Policy;
  } = {},
): Promise<PvStage> => {
  const inverter = inverterOf(given.inverter);
  const clock = new VirtualClock(NOON_MS);
  const devices = createMemoryDevices();
  const roof = new SimulatedInverter({ ...inverter, rampKwPerS: 8, ...given.body }, NOON_MS);
  const plain = communityOf([stationOf("A")]);
  const site: Site = {
    ...plain,
    nodes: plain.nodes.map((node) => (node.id === "transformer" ? { ...node, exportLimitKw: 10 } : node)),
    inverters: [inverter],
    baseProfileKw: Array.from({ length: 96 }, () => 20),
    pvProfileKw: Array.from({ length: 96 }, () => 30),
    ...given.site,
  };
  devices.put(roofState(NOON_MS));
  const policy = given.policy ?? (await policyByName(OPTIMIZER, 10_000, "structured"));
  const harness = await harnessOf(site, policy, { clock, devices: () => devices });
  const stage: PvStage = Object.defineProperties(harness, {}) as PvStage;
  Object.assign(stage, { devices, roof, housesKw: 20, boardKw: 0, exportsKw: [], reaches: true });
  stage.tells = { meter: true, roof: true, board: inverter.nodeId !== undefined };
  let told = 0;
  devices.answer = (_id, powerKw) => {
    told += 1;
    if (!stage.reaches) return { status: "unknown", detail: "cut" };
    roof.take(powerKw, clock.now());
    return { status: "confirmed" };
  };
  Object.defineProperty(stage, "boardExportKw", { get: () => roof.powerKw - stage.boardKw });
  Object.defineProperty(stage, "exportKw", { get: () => stage.boardExportKw - stage.housesKw });
  Object.defineProperty(stage, "limitKw", {
    get: () => (told === 0 ? NaN : (devices.told.at(-1)?.powerKw ?? NaN)),
  });
  let lastRoofMs = NOON_MS;
  const read = (): void => {
    const atMs = clock.now();
    roof.advance(atMs);
    stage.exportsKw.push(stage.exportKw);
    if (stage.tells.roof) lastRoofMs = atMs;
    const stale = atMs - lastRoofMs > 60_000;
    devices.put(
      roofState(lastRoofMs, {
        power: { value: roof.powerKw, atMs: lastRoofMs },
        connected: stage.reaches,
        staleSinceMs: stale ? lastRoofMs + 60_000 : null,
      }),
    );
    if (stage.tells.roof) devices.measure({ siteId: "community", kind: "pv", powerKw: roof.powerKw, atMs });
    if (stage.tells.board && inverter.nodeId !== undefined)
      devices.measure({
        siteId: "community",
        kind: `node:${inverter.nodeId}`,
        powerKw: -stage.boardExportKw,
        atMs,
      });
    if (stage.tells.meter)
      devices.measure({ siteId: "community", kind: "site-import", powerKw: -stage.exportKw, atMs });
  };
  stage.pass = async (durationMs) => {
    for (let passedMs = 0; passedMs < durationMs; passedMs += STEP_MS) {
      read();
      await harness.run(STEP_MS);
    }
    read();
  };
  return stage;
};
