/** Security profiles: what each admits and refuses, and that none ever falls. Over real sockets. */
import { asyncProperty, array, assert, constantFrom } from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import {
  afterConnecting,
  allowedProfiles,
  ownProfile,
  type ProfileState,
  SECURITY_PROFILES,
  type SecurityProfile,
} from "../../src/domain/security.js";
import { until } from "../ocpp/harness.js";
import { basic, upgradeStatus } from "../ocpp/raw.js";
import { newRoot, papersOf } from "./papers.js";
import { openTlsStage, type TlsStage } from "./stage.js";

let tls: TlsStage;
afterEach(() => tls?.close());

type Way = "nothing" | "ws" | "wss" | "certificate";
const PROFILE: Record<Way, SecurityProfile> = { nothing: 0, ws: 1, wss: 2, certificate: 3 };
const WAYS: readonly Way[] = ["nothing", "ws", "wss", "certificate"];

const come = async (way: Way, identity = "CP1", protocol = "ocpp1.6"): Promise<number> => {
  const plain = (authorization: string | null) =>
    upgradeStatus(tls.stage.port, `/ocpp/${identity}`, { authorization, protocol });
  switch (way) {
    case "nothing":
      return (await plain(null)).status;
    case "ws":
      return (await plain(basic(identity))).status;
    case "wss":
      return tls.knock(identity, { protocol });
    default:
      return tls.knock(identity, {
        protocol,
        password: null,
        papers: await papersOf(tls.trust.root, { commonName: identity }),
      });
  }
};
const cause = async (): Promise<unknown> => {
  const refusals = () => tls.stage.lines.filter(({ message }) => message === "a connection was refused");
  await until(() => refusals().length > 0);
  return refusals().at(-1)?.fields["cause"];
};
const LOCAL = ["127.0.0.0/8"];

describe.each(["ocpp1.6", "ocpp2.0.1", "ocpp2.1"])("%s: a station of a stated profile", (protocol) => {
  it.each(SECURITY_PROFILES)("%i is let in with it, and by no other way", async (profile) => {
    tls = await openTlsStage({ stations: { CP1: { profile } }, openNetworks: LOCAL });
    for (const way of WAYS) {
      // A password that nobody asked for does no harm.
      const fits = PROFILE[way] === profile || (profile === 0 && way === "ws");
      expect([way, await come(way, "CP1", protocol)]).toEqual([way, fits ? 101 : 401]);
    }
  });
});

describe("a refusal says in the log, and there alone, with what the station came", () => {
  it.each([
    [2, "ws", "it came with security profile 1, its own is 2: a profile never falls"],
    [3, "wss", "it came with security profile 2, its own is 3: a profile never falls"],
    [1, "wss", "it came with security profile 2, its own is 1"],
    [3, "nothing", "its own security profile is 3, and it came without TLS"],
  ] as const)("own %i, by %s", async (profile, way, told) => {
    tls = await openTlsStage({ stations: { CP1: { profile } } });
    expect(await come(way)).toBe(401);
    expect(await cause()).toBe(told);
  });

  it("profile 0 outside the stated networks", async () => {
    tls = await openTlsStage({ stations: { CP1: { profile: 0 } }, openNetworks: ["10.0.0.0/8", "fd00::/8"] });
    expect(await come("nothing")).toBe(401);
    expect(await cause()).toBe(
      "its own security profile is 0, and 127.0.0.1 is in none of ocpp.openNetworks",
    );
  });
});

describe("profile 3: a certificate that counts for nothing [A00.FR.405, A00.FR.407]", () => {
  const shows = (papers: Parameters<TlsStage["knock"]>[1]) => tls.knock("CP1", { password: null, ...papers });
  const openThree = async (more: { serialNumber?: string } = {}): Promise<void> => {
    tls = await openTlsStage({ stations: { CP1: { profile: 3, password: null, ...more } } });
  };

  it("of an authority that nobody named", async () => {
    await openThree();
    const stranger = await newRoot("another root");
    expect(await shows({ papers: await papersOf(stranger, { commonName: "CP1" }) })).toBe(401);
    expect(await cause()).toMatch(/does not count: (SELF_SIGNED|UNABLE_TO)/);
  });
  it("that has ended", async () => {
    await openThree();
    expect(await shows({ papers: await papersOf(tls.trust.root, { commonName: "CP1", days: -0.01 }) })).toBe(
      401,
    );
    expect(await cause()).toBe("its client certificate does not count: CERT_HAS_EXPIRED");
  });
  it("of another station", async () => {
    await openThree();
    expect(await shows({ papers: await papersOf(tls.trust.root, { commonName: "CP2" }) })).toBe(401);
    expect(await cause()).toMatch(/of "CP2" is revoked or not this station's/);
  });
  it("of a server", async () => {
    await openThree();
    expect(
      await shows({ papers: await papersOf(tls.trust.root, { commonName: "CP1", use: "server" }) }),
    ).toBe(401);
    expect(await cause()).toMatch(/does not count: (INVALID_PURPOSE|UNSUPPORTED)/i);
  });
  it("none at all", async () => {
    await openThree();
    expect(await shows({})).toBe(401);
    expect(await cause()).toBe("no client certificate was shown");
  });
  it("that was revoked, until another takes its place", async () => {
    await openThree();
    const papers = await papersOf(tls.trust.root, { commonName: "CP1" });
    expect(await shows({ papers })).toBe(101);
    tls.revoked.add(papers.fingerprint256);
    expect(await shows({ papers })).toBe(401);
    expect(await shows({ papers: await papersOf(tls.trust.root, { commonName: "CP1" }) })).toBe(101);
  });
  it("of an identity that no site file names", async () => {
    await openThree();
    expect(await come("certificate", "CP9")).toBe(401);
  });
  it("the serial number that the site file states is its name, and its identity no longer", async () => {
    await openThree({ serialNumber: "SN-77" });
    expect(await shows({ papers: await papersOf(tls.trust.root, { commonName: "SN-77" }) })).toBe(101);
    expect(await shows({ papers: await papersOf(tls.trust.root, { commonName: "CP1" }) })).toBe(401);
  });
  it("an RSA key serves as well as an EC one", async () => {
    await openThree();
    expect(await shows({ papers: await papersOf(tls.trust.root, { commonName: "CP1", kind: "RSA" }) })).toBe(
      101,
    );
  });
});

describe("a profile only ever rises", () => {
  it("told to rise, both are open until the first connection with the higher, then that alone", async () => {
    tls = await openTlsStage({ stations: { CP1: { profile: 1 } } });
    expect(await come("wss")).toBe(401);
    await tls.registry.awaitProfile("CP1", 2);
    expect([await come("ws"), await come("wss"), await come("ws")]).toEqual([101, 101, 401]);
    expect(await tls.registry.profileOf("CP1")).toEqual({ stated: 1, reached: 2, rising: null });
  });

  it("what was reached outlives a restart and a site file that states less", async () => {
    tls = await openTlsStage({ stations: { CP1: {} } });
    expect(await come("wss")).toBe(101);
    const { documents } = tls;
    await tls.close();
    tls = await openTlsStage({ stations: { CP1: { profile: 1 } }, documents });
    expect([await come("ws"), await come("wss")]).toEqual([401, 101]);
  });

  it("a wish that was taken back lets nothing in", async () => {
    tls = await openTlsStage({ stations: { CP1: { profile: 1 } } });
    await tls.registry.awaitProfile("CP1", 2);
    await tls.registry.awaitProfile("CP1", null);
    expect(await come("wss")).toBe(401);
  });

  it("one of which nothing is stated rises by itself, and a wrong password raises nothing", async () => {
    tls = await openTlsStage({ stations: { CP1: {} } });
    expect(await tls.knock("CP1", { password: "a wrong password" })).toBe(401);
    expect(await come("ws")).toBe(101);
    expect(await come("wss")).toBe(101);
    expect(await come("ws")).toBe(401);
    expect(await come("certificate")).toBe(101);
    expect(await come("wss")).toBe(401);
  });

  it("for every statement and every course of connections", async () => {
    const wish = constantFrom<SecurityProfile | null>(null, 0, 1, 2, 3);
    const course = array(constantFrom<SecurityProfile>(0, 1, 2, 3), { maxLength: 8 });
    await assert(
      asyncProperty(wish, wish, course, async (stated, rising, comings) => {
        let state: ProfileState = { stated, reached: null, rising };
        for (const came of comings) {
          const own = ownProfile(state);
          const allowed = allowedProfiles(state);
          expect(allowed.every((profile) => own === null || profile >= own)).toBe(true);
          if (stated !== 0) expect(allowed).not.toContain(0);
          if (stated !== null && stated > 0) expect(allowed.length).toBeLessThanOrEqual(2);
          if (!allowed.includes(came)) continue;
          state = afterConnecting(state, came);
          expect(ownProfile(state)).toBe(came);
        }
      }),
    );
  });
});

it("unknown identity, wrong password, other profile and other certificate get one answer", async () => {
  tls = await openTlsStage({ stations: { CP1: { profile: 2 }, CP2: { profile: 3, password: null } } });
  const answers = [
    await upgradeStatus(tls.stage.port, "/ocpp/CP1", { authorization: basic("CP1") }),
    await upgradeStatus(tls.stage.port, "/ocpp/CP1", { authorization: basic("CP1", "wrong") }),
    await upgradeStatus(tls.stage.port, "/ocpp/CP2", { authorization: basic("CP2") }),
    await upgradeStatus(tls.stage.port, "/ocpp/CP9", { authorization: basic("CP9") }),
    await upgradeStatus(tls.stage.port, "/ocpp/CP9"),
  ].map(({ status, headers }) => ({ status, ...headers, date: null }));
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  expect(answers[0]?.status).toBe(401);
});
