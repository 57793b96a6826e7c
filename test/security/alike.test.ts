/** Stations whose names fold to the same: each comes in as itself alone, however it writes its name. */
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { PASSWORD, until } from "../ocpp/harness.js";
import { basic } from "../ocpp/raw.js";
import { openTlsStage, type TlsStage } from "./stage.js";

let tls: TlsStage;
afterEach(() => tls.close());

/** Comes over plain websockets: as whom it is let in, or the status that it is told. */
const come = async (name: string, user: string, password: string | null): Promise<string | number> => {
  const headers = password === null ? {} : { Authorization: basic(user, password) };
  const socket = new WebSocket(`ws://127.0.0.1:${tls.stage.port}/ocpp/${name}`, ["ocpp1.6"], { headers });
  const status = await new Promise<number>((resolve) => {
    socket.on("error", () => undefined);
    socket.on("open", () => resolve(101));
    socket.on("unexpected-response", (_, response) => resolve(response.statusCode ?? 0));
  });
  const ids = tls.stage.central.connections().map(({ stationId }) => stationId);
  socket.terminate();
  await until(() => tls.stage.central.connections().length === 0, "the end of its connection");
  return status === 101 ? ids.join(",") : status;
};

describe("a station that was added beside one of the site file that is written alike", () => {
  const open = async (): Promise<string> => {
    // Whoever knows a name of this network's may come as CP-1; that is no reason to take cp-1 for it.
    tls = await openTlsStage({
      stations: { "CP-1": { profile: 0, password: null } },
      openNetworks: ["127.0.0.0/8"],
    });
    return (await tls.registry.add("cp-1")).password;
  };

  it("comes in as itself, by its own password", async () => {
    const password = await open();
    // It stands in no site: it is let in while a transaction of it runs.
    expect(await come("cp-1", "cp-1", password)).toBe(403);
    tls.stage.gateway.open = [{ evseId: 1, transactionId: "1" }];
    expect(await come("cp-1", "cp-1", password)).toBe("cp-1");
    expect(await come("cp-1/", "cp-1", password)).toBe("cp-1");
    expect(await come("%63p-1", "cp-1", password)).toBe("cp-1");
  });

  it("is not the other, whatever it proves", async () => {
    await open();
    expect(await come("cp-1", "cp-1", null)).toBe(401);
    expect(await come("cp-1", "cp-1", "another-password-0")).toBe(401);
    expect(await come("CP-1", "CP-1", null)).toBe("CP-1");
    expect(await come("Cp-1", "Cp-1", null)).toBe("CP-1");
  });
});

describe("two stations of the site file that are written alike", () => {
  it("stay two, and a third spelling is nobody's", async () => {
    tls = await openTlsStage({
      stations: { "CP-1": { profile: 1 }, "cp-1": { profile: 1, password: "cp-1-0123456789abcdef" } },
    });
    expect(await come("CP-1", "CP-1", PASSWORD)).toBe("CP-1");
    expect(await come("cp-1", "cp-1", "cp-1-0123456789abcdef")).toBe("cp-1");
    expect(await come("cp-1", "cp-1", PASSWORD)).toBe(401);
    expect(await come("CP-1", "CP-1", "cp-1-0123456789abcdef")).toBe(401);
    expect(await come("Cp-1", "Cp-1", PASSWORD)).toBe(401);
  });
});
