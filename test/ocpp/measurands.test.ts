/** A list of measurands that is refused as a whole: which of two causes it had, and how often a station is asked. */
import { afterEach, describe, expect, it } from "vitest";
import type { CommandOutcome } from "../../src/domain/command.js";
import { MOST_MEASURAND_TRIES, writeMeasurands } from "../../src/ocpp/server/measurands.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { createQuirkBook } from "../../src/ports/quirk-book.js";
import { answering, openStage, type Stage, until } from "./harness.js";

const SETTING = "MeterValuesSampledData";
const ACCEPTED: CommandOutcome = { status: "accepted" };
const REJECTED: CommandOutcome = { status: "rejected", detail: "Rejected" };

/** A pile that samples these, and takes so many at once. */
const pile = (sampled: string, most: number) => {
  const quirks = createQuirkBook({ documents: createMemoryDocuments() });
  let stands = "as it was";
  const ask = async ({ value }: { readonly value: string }): Promise<CommandOutcome> => {
    const names = value.split(",");
    if (names.length > most || names.some((name) => !sampled.split(",").includes(name))) return REJECTED;
    stands = value;
    return ACCEPTED;
  };
  const write = async (value: string) => {
    const command = { kind: "write-setting", name: SETTING, value } as const;
    const station = { id: "CP1", measurandTries: 0 };
    const outcome = await writeMeasurands(command, { station, quirks, ask });
    return { outcome, learnt: quirks.of("CP1").values.refusedMeasurands, stands };
  };
  return { write };
};

describe("a list of measurands", () => {
  it.each`
    sampled      | most | asked        | stands         | learnt   | says
    ${"A,B,C"}   | ${3} | ${"A,B,C"}   | ${"A,B,C"}     | ${""}    | ${undefined}
    ${"A,C"}     | ${3} | ${"A,B,C"}   | ${"A,C"}       | ${"B"}   | ${"without B"}
    ${"A,B,C"}   | ${2} | ${"A,B,C"}   | ${"A,B"}       | ${""}    | ${"without C, which it takes alone or which were not tried"}
    ${"A,B,C,D"} | ${1} | ${"A,B,C,D"} | ${"A"}         | ${""}    | ${"without B, C, D, which it takes alone or which were not tried"}
    ${"A,C,D"}   | ${2} | ${"A,B,C,D"} | ${"A,C"}       | ${"B"}   | ${"without B; without D, which it takes alone or which were not tried"}
    ${"A,C,D"}   | ${2} | ${"D,C,A,B"} | ${"D,C"}       | ${"B"}   | ${"without B; without A, which it takes alone or which were not tried"}
    ${"B"}       | ${3} | ${"A,B,C"}   | ${"B"}         | ${"A,C"} | ${"without A, C"}
    ${"D"}       | ${3} | ${"A,B,C"}   | ${"as it was"} | ${""}    | ${"Rejected"}
  `(
    "$asked of a pile that samples $sampled and takes $most at once",
    async ({ sampled, most, asked, stands, learnt, says }) => {
      const found = await pile(sampled, most).write(asked);
      expect(found).toMatchObject({ stands, learnt });
      expect("detail" in found.outcome ? found.outcome.detail : undefined).toBe(says);
    },
  );

  it("that was learnt to be refused is left out the next time", async () => {
    const one = pile("A,C", 3);
    await one.write("A,B,C");
    expect(await one.write("B,C")).toMatchObject({ stands: "C", outcome: { detail: "without B" } });
  });
});

describe("a pile that refuses every list", () => {
  let stage: Stage;
  afterEach(() => stage.close());

  it("is asked one by one so often in a boot, and anew after the next", async () => {
    stage = await openStage();
    const peer = await stage.connect("CP1", "1.6");
    const calls = answering(peer, { ChangeConfiguration: () => ({ status: "Rejected" }) });
    const asked = (): number => calls.filter(({ method }) => method === "ChangeConfiguration").length;
    const boot = async (): Promise<void> => {
      const before = stage.gateway.kinds().filter((kind) => kind === "capabilities").length;
      await peer.call("BootNotification", { chargePointVendor: "Acme", chargePointModel: "Wall" });
      await until(
        () => stage.gateway.kinds().filter((kind) => kind === "capabilities").length > before,
        "its abilities",
      );
    };
    const names = Array.from({ length: 20 }, (_, index) => `Measurand.${index}`);
    const command = { kind: "write-setting", name: SETTING, value: names.join(",") } as const;
    const write = async (times: number): Promise<number> => {
      const before = asked();
      for (let turn = 0; turn < times; turn += 1) await stage.central.link.send("CP1", command);
      return asked() - before;
    };
    await boot();
    expect(await write(1)).toBe(1 + names.length);
    expect(await write(9)).toBe(9 + MOST_MEASURAND_TRIES - names.length);
    await boot();
    expect(await write(1)).toBe(1 + names.length);
  });
});
