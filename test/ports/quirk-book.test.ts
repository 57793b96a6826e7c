import { describe, expect, it } from "vitest";
import type { Documents } from "../../src/ports/documents.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { createQuirkBook } from "../../src/ports/quirk-book.js";

const ONE = { vendor: "Acme", model: "One", firmware: "1.0" };

const bookOf = async (documents: Documents = createMemoryDocuments(), entries = {}) => {
  const told: string[] = [];
  const book = createQuirkBook({ documents, ...entries });
  await book.open();
  book.onChange((stationId) => told.push(stationId));
  return { book, told, documents };
};

describe("what stations of one model teach", () => {
  it("holds for all of it until one learns otherwise, and never for another firmware", async () => {
    const { book, told } = await bookOf();
    for (const id of ["a", "b", "c"]) book.identify(id, ONE);
    book.identify("d", { ...ONE, firmware: "2.0" });
    book.learn("a", { rateUnit: "W" });
    expect(told.splice(0)).toEqual(["a", "b", "c"]);
    expect(book.of("b")).toMatchObject({ values: { rateUnit: "W" }, origins: { rateUnit: "learnt-model" } });
    expect(book.of("d").origins.rateUnit).toBe("default");
    book.learn("b", { rateUnit: "A" });
    expect(told).toEqual(["b", "c"]);
    expect(book.of("a")).toMatchObject({
      values: { rateUnit: "W" },
      origins: { rateUnit: "learnt-station" },
    });
    expect(book.of("c").origins.rateUnit).toBe("default");
    expect(book.models()).toEqual([{ ...ONE, stationIds: ["a", "b"], agreed: {}, disputed: ["rateUnit"] }]);
  });

  it("is a meter's factor only once three of its stations have found the same, and none another", async () => {
    const { book, told } = await bookOf();
    for (const id of ["a", "b", "c", "d"]) book.identify(id, ONE);
    const factorOf = (id: string) => book.of(id).origins.registerFactor;
    for (const id of ["a", "b"]) book.learn(id, { registerFactor: 0.001 });
    expect([factorOf("a"), factorOf("d")]).toEqual(["learnt-station", "default"]);
    expect(told).toEqual(["a", "b"]);
    expect(book.models()).toMatchObject([{ stationIds: ["a", "b"], agreed: {}, disputed: [] }]);
    book.learn("c", { registerFactor: 0.001 });
    expect(factorOf("d")).toBe("learnt-model");
    expect(told).toEqual(["a", "b", "c", "d"]);
    book.learn("b", { registerFactor: 1000 });
    expect(factorOf("d")).toBe("default");
  });

  it("is a way to discharge that works, but never that it works: each station's own meter proves that", async () => {
    const { book } = await bookOf();
    for (const id of ["a", "b", "c"]) book.identify(id, ONE);
    book.learn("a", { dischargeMethod: "negative-limit-A", dischargeProbe: "negative-limit-A works" });
    book.learn("b", { dischargeMethod: "setting", dischargeProbe: "setting fails" });
    expect(book.of("c")).toMatchObject({
      values: { dischargeMethod: "negative-limit-A", dischargeProbe: "untried" },
      origins: { dischargeMethod: "learnt-model" },
    });
    book.learn("a", { dischargeProbe: "negative-limit-A fails" });
    expect(book.of("c").values.dischargeMethod).toBe("none");
  });

  it("is never a place of the whole station: another of the model may have two EVSEs", async () => {
    const { book } = await bookOf();
    for (const id of ["single", "twin"]) book.identify(id, ONE);
    book.learn("single", {
      sessionPlace: "ChargePointMaxProfile-station",
      defaultPlace: "TxDefaultProfile-station",
      rateUnit: "W",
    });
    expect(book.of("single").values.sessionPlace).toBe("ChargePointMaxProfile-station");
    expect(book.of("twin").values).toMatchObject({
      sessionPlace: "TxProfile",
      defaultPlace: "TxDefaultProfile",
      rateUnit: "W",
    });
    book.learn("single", { sessionPlace: "TxDefaultProfile" });
    expect(book.of("twin").values.sessionPlace).toBe("TxDefaultProfile");
  });

  it("is kept over a restart, and forgotten with another firmware", async () => {
    const { book, documents } = await bookOf();
    book.identify("a", ONE);
    book.learn("a", { stackLevel: 2, rateUnit: "W" });
    const again = (await bookOf(documents)).book;
    expect(again.of("a")).toEqual(book.of("a"));
    again.identify("b", ONE);
    expect(again.of("b").values.stackLevel).toBe(2);
    again.identify("a", { ...ONE, firmware: "1.1" });
    expect(again.of("a").origins.stackLevel).toBe("default");
    expect(again.of("b").origins.stackLevel).toBe("default");
    expect((await bookOf(documents)).book.of("a").origins.rateUnit).toBe("default");
  });

  it("gives way to the operator's file, and goes before what a station says of itself", async () => {
    const { book } = await bookOf(createMemoryDocuments(), { entries: [{ vendor: "acme", rateUnit: "A" }] });
    book.identify("a", ONE);
    book.advertise("a", { rateUnit: "A", stackLevel: 8, maxPeriods: 3 });
    book.learn("a", { rateUnit: "W", stackLevel: 1 });
    expect(book.of("a")).toMatchObject({
      values: { rateUnit: "A", stackLevel: 1, maxPeriods: 3 },
      origins: { rateUnit: "file", stackLevel: "learnt-station", maxPeriods: "advertised", pause: "default" },
    });
  });

  it("is kept of no more models than stations, whatever they call themselves from boot to boot", async () => {
    const { book } = await bookOf();
    for (let boot = 0; boot < 500; boot += 1) {
      const model = `Model ${boot}`;
      book.identify("idle", { ...ONE, model });
      book.identify("a", { ...ONE, model });
      book.of("never heard of");
      book.learn("a", { stackLevel: boot });
      expect(book.models().map((one) => [one.model, one.stationIds])).toEqual([[model, ["a"]]]);
    }
  });

  it("that cannot be kept or read is told and learnt anew", async () => {
    const documents = createMemoryDocuments();
    await documents.put("station-quirks", "x", { stationId: "x", learnt: { rateUnit: "furlong" } });
    const errors: unknown[] = [];
    const full = { ...documents, put: () => Promise.reject(new Error("full")) };
    const { book } = await bookOf(full, { failed: (error: unknown) => errors.push(error) });
    expect(book.of("x").origins.rateUnit).toBe("default");
    book.learn("x", { rateUnit: "W" });
    await Promise.resolve();
    expect(errors).toHaveLength(1);
    expect(book.of("x").values.rateUnit).toBe("W");
  });
});
