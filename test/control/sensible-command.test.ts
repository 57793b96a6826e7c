/** What makes no sense at a station is refused with its reason, before the station is asked. */
import { describe, expect, it } from "vitest";
import type { StationCommand } from "../../src/domain/command.js";
import { plainToken } from "../../src/domain/id-token.js";
import { fixedIdTokens } from "../../src/ports/id-tokens.js";
import { communityOf, EVENING_MS } from "../fixtures/sites.js";
import { SHARED_PILES } from "../fixtures/shared-piles.js";
import { connect, flatPolicy, harnessOf } from "./harness.js";

const TOKENS = fixedIdTokens([
  plainToken("good"),
  { ...plainToken("blocked"), standing: "Blocked" },
  { ...plainToken("expired"), expiresMs: EVENING_MS - 1 },
]);
const start = (idToken: string, evseId = 1): StationCommand => ({ kind: "remote-start", evseId, idToken });

/** The codes with which a command is refused, and what the station was asked. */
const outcomeOf = async (command: StationCommand, idTokens = TOKENS) => {
  const h = await harnessOf(communityOf(SHARED_PILES), flatPolicy(3.3), { idTokens });
  const asked: StationCommand["kind"][] = [];
  h.answer = (_stationId, { kind }) => {
    asked.push(kind);
    return kind === "cancel-reservation"
      ? { status: "rejected", detail: "Rejected" }
      : { status: "accepted" };
  };
  connect(h, "lent");
  asked.length = 0;
  const told = await h.control.command("lent", command).catch((error: unknown) => error);
  return { told, asked: asked.filter((kind) => kind === command.kind) };
};

describe("a command", () => {
  it.each([
    [start("good"), null],
    [start("GOOD"), null],
    [start("blocked"), "id-token.refused"],
    [start("expired"), "id-token.refused"],
    [start("stranger"), "id-token.refused"],
    [start("good", 9), "not-found.evse"],
    [{ kind: "unlock", evseId: 9, connectorId: 1 }, "not-found.evse"],
    [{ kind: "unlock", evseId: 1, connectorId: 1 }, null],
    [{ kind: "change-availability", evseId: 9, operative: false }, "not-found.evse"],
    [{ kind: "change-availability", evseId: null, operative: false }, null],
  ] satisfies [StationCommand, string | null][])("%j is refused as %s", async (command, code) => {
    const { told, asked } = await outcomeOf(command);
    expect(told).toMatchObject(code === null ? { status: "accepted" } : { code });
    expect(asked).toHaveLength(code === null ? 1 : 0);
  });

  it("starts for any token where all may charge", async () => {
    expect((await outcomeOf(start("stranger"), fixedIdTokens(null))).told).toEqual({ status: "accepted" });
  });

  it("says of a cancelled reservation that nobody held it", async () => {
    const { told } = await outcomeOf({ kind: "cancel-reservation", reservationId: 777 });
    expect(told).toEqual({ status: "rejected", detail: "Rejected: nothing is held under 777" });
  });
});
