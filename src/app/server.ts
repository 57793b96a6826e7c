import type { CentralSystem } from "../ocpp/index.js";
import { allOver, everyStep } from "./every-step.js";
import { ownHost } from "./hosts.js";
import { listen, pileUrlOf, portOf } from "./listening.js";
import { composeApi } from "./server-api.js";
import { composeControl, type Steering, type ToStations } from "./server-control.js";
import type { RunningServer, ServerParts } from "./server-parts.js";
import { composePeople } from "./server-people.js";
import { composeStations } from "./server-stations.js";
import { withConnections } from "./station-lines.js";
import { transferHooksOf } from "./transfer-hooks.js";
import { openTls, type RunningTls } from "./tls.js";

export type { RunningServer, ServerParts } from "./server-parts.js";

/** What is there only once others are: the loop sends to stations that do not listen yet. */
interface Later {
  central: CentralSystem | null;
  pileUrl: string;
}

/** The way to the stations before there is any. */
const toStations = (later: Later, { log }: ServerParts): ToStations => ({
  lines: withConnections(log, (stationId) => later.central?.connectionOf(stationId) ?? null),
  link: {
    send: async (stationId, command) =>
      later.central === null
        ? { status: "offline", detail: "starting" }
        : later.central.link.send(stationId, command),
  },
});

/**
 * Composes and starts a server: whom it knows, the loop that steers, stations by OCPP, then the doors for operators,
 * pages and grid operators, by HTTP. Nobody is heard before all of it is there.
 */
export const startServer = async (parts: ServerParts): Promise<RunningServer> => {
  const later: Later = { central: null, pileUrl: "" };
  const { lines, link } = toStations(later, parts);
  const people = await composePeople(parts);
  const steering = await composeControl(parts, people, { lines, link });
  const transferHooks = transferHooksOf(parts, { lines });
  const central = composeStations(parts, people, { steering, lines, transferHooks: transferHooks.hooks });
  later.central = central;
  const pileUrl = (): string => later.pileUrl;
  const { app, observed, stopAsking, closeFiles, closeWebhooks } = await composeApi(parts, {
    people,
    steering,
    central,
    transferHooks,
    link,
    pileUrl,
  });
  central.attach(app.server);

  const { control, devices, quirks } = steering;
  const opened: { tls: RunningTls | null } = { tls: null };
  const close = async (): Promise<void> => {
    await everyStep([
      ...steeringStops(steering),
      () => allOver([stopAsking(), central.close()]),
      () => transferHooks.close(),
      () => steering.stationFiles.flush(),
      closeFiles,
      () => observed.close(),
      () => app.close(),
      () => opened.tls?.close(),
      // Last: what ended until here, transactions among it, is told in the next life.
      closeWebhooks,
    ]);
  };
  try {
    if (parts.tls != null) opened.tls = openTls(app, parts.tls, parts.log);
    if (opened.tls !== null) central.attach(opened.tls.server);
    await control.start();
    devices.start();
    await listen(parts.listen, "server", () => app.listen(parts.listen));
    if (opened.tls !== null && parts.tls != null)
      await listen(parts.tls.files, "server.tls", opened.tls.listen);
    await observed.listen(parts.metricsPort ?? null);
  } catch (error) {
    await close().catch((err: unknown) => parts.log.error({ err }, "what had begun could not be ended"));
    throw error;
  }

  const port = portOf(app.server.address());
  const host = ownHost(parts.listen.host);
  const tlsPort = opened.tls?.port() ?? null;
  later.pileUrl = pileUrlOf({ ...parts.listen, port }, parts.tls?.files, tlsPort);
  return {
    url: `http://${host}:${port}`,
    stationUrl: `ws://${host}:${port}/ocpp/`,
    tlsPort,
    pileUrl: later.pileUrl,
    control,
    central,
    quirks,
    accounts: people.accounts,
    registry: people.registry,
    vtn: people.vtn,
    devices: () => devices.states(),
    idle: () => central.idle() && control.idle(),
    close,
  };
};

/** Nothing more is begun; devices go to their failsafe after the last command. */
const steeringStops = ({ costs, inventory, localLists, control, devices }: Steering) => [
  () => costs.stop(),
  () => inventory.stop(),
  () => localLists.stop(),
  () => control.stop(),
  () => devices.stop(),
];
