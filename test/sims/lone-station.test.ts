/** One virtual station at somebody's server: it boots, its car comes, charges, is metered, and leaves in order. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLoneStation, type LoneState, type LoneStation } from "../../sims/run/lone-station.js";
import { runLockStep } from "../../sims/run/lockstep.js";
import { unconnectedText } from "../../src/cli/station/simulate.js";
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

describe.each([
  ["1.6", "StartTransaction", "MeterValues", "StopTransaction"],
  ["2.0.1", "TransactionEvent", "TransactionEvent", "TransactionEvent"],
  ["2.1", "TransactionEvent", "TransactionEvent", "TransactionEvent"],
] as const)("a virtual station of %s", (version, begin, meter, end) => {
  it("charges the car that comes, and ends its transaction when it is stopped", async () => {
    lone = createLoneStation({
      clock,
      endpoint: `${tiny.endpoint}/`,
      connectedAtServer: () => tiny.connected(),
      station: { stationId: "virtual-1", version, evse: EVSE },
      password: "a-long-enough-password",
      idToken: "CARD",
      energyNeedKwh: 10,
      arriveAfterMs: 5_000,
    });
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
