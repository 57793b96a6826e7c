/** Virtual stations keep root certificates and take new passwords, in the words of each version. */
import { X509Certificate } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { listOf, objectOf } from "../../sims/station/wire/words.js";
import { newRoot } from "../security/papers.js";
import { startWire, stopWire } from "./wire-stage.js";

afterEach(stopWire);

describe.each([
  ["old-16", "CentralSystemRootCertificate", "CentralSystemRootCertificate"],
  ["mid-201", "CSMSRootCertificate", ["CSMSRootCertificate"]],
  ["new-21", "CSMSRootCertificate", ["CSMSRootCertificate"]],
])("%s", (id, certificateType, asked) => {
  it("believes a root, tells of it, and forgets it", async () => {
    const { tiny } = await startWire();
    const { cert } = await newRoot("a root");
    const ask = (action: string, payload: Record<string, unknown>) => tiny.call(id, action, payload);
    const list = () => ask("GetInstalledCertificateIds", { certificateType: asked });
    expect(await list()).toEqual({ status: "NotFound" });
    expect(await ask("InstallCertificate", { certificateType, certificate: cert })).toEqual({
      status: "Accepted",
    });
    expect(await ask("InstallCertificate", { certificateType, certificate: "no PEM" })).toEqual({
      status: "Failed",
    });
    const told = objectOf(await list());
    const [chain] = listOf(told["certificateHashDataChain"]);
    const [hash] =
      chain === undefined ? listOf(told["certificateHashData"]) : [objectOf(chain["certificateHashData"])];
    expect(hash?.["serialNumber"]).toBe(new X509Certificate(cert).serialNumber.toLowerCase());
    const remove = () => ask("DeleteCertificate", { certificateHashData: hash });
    expect([await remove(), await remove()]).toEqual([{ status: "Accepted" }, { status: "NotFound" }]);
    expect(tiny.invalid).toEqual([]);
  });

  it("takes a password that is long enough, and no other", async () => {
    const { tiny } = await startWire();
    const variable = { component: { name: "SecurityCtrlr" }, variable: { name: "BasicAuthPassword" } };
    const change = async (password: string): Promise<unknown> => {
      if (id === "old-16")
        return objectOf(
          await tiny.call(id, "ChangeConfiguration", { key: "AuthorizationKey", value: password }),
        )["status"];
      const setVariableData = [{ ...variable, attributeValue: password }];
      const answer = objectOf(await tiny.call(id, "SetVariables", { setVariableData }));
      return listOf(answer["setVariableResult"])[0]?.["attributeStatus"];
    };
    expect([await change("abc"), await change("0123456789abcdef0123456789abcdef")]).toEqual([
      "Rejected",
      "Accepted",
    ]);
    expect(tiny.invalid).toEqual([]);
  });
});
