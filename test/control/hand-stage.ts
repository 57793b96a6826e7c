import { openHandProfiles } from "../../src/control/hand-profiles/hand-profiles.js";
import type { CommandOutcome, StationCommand } from "../../src/domain/command.js";
import type { FleetEvent } from "../../src/domain/fleet.js";
import type { HandProfile } from "../../src/domain/hand-profile.js";
import { VirtualClock } from "../../src/ports/clock.js";
import type { Documents } from "../../src/ports/documents.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { siteOf } from "./v2g-play.js";

const ALL = { stationIds: null, siteId: null, vendor: null, model: null, version: null };

export const DAILY: HandProfile = {
  kind: "daily",
  startMs: null,
  endMs: null,
  periods: [{ startS: 0, limitKw: 2 }],
};
/** At the one station of the stage. */
export const HERE = { selection: ALL, evseId: 0 };
export const BY_ME = { ...HERE, assignedBy: "me" };

export const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** What waits until it is let, or told that it failed. */
export const gateOf = () => {
  const gate = { open: (): void => undefined, fail: (_why: Error): void => undefined };
  const passed = new Promise<void>((resolve, reject) => Object.assign(gate, { open: resolve, fail: reject }));
  return { gate, passed };
};

/** A life of the book of one station, `p1`, that answers as it is let. */
export const handStage = async (documents: Documents = createMemoryDocuments(), nowMs = 0) => {
  const clock = new VirtualClock(nowMs);
  const told: StationCommand[] = [];
  const reported: FleetEvent[] = [];
  const stage = {
    answer: async (): Promise<CommandOutcome> => ({ status: "accepted" }),
    /** Until it resolves nobody knows which stations there are. */
    lookedUp: Promise.resolve(),
  };
  const book = await openHandProfiles({
    documents,
    clock,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    sites: [{ ...siteOf("graced"), timeZone: "Europe/Berlin" }],
    link: {
      send: async (_, command) => {
        told.push(command);
        return stage.answer();
      },
    },
    stations: async () => {
      await stage.lookedUp;
      return [{ stationId: "p1", siteId: "home", vendor: null, model: null, version: "2.0.1" }];
    },
    unitOf: () => "W",
    report: (event) => void reported.push(event),
  });
  return Object.assign(stage, {
    documents,
    book,
    told,
    reported,
    until: async (toMs: number) => {
      while (clock.step(toMs)) await turns();
    },
  });
};
