import { describe, expect, it } from "vitest";
import type { CommandOutcome } from "../../src/domain/command.js";
import { withAside } from "../../src/dispatch/told-aside.js";

const not = (status: Exclude<CommandOutcome["status"], "accepted">): CommandOutcome => ({
  status,
  detail: "no",
});

describe("a schedule whose profile was taken, and the word beside it was not", () => {
  it.each<[CommandOutcome["status"], number, CommandOutcome["status"]]>([
    ["accepted", 7, "accepted"],
    ["accepted", -2, "accepted"],
    // Its profile allows nothing: as it was before.
    ["rejected", -2, "rejected"],
    ["unsupported", -2, "unsupported"],
    // The station may follow the new profile: that it was refused would leave the higher power uncounted.
    ["rejected", 7, "error"],
    ["unsupported", 7, "error"],
    ["offline", 7, "error"],
    ["offline", -2, "error"],
    ["timeout", -2, "error"],
  ])("%s at %d kW counts as %s", (status, powerKw, counts) => {
    const said: CommandOutcome = status === "accepted" ? { status } : not(status);
    expect(withAside(said, powerKw).status).toBe(counts);
  });
});
