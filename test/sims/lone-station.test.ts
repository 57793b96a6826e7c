/** One virtual station at somebody's server: it boots, its car comes, charges, is metered, and leaves in order. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLoneStation, type LoneState, type LoneStation } from "../../sims/run/lone-station.js";
import { runLockStep } from "../../sims/run/lockstep.js";
import { departureOption, unconnectedText, untoldText } from "../../src/cli/station/simulate.js";
import { YouxuError } from "../../src/domain/errors.js";
import type { OcppVersion } from "../../src/domain/fleet.js";
import { VirtualClock } from "../../src/ports/clock.js";
import { EVSE, NOON } from "../fixtures/visits.js";
import { startTinyServer, type TinyServer } from "./tiny-server.js";

const MINUTE = 60_000;

let tiny: TinyServer;
let clock: VirtualClock;
let lone: LoneStation;
beforeEach(async () => {
  clock = new VirtualClock(NOON);
  tiny = await startTinyServer();
});
afterEach(() => tiny.close());

const run = (untilMs: number): Promise<void> =>
  runLockStep({
    clock,
    untilMs,
    idle: () => lone.idle(),
    busy: () => lone.busy(),
    patienceMs: 10_000,
  });

/** A pile at the tiny server whose car wants 10 kWh and comes after five seconds. */
const atTiny = (told: {
  readonly version: OcppVersion;
  readonly endpoint: string;
  readonly departMs: number | null;
  readonly keepPassword?: (password: string) => boolean;
}): LoneStation =>
  createLoneStation({
    clock,
    endpoint: told.endpoint,
    connectedAtServer: () => tiny.connected(),
    station: { stationId: "virtual-1", version: told.version, evse: EVSE },
    password: "a-long-enough-password",
    idToken: "CARD",
    energyNeedKwh: 10,
    arriveAfterMs: 5_000,
    departMs: told.departMs,
    ...(told.keepPassword === undefined ? {} : { keepPassword: told.keepPassword }),
  });

describe.each([
  ["1.6", "StartTransaction", "MeterValues", "StopTransaction"],
  ["2.0.1", "TransactionEvent", "TransactionEvent", "TransactionEvent"],
  ["2.1", "TransactionEvent", "TransactionEvent", "TransactionEvent"],
] as const)("a virtual station of %s", (version, begin, meter, end) => {
  it("charges the car that comes, and ends its transaction when it is stopped", async () => {
    lone = atTiny({ version, endpoint: `${tiny.endpoint}/`, departMs: null });
    const seen: LoneState[] = [];
    lone.onChange((state) => void seen.push(state));
    const actions = (): string[] => tiny.received.map(({ action }) => action);
    lone.start();
    await run(NOON + 2_000);
    expect(actions()).toContain("BootNotification");
    expect(actions()).not.toContain(begin);
    expect(seen.at(-1)).toMatchObject({ connected: true, hasCar: false, transactionId: null });

    await run(NOON + 3.5 * MINUTE);
    expect(actions()).toContain(begin);
    const metered = actions().filter((action) => action === meter).length;
    expect(seen.at(-1)).toMatchObject({ hasCar: true, transactionId: expect.any(String) as string });
    await run(NOON + 6.5 * MINUTE);
    expect(actions().filter((action) => action === meter).length - metered).toBeGreaterThanOrEqual(3);
    expect(lone.state().chargedKwh).toBeGreaterThan(0.5);

    const before = actions().length;
    const stopping = lone.stop();
    await run(NOON + 7 * MINUTE);
    await stopping;
    expect(actions().slice(before)).toContain(end);
    expect(tiny.connected().size).toBe(0);
    expect(tiny.invalid).toEqual([]);
  });
});

describe("a virtual station that cannot connect", () => {
  const open = (endpoint: string, password: string): void => {
    lone = createLoneStation({
      clock,
      endpoint,
      station: { stationId: "virtual-1", version: "2.0.1", evse: EVSE },
      password,
      idToken: "CARD",
      energyNeedKwh: 10,
      arriveAfterMs: 3_600_000,
      departMs: null,
    });
    lone.start();
  };
  const seen = async (): Promise<string> => {
    await run(clock.now() + 2_000);
    const { connected, unconnected } = lone.state();
    expect(connected).toBe(unconnected === null);
    return unconnectedText(unconnected);
  };

  it("says whether its password is wrong or no server listens, and no more once it is connected", async () => {
    open(tiny.endpoint, "another-password");
    expect(await seen()).toMatch(/refused it, 401: wrong password/);
    tiny.password = "another-password";
    await run(clock.now() + MINUTE);
    expect(lone.state()).toMatchObject({ connected: true, unconnected: null });
    await lone.stop();
    await tiny.close();
    open(tiny.endpoint, "another-password");
    expect(await seen()).toBe("not connected: no server listens there");
    tiny = await startTinyServer();
  });

  it.each([
    [{ key: "refused", status: 418 }, "not connected: the server refused it, 418"],
    [{ key: "unreachable", detail: "ETIMEDOUT" }, "not connected: no server was reached (ETIMEDOUT)"],
    [{ key: "not-booted" }, "not connected: the server did not accept its boot"],
    [null, "not connected yet"],
  ] as const)("says of %j: %s", (why, text) => {
    expect(unconnectedText(why)).toBe(text);
  });
});

describe.each(["2.0.1", "2.1"] as const)("the car of a virtual station of %s", (version) => {
  it.each([
    ["tells energy alone, and stays", null, undefined, true],
    [
      "tells when it leaves, and leaves then",
      NOON + 3 * MINUTE,
      new Date(NOON + 3 * MINUTE).toISOString(),
      false,
    ],
  ])("%s", async (_, departMs, departureTime, stays) => {
    lone = atTiny({ version, endpoint: tiny.endpoint, departMs });
    lone.start();
    await run(NOON + 5 * MINUTE);
    const told = tiny.received.find(({ action }) => action === "NotifyEVChargingNeeds")?.payload;
    expect(told).toMatchObject({ chargingNeeds: { acChargingParameters: { energyAmount: 10_000 } } });
    const { chargingNeeds } = told as { chargingNeeds: { departureTime?: string } };
    expect(chargingNeeds.departureTime).toBe(departureTime);
    expect(lone.state().hasCar).toBe(stays);
    const stopping = lone.stop();
    await run(NOON + 6 * MINUTE);
    await stopping;
    expect(tiny.invalid).toEqual([]);
  });
});

const KEY = "00112233445566778899aabbccddeeff";
const PASSWORD_VARIABLE = {
  component: { name: "SecurityCtrlr" },
  variable: { name: "BasicAuthPassword" },
  attributeValue: KEY,
};

describe.each([
  ["1.6", "ChangeConfiguration", { key: "AuthorizationKey", value: KEY }],
  ["2.0.1", "SetVariables", { setVariableData: [PASSWORD_VARIABLE] }],
  ["2.1", "SetVariables", { setVariableData: [PASSWORD_VARIABLE] }],
] as const)("a new password of a virtual station of %s", (version, action, payload) => {
  it.each([
    [true, "Accepted"],
    [false, "Rejected"],
  ])("is taken where it can be kept: %s", async (canKeep, status) => {
    const kept: string[] = [];
    const keepPassword = (password: string): boolean => {
      kept.push(password);
      return canKeep;
    };
    lone = atTiny({ version, endpoint: `${tiny.endpoint}/`, departMs: null, keepPassword });
    lone.start();
    await run(NOON + 2_000);
    const answer = await tiny.call("virtual-1", action, payload);
    expect(JSON.stringify(answer)).toContain(`"${status}"`);
    expect(kept).toEqual([KEY]);
    const stopping = lone.stop();
    await run(NOON + MINUTE);
    await stopping;
  });
});

describe("what is asked of the car of a virtual station", () => {
  it.each([
    ["8", NOON + 8 * 60 * MINUTE],
    ["0.5h", NOON + 30 * MINUTE],
    [new Date(NOON + 1).toISOString(), NOON + 1],
    [undefined, null],
  ])("leaves at a time or after hours: %s", (text, expected) => {
    expect(departureOption(text, NOON)).toBe(expected);
  });
  it.each(["0", "169", "soon", new Date(NOON).toISOString()])("does not leave at %s", (text) => {
    expect(() => departureOption(text, NOON)).toThrow(YouxuError);
  });
  it("is said where 1.6 has no message for it, and the way that there is", () => {
    expect(untoldText({ ocpp: "1.6" })).toBeNull();
    expect(untoldText({ ocpp: "2.0.1", kwh: 20 })).toBeNull();
    expect(untoldText({ ocpp: "1.6", kwh: 20 })).toContain("session wish <session> --energy-kwh 20");
    expect(untoldText({ ocpp: "1.6", departure: "8" })).toContain("session wish <session> --departure");
  });
});
