import type { Cancel } from "../../ports/clock.js";
import { connectorsOf } from "../common/status.js";
import type { Payload } from "../wire.js";
import type { Connection } from "./connections.js";
import type { Desk } from "./desk.js";
import { keepRecord } from "./record.js";
import { advertisedBy, capabilitiesOf, hasOneEvse, noteSilentMeter } from "./station.js";

/**
 * Asks the station for its abilities, once per boot; what it refuses to tell is taken as the stated
 * default, and the fleet is told either way.
 */
export function learnAbilities(connection: Connection, desk: Desk): void {
  connection.bootTimer?.();
  connection.bootTimer = null;
  if (connection.learning) return;
  connection.learning = true;
  void desk.track(async () => {
    const answers = await ask(connection, desk);
    if (!desk.connections.isLive(connection)) {
      connection.learning = false;
      return;
    }
    connection.station.abilities = connection.codec.readAbilities(answers);
    desk.quirks.advertise(connection.station.id, advertisedBy(connection.station.abilities));
    connection.learning = false;
    connection.station.bootedAnew();
    connection.station.knownAs = connection.codec.version;
    tellCapabilities(connection, desk);
    noteSilentMeter(connection.station, desk);
    await keepRecord(connection.station, desk);
    await askStates(connection, desk);
  }, undefined);
}

async function ask({ codec, session }: Connection, desk: Desk): Promise<readonly (Payload | null)[]> {
  const deadlineMs = desk.deadlineMs();
  const answers: (Payload | null)[] = [];
  for (const question of codec.abilityQuestions) {
    const result = await session.call({ ...question, deadlineMs, key: null });
    answers.push(result.kind === "result" ? result.payload : null);
  }
  return answers;
}

export function tellCapabilities({ station }: Connection, desk: Desk): void {
  const alone = hasOneEvse(station, desk.gateway);
  station.toldSeveral = !alone;
  const capabilities = capabilitiesOf(station, desk.quirks.of(station.id), alone);
  desk.tell({ kind: "capabilities", stationId: station.id, atMs: desk.clock.now(), capabilities });
}

/** What a station is found to want is told to the fleet at once, unless its abilities are about to be. */
export const tellWhatChanges = (desk: Desk): void =>
  desk.quirks.onChange((stationId) => {
    const connection = desk.connections.live(stationId);
    if (connection && isTold(connection)) tellCapabilities(connection, desk);
  });

/** What held for the only EVSE of a station may not for several: a second one is told as soon as it is heard of. */
export const tellFurtherEvse = (connection: Connection, desk: Desk): void => {
  const { station } = connection;
  if (isTold(connection) && !station.toldSeveral && !hasOneEvse(station, desk.gateway))
    tellCapabilities(connection, desk);
};

/** Its abilities are known, and not about to be told. */
const isTold = ({ station, codec, learning }: Connection): boolean =>
  station.knownAs === codec.version && !learning;

/**
 * A station that comes back without a reboot sends no BootNotification; one that we know need not be
 * asked again. One that we do not know is asked for it once, and then we go on without.
 */
export function greet(connection: Connection, desk: Desk): void {
  if (connection.station.knownAs === connection.codec.version) {
    tellCapabilities(connection, desk);
    void desk.track(() => askStates(connection, desk), undefined);
  } else connection.bootTimer = awaitBoot(connection, desk);
}

/**
 * A car may have left while we were down, and a station that did not restart tells nothing again: once
 * after our start the EVSEs with a session are asked for their states.
 */
async function askStates(connection: Connection, desk: Desk): Promise<void> {
  const { station, codec, session } = connection;
  if (station.isAsked) return;
  station.isAsked = true;
  for (const { evseId } of desk.gateway.openSessions(station.id))
    for (const connectorId of connectorsOf(station.memory.connectorStatus, evseId)) {
      const trigger = codec.trigger({ message: "StatusNotification", evseId, connectorId });
      await session.call({ ...trigger, deadlineMs: desk.deadlineMs(), key: null });
    }
}

function awaitBoot(connection: Connection, desk: Desk): Cancel {
  return desk.clock.after(desk.settings.bootGraceMs, () => {
    connection.bootTimer = null;
    const payload = { requestedMessage: "BootNotification" };
    void desk.track(async () => {
      await connection.session.call({
        action: "TriggerMessage",
        payload,
        deadlineMs: desk.deadlineMs(),
        key: null,
      });
      if (desk.connections.isLive(connection)) learnAbilities(connection, desk);
    }, undefined);
  });
}
