import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCustomerReports } from "../../src/control/customer-reports.js";
import { openIdTokenBook } from "../../src/control/id-token-book.js";
import { createSettingsProfiles } from "../../src/control/settings-profiles.js";
import { openHandProfiles } from "../../src/control/hand-profiles/hand-profiles.js";
import { openWebhooks } from "../../src/control/webhooks/webhook-book.js";
import { openStationTasks } from "../../src/control/tasks/station-tasks.js";
import { createStationFiles } from "../../src/control/station-files.js";
import { createGuesses } from "../../src/domain/guesses.js";
import { YouxuError } from "../../src/domain/errors.js";
import { createMessageLog } from "../../src/ocpp/server/message-log.js";
import { VirtualClock } from "../../src/ports/clock.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { createMemoryTelemetry } from "../../src/ports/telemetry-memory.js";
import { fixedIdTokens } from "../../src/ports/id-tokens.js";
import { createQuirkBook } from "../../src/ports/quirk-book.js";
import { createMetrics } from "../../src/server/metrics/registry.js";
import type { ServerOptions } from "../../src/server/server.js";
import { openFileExchange } from "../../src/store/files/exchange.js";
import { communityOf, stationOf } from "../fixtures/sites.js";
import { NOW_MS } from "./community.js";

type Optional = {
  [K in keyof ServerOptions]-?: Partial<Pick<ServerOptions, K>> extends Pick<ServerOptions, K> ? K : never;
}[keyof ServerOptions];

/**
 * All that a server can be without: a part that comes to it later must be given here, so that its routes
 * are walked. The VTN has routes and tests of its own; what is shared is shared at a control loop.
 */
type EveryPart = Required<Pick<ServerOptions, Exclude<Optional, "vtnPlugin" | "sharing">>>;

/** Ids that routes find something by. */
interface KnownIds {
  readonly stationId: string;
  readonly fileId: string;
  readonly requestId: string;
  readonly taskId: string;
  readonly webhookId: string;
}

export interface EveryPartStage {
  readonly parts: EveryPart;
  readonly ids: KnownIds;
  readonly close: () => Promise<void>;
}

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

const fileExchangeIn = async (folder: string) =>
  openFileExchange({
    settings: {
      publicUrl: "http://public",
      folder,
      mostFileBytes: 100_000,
      mostBytes: 1_000_000,
      keepMs: 86_400_000,
      linkMs: 86_400_000,
    },
    documents: createMemoryDocuments(),
    clock: new VirtualClock(NOW_MS),
    log,
  });

/** Routes about a station's security, of one station. */
const securityOf = (stationId: string): Pick<EveryPart, "stationAdmin" | "stationSecurity"> => {
  const mustKnow = (id: string): void => {
    if (id !== stationId) throw new YouxuError("not-found.station", `no station ${id}`, "params.id");
  };
  return {
    stationAdmin: {
      add: async () => ({ url: "ws://host/ocpp/NEW", password: "p" }),
      remove: async (id) => mustKnow(id),
    },
    stationSecurity: {
      rotate: async () => ({ status: "accepted" }),
      raise: async () => ({ status: "accepted" }),
      stateOf: async () => ({ stated: 1, reached: null, rising: null }),
      mustKnow,
    },
  };
};

/** A task that is over is there; others go to the same station. */
const tasksAt = async (stationId: string) => {
  const tasks = await openStationTasks({
    documents: createMemoryDocuments(),
    clock: new VirtualClock(NOW_MS),
    log,
    stations: async () => [{ stationId, siteId: "jinan", vendor: null, model: null, version: "1.6" }],
    readCommand: () => null,
    command: async () => ({ status: "accepted", settings: [] }),
    isConnected: () => true,
    newId: (() => {
      let count = 0;
      return () => `task-${++count}`;
    })(),
    ended: () => undefined,
  });
  const selection = { stationIds: null, siteId: null, vendor: null, model: null, version: null };
  const command = { kind: "clear-cache" } as const;
  const { id } = await tasks.start({
    askedBy: "me",
    scope: "operate",
    command,
    selection,
    atOnce: 1,
    waitMs: 0,
  });
  return { stationTasks: tasks, taskId: id };
};

/** One that is in force at the station, and one that is not. */
const handProfilesAt = async (stationId: string) => {
  const handProfiles = await openHandProfiles({
    documents: createMemoryDocuments(),
    clock: new VirtualClock(NOW_MS),
    log,
    link: { send: async () => ({ status: "accepted" }) },
    sites: [communityOf([stationOf(stationId)])],
    stations: async () => [{ stationId, siteId: "community", vendor: null, model: null, version: "1.6" }],
    unitOf: () => "A",
    report: () => undefined,
  });
  const profile = {
    kind: "daily",
    startMs: null,
    endMs: null,
    periods: [{ startS: 0, limitKw: 5 }],
  } as const;
  await handProfiles.put("evening", { ...profile, periods: [...profile.periods] });
  await handProfiles.put("spare", { ...profile, periods: [...profile.periods] });
  const selection = { stationIds: null, siteId: null, vendor: null, model: null, version: null };
  await handProfiles.assign({ name: "evening", selection, evseId: 1, assignedBy: "me" });
  return handProfiles;
};

/** One that waits for whatever comes. */
const webhooksWithOne = async () => {
  let count = 0;
  const webhooks = await openWebhooks({
    documents: createMemoryDocuments(),
    clock: new VirtualClock(NOW_MS),
    log,
    sender: { faultOf: () => null, post: async () => ({ kind: "answered", status: 500, retryAfter: null }) },
    sign: () => "v1,signature",
    secretOf: () => "whsec_secret",
    newId: () => `hook-${++count}`,
    random: () => 0.5,
    siteIds: ["jinan"],
  });
  const { webhook } = await webhooks.add({ url: "https://host/", kinds: null, siteIds: null }, "me");
  await webhooks.ping(webhook.id);
  return { webhooks, webhookId: webhook.id };
};

/** Every part over plain memory, with something to find in each that is asked by an id. */
export const everyPart = async (stationId: string): Promise<EveryPartStage> => {
  const clock = new VirtualClock(NOW_MS);
  const documents = createMemoryDocuments();
  const folder = await mkdtemp(join(tmpdir(), "every-part-"));
  const fileExchange = await fileExchangeIn(folder);
  const link = await fileExchange.openUpload(null, "fw.bin");
  const content = (async function* () {
    yield Buffer.from("image");
  })();
  const { id: fileId } = await fileExchange.receive(link.url.split("/").at(-2) ?? "", content);
  const stationFiles = createStationFiles({ documents, clock, log });
  const idTokens = await openIdTokenBook({ documents, configured: fixedIdTokens(null), log });
  const customerReports = createCustomerReports(clock);
  const command = {
    kind: "customer-information",
    report: true,
    clear: false,
    idToken: "A",
    customerIdentifier: null,
  } as const;
  const outcome = { status: "accepted", requestId: 5 } as const;
  const { webhooks, webhookId } = await webhooksWithOne();
  const { stationTasks, taskId } = await tasksAt(stationId);
  customerReports.tell({ kind: "commanded", stationId, atMs: NOW_MS, command, outcome });
  return {
    ids: { stationId, fileId, requestId: "5", taskId, webhookId },
    parts: {
      ...securityOf(stationId),
      messages: createMessageLog(10_000),
      stationFiles,
      fileExchange,
      quirks: createQuirkBook({ documents }),
      devices: { states: () => [] },
      customerReports,
      telemetry: createMemoryTelemetry(),
      idTokens,
      localLists: {
        sync: async () => ({ change: "none", sent: 0, version: 1, outcome: { status: "accepted" } }),
      },
      settingsProfiles: createSettingsProfiles({
        files: stationFiles,
        link: { send: async () => ({ status: "accepted" }) },
        isConnected: () => true,
        whyNotSent: () => null,
      }),
      stationTasks,
      webhooks,
      handProfiles: await handProfilesAt(stationId),
      dischargeProbes: {
        probe: async () => [
          {
            way: "negative-limit-W",
            works: true,
            why: null,
            askedKw: 1.3,
            metered: [{ atMs: 1, powerKw: -1.3 }],
          },
        ],
      },
      guesses: createGuesses(),
      checks: [],
      metrics: createMetrics(() => []),
    },
    close: async () => {
      fileExchange.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
