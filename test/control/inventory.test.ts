import { describe, expect, it } from "vitest";
import type { CommandOutcome, StationCommand } from "../../src/domain/command.js";
import { createInventory } from "../../src/control/inventory.js";
import { createStationFiles } from "../../src/control/station-files.js";
import { DEFAULT_CAPABILITIES } from "../../src/ocpp/common/codec.js";
import { VirtualClock } from "../../src/ports/clock.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";

const MINUTE = 60_000;
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 40; turn += 1) await Promise.resolve();
};

/** A fleet of which each station answers as `outcomeOf` says; a request that is accepted is told at once. */
const opened = (outcomeOf: (command: StationCommand) => CommandOutcome, random = () => 0.5) => {
  const clock = new VirtualClock(0);
  const files = createStationFiles({ documents: createMemoryDocuments(), clock, log });
  const asked: string[] = [];
  let inFlight = 0;
  let most = 0;
  const link = {
    send: async (stationId: string, command: StationCommand): Promise<CommandOutcome> => {
      asked.push(`${stationId} ${command.kind === "report-settings" ? command.inventory : command.kind}`);
      inFlight += 1;
      most = Math.max(most, inFlight);
      await Promise.resolve();
      inFlight -= 1;
      const outcome = outcomeOf(command);
      if (outcome.status === "accepted" && command.kind === "report-settings")
        files.tell({ kind: "commanded", stationId, atMs: clock.now(), command, outcome });
      return outcome;
    },
  };
  const inventory = createInventory({ clock, files, link, log, random });
  const back = (stationId: string): void =>
    inventory.heard({
      kind: "capabilities",
      stationId,
      atMs: clock.now(),
      capabilities: DEFAULT_CAPABILITIES,
    });
  const boot = (stationId: string, firmwareVersion: string): void =>
    files.tell({
      kind: "booted",
      stationId,
      atMs: clock.now(),
      vendor: "V",
      model: "M",
      serialNumber: null,
      firmwareVersion,
    });
  const later = async (toMs: number): Promise<void> => {
    while (clock.step(toMs)) await turns();
    await turns();
  };
  return { clock, files, inventory, asked, back, boot, later, most: () => most };
};

const whole: CommandOutcome = { status: "accepted" };

describe("a station's settings are asked for in the background", () => {
  it("once, some time after it came back, and again with a new firmware", async () => {
    const { asked, back, boot, later } = opened(() => whole);
    boot("CP1", "1.0");
    back("CP1");
    await later(29_000);
    expect(asked).toEqual([]);
    await later(6 * MINUTE);
    expect(asked).toEqual(["CP1 full"]);
    boot("CP1", "1.0");
    back("CP1");
    await later(20 * MINUTE);
    expect(asked).toHaveLength(1);
    boot("CP1", "1.1");
    back("CP1");
    await later(40 * MINUTE);
    expect(asked).toEqual(["CP1 full", "CP1 full"]);
  });

  it("in a smaller way where the station refuses, and no more until its firmware changes", async () => {
    const { asked, back, boot, later } = opened(() => ({ status: "unsupported", detail: "no" }));
    boot("CP1", "1.0");
    back("CP1");
    await later(10 * MINUTE);
    expect(asked).toEqual(["CP1 full", "CP1 configuration"]);
    back("CP1");
    await later(20 * MINUTE);
    expect(asked).toHaveLength(2);
    boot("CP1", "1.1");
    back("CP1");
    await later(30 * MINUTE);
    expect(asked).toHaveLength(4);
  });

  it("not of one that has gone, and again of one that did not answer", async () => {
    const { inventory, asked, back, later } = opened(() => ({ status: "timeout", detail: "" }));
    back("CP1");
    inventory.heard({ kind: "disconnected", stationId: "CP1", atMs: 1 });
    await later(10 * MINUTE);
    expect(asked).toEqual([]);
    back("CP1");
    await later(20 * MINUTE);
    back("CP1");
    await later(30 * MINUTE);
    expect(asked).toEqual(["CP1 full", "CP1 full"]);
    back("CP1");
    inventory.stop();
    await later(40 * MINUTE);
    expect(asked).toHaveLength(2);
  });

  it("of many that come back at once a few at a time, and of each", async () => {
    const { asked, back, later, most } = opened(
      () => whole,
      () => 0,
    );
    const ids = Array.from({ length: 100 }, (_, n) => `CP${n}`);
    for (const id of ids) back(id);
    await later(10 * MINUTE);
    expect(asked).toEqual(ids.map((id) => `${id} full`));
    expect(most()).toBeLessThanOrEqual(4);
  });
});
