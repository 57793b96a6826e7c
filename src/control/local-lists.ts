import type { CommandOutcome } from "../domain/command.js";
import type { FleetEvent, OcppVersion } from "../domain/fleet.js";
import type { StationFile } from "../domain/station-file/file.js";
import { MINUTE_MS, SECOND_MS } from "../domain/units.js";
import { entriesFor, type ListBase, listChanges } from "../management/local-list.js";
import type { Cancel, Clock } from "../ports/clock.js";
import type { ManagedIdTokens } from "../ports/id-tokens.js";
import type { ListSync, LocalLists } from "../ports/local-lists.js";
import type { StationFiles } from "../ports/station-files.js";
import type { StationLink } from "../ports/station-link.js";
import type { Log } from "./contract.js";
import { createLine } from "./line.js";

/** Changes within this time go to the stations together. */
const GATHER_MS = 10 * SECOND_MS;
/** A station that came back is looked at after this, plus as much at random. */
const AFTER_RETURN_MS = MINUTE_MS;
const MOST_AT_ONCE = 4;
/** Entries of a message where the station does not tell how many it takes. */
const USUAL_PER_MESSAGE = 100;

export interface LocalListParts {
  readonly clock: Clock;
  readonly tokens: ManagedIdTokens;
  readonly files: StationFiles;
  readonly link: StationLink;
  readonly siteOf: (stationId: string) => string | null;
  readonly log: Log;
  /** Draws in [0, 1). */
  readonly random: () => number;
}

export interface KeptLocalLists extends LocalLists {
  heard(event: FleetEvent): void;
  stop(): void;
}

/** Lists of stations by the known id tokens: by differences where the station's list is known, whole otherwise. */
export const createLocalLists = (parts: LocalListParts): KeptLocalLists => {
  const { clock, tokens, files, link, log } = parts;
  const versions = new Map<string, OcppVersion>();
  const timers = new Map<string, Cancel>();
  let gathering: Cancel | null = null;

  const wantedAt = (stationId: string) =>
    entriesFor(
      tokens.list().map(({ token }) => token),
      {
        siteId: parts.siteOf(stationId),
        version: versions.get(stationId) ?? "1.6",
        nowMs: clock.now(),
      },
    );

  const send = async (stationId: string, base: ListBase): Promise<ListSync> => {
    const messages = listChanges(base, wantedAt(stationId));
    let outcome: CommandOutcome = { status: "accepted" };
    let sent = 0;
    for (const message of messages) {
      outcome = await link.send(stationId, message);
      if (outcome.status !== "accepted") break;
      sent += message.entries.length;
    }
    const change = messages.length === 0 ? "none" : base.held === null ? "whole" : "differential";
    const version = messages.at(-1)?.version ?? base.version;
    return { change, sent, version: outcome.status === "accepted" ? version : null, outcome };
  };

  const sync = async (stationId: string): Promise<ListSync> => {
    const told = await link.send(stationId, { kind: "local-list-version" });
    if (told.status !== "accepted" || told.version === -1) return refused(told);
    const version = told.version ?? 0;
    const file = await files.of(stationId);
    const { isKept, version: known, entries } = file.localList;
    const mostPerMessage = perMessageOf(file);
    const held = isKept && known === version ? entries : null;
    const first = await send(stationId, { held, version, mostPerMessage });
    if (first.change !== "differential" || first.outcome.status !== "rejected") return first;
    // A station that takes no differences, or none on what it has, takes the whole.
    return send(stationId, { held: null, version: version + first.sent + 1, mostPerMessage });
  };

  const line = createLine(MOST_AT_ONCE, async (stationId) => {
    try {
      if (!(await files.of(stationId)).localList.isKept) return;
      const { change, sent, outcome } = await sync(stationId);
      if (change !== "none")
        log.info({ stationId, change, sent, status: outcome.status }, "a local list was sent");
    } catch (err) {
      log.error({ stationId, err }, "a local list could not be brought in step");
    }
  });

  tokens.onChange(() => {
    gathering ??= clock.after(GATHER_MS, () => {
      gathering = null;
      for (const stationId of versions.keys()) line.add(stationId);
    });
  });

  const forget = (stationId: string): void => {
    timers.get(stationId)?.();
    timers.delete(stationId);
    line.remove(stationId);
  };

  return {
    sync,
    heard: (event) => {
      const { stationId } = event;
      if (event.kind === "connected") versions.set(stationId, event.version);
      if (event.kind === "disconnected") {
        versions.delete(stationId);
        forget(stationId);
      }
      if (event.kind !== "capabilities") return;
      forget(stationId);
      const cancel = clock.after(AFTER_RETURN_MS * (1 + parts.random()), () => {
        timers.delete(stationId);
        line.add(stationId);
      });
      timers.set(stationId, cancel);
    },
    stop: () => {
      gathering?.();
      for (const stationId of timers.keys()) forget(stationId);
      line.clear();
    },
  };
};

const refused = (outcome: CommandOutcome): ListSync => ({
  change: "none",
  sent: 0,
  version: null,
  outcome:
    outcome.status === "accepted"
      ? { status: "unsupported", detail: "the station has no local list, or has it switched off" }
      : outcome,
});

/** As the station tells it: 1.6 and 2.x. */
const PER_MESSAGE = ["SendLocalListMaxLength", "LocalAuthListCtrlr.ItemsPerMessage"];

const perMessageOf = ({ settings: { settings } }: StationFile): number => {
  const told = Number(settings.find(({ name }) => PER_MESSAGE.includes(name))?.value ?? Number.NaN);
  return Number.isSafeInteger(told) && told > 0 ? Math.min(told, 1_000) : USUAL_PER_MESSAGE;
};
