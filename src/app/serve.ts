import type { Logger } from "pino";
import { type Role, ROLES } from "../accounts/scopes.js";
import type { Config } from "../config/index.js";
import { type Cancel, WallClock } from "../ports/clock.js";
import { everyStep } from "./every-step.js";
import { clientsOf, type Installation, openInstallation } from "./installation.js";
import { type Flags } from "./read-config.js";
import { createLog } from "./logging.js";
import { openPriceFiles, type WatchedPriceFiles } from "./price-files.js";
import { plugAndChargeOf } from "./plug-and-charge.js";
import { policyByName } from "./policies.js";
import { OPTIMIZER } from "./policy-names.js";
import { localSecurity } from "./local-security.js";
import { clockCheck, diskCheck, storeCheck } from "./readiness.js";
import { type RunningServer, startServer } from "./server.js";
import { keepSmall } from "./upkeep.js";
import { lockStore, type StoreLock } from "../store/lock.js";

export interface Serving {
  readonly server: RunningServer;
  readonly config: Config;
  readonly log: Logger;
  /** Stations of the sites that have no password yet, so that they cannot connect. */
  readonly withoutPassword: readonly string[];
  /** Roles that an operator will want, and whose scopes no token or client has yet. */
  readonly withoutToken: readonly Role[];
  close(): Promise<void>;
}

/** Whose scopes nobody has: a token with more serves as well. */
const withoutToken = async ({ config, accounts }: Installation): Promise<readonly Role[]> => {
  const stated: readonly { readonly scopes: readonly string[] }[] = config.api.tokens;
  const holders = [...stated, ...(await accounts.listTokens()), ...(await accounts.listClients())];
  return (["operator", "grid-operator"] as const).filter(
    (role) => !holders.some(({ scopes }) => ROLES[role].every((scope) => scopes.includes(scope))),
  );
};

/** The product on the wall clock: stations, operators and grid operators of a configuration. */
export const serve = async (
  configPath: string,
  flags: Flags,
  logLevel: "info" | "warn" | "silent",
): Promise<Serving> => {
  const installation = await openInstallation(configPath, flags);
  const { config, store, secret, registry } = installation;
  const log = createLog(logLevel);
  let prices: WatchedPriceFiles | null = null;
  let lock: StoreLock | null = null;
  let stopUpkeep: Cancel | null = null;
  try {
    const clock = new WallClock();
    lock = lockStore(config.store.path);
    prices = openPriceFiles(config.prices, log);
    const server = await startServer({
      clock,
      sites: config.sites,
      devices: config.devices,
      tariffs: config.tariffs,
      prices,
      store,
      policy: await policyByName(OPTIMIZER, config.planning.timeLimitMs, config.planning.solver),
      settings: {
        gatherMs: config.planning.gatherMs,
        horizonSlots: config.planning.horizonSlots,
        followWithinMs: config.planning.followWithinMs,
        answerWithinMs: config.planning.answerWithinMs,
        steer: true,
      },
      ocpp: config.ocpp,
      quirks: config.quirks,
      idTokens: config.idTokens,
      files: config.files,
      secret,
      stationPasswords: config.stationPasswords,
      tokens: config.api.tokens,
      clients: clientsOf(config),
      listen: { host: config.server.host, port: config.server.port },
      ...localSecurity(config, store.documents),
      ...plugAndChargeOf(config.plugAndCharge, () => clock.now()),
      openPage: null,
      vitals: store,
      checks: [storeCheck(store, lock), diskCheck(config.store.path, config.store.leastFreeMb), clockCheck()],
      metricsPort: config.metrics.loopbackPort,
      webhooks: config.webhooks,
      transferHooks: config.transferHooks,
      asksSettings: true,
      log,
    });
    stopUpkeep = keepSmall({ telemetry: store.telemetry, clock, rawDays: config.store.rawDays, log });
    const known = new Set(await registry.identities());
    const stations = config.sites.flatMap(({ stations: all }) => all.map(({ id }) => id));
    return {
      server,
      config,
      log,
      withoutPassword: stations.filter((id) => !known.has(id)),
      withoutToken: await withoutToken(installation),
      close: () =>
        everyStep([
          () => prices?.close(),
          () => stopUpkeep?.(),
          () => server.close(),
          () => installation.close(),
          () => lock?.release(),
        ]),
    };
  } catch (error) {
    const steps = [() => prices?.close(), () => installation.close(), () => lock?.release()];
    await everyStep(steps).catch((err: unknown) => log.error({ err }, "what had begun could not be ended"));
    throw error;
  }
};
