import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { quirksText } from "../../src/app/quirks-file.js";
import { parseQuirks } from "../../src/config/read-quirks.js";
import { exampleSiteFile, loadConfig } from "../../src/config/index.js";

const folder = mkdtempSync(join(tmpdir(), "quirks-"));
afterAll(() => rmSync(folder, { recursive: true }));

const faults = (text: string): string[] => {
  const read = parseQuirks(text, "quirks.yaml");
  return read.ok ? [] : read.errors.map(({ place, message }) => `${place}: ${message}`);
};

describe("a quirks file", () => {
  it("tells each fault with its place and what is near", () => {
    expect(faults("quirks:\n  - vendor: Acme\n    rateUnt: A\n")[0]).toContain("quirks.yaml:3:5");
    expect(faults("quirks:\n  - vendor: Acme\n    rateUnt: A\n")[0]).toContain("rateUnit");
    expect(faults("quirks:\n  - vendor: Acme\n    stepA: 0\n").join()).toContain("quirks.yaml:3:12");
    expect(faults("quirks:\n  - stepA: 1\n").join()).toContain("would hold for all");
    expect(faults("quirks:\n  - vendor: Acme\n").join()).toContain("says nothing");
    const probed = "quirks:\n  - vendor: Acme\n    dischargeProbe: setting works\n";
    expect(faults(probed).join()).toContain("only a probe");
    expect(faults("quirks: [\n").length).toBeGreaterThan(0);
  });

  it("that was exported is read again as what was learnt", () => {
    const agreed = { rateUnit: "W", sessionPlace: "TxDefaultProfile", stackLevel: 0 } as const;
    const model = { vendor: "Acme", model: "One: 2", firmware: null, agreed, disputed: [] };
    const read = parseQuirks(quirksText([model, { ...model, model: "Two", agreed: {} }]), "q");
    expect(read).toEqual({ ok: true, value: [{ vendor: "Acme", model: "One: 2", ...agreed }] });
  });

  it("is named by the configuration, beside which it lies", () => {
    const path = join(folder, "youxu.yaml");
    writeFileSync(path, `${exampleSiteFile()}\nquirks: my-quirks.yaml\n`);
    const missing = loadConfig({ path });
    expect(missing.ok ? [] : missing.errors.map(({ message }) => message).join()).toContain(
      "cannot read the quirks",
    );
    writeFileSync(join(folder, "my-quirks.yaml"), "quirks:\n  - vendor: Acme\n    stepA: 1\n");
    const loaded = loadConfig({ path });
    expect(loaded.ok && loaded.config.quirks).toEqual([{ vendor: "Acme", stepA: 1 }]);
  });
});
