import { WebSocket } from "ws";
import { textOf } from "./cost.js";
import { identityOf } from "./identity.js";
import { serveParty } from "./party.js";

/** Many stations as raw websockets with ready-made messages: what they cost is not measured. */

interface Place {
  readonly url: string;
  readonly count: number;
  readonly version: "1.6" | "2.0.1" | "2.1";
  /** Sent as Basic password; null: none. */
  readonly password: string | null;
  /** Most handshakes that are under way at once; all when Infinity cannot be sent: null. */
  readonly atOnce: number | null;
}

interface Station {
  readonly identity: string;
  socket: WebSocket | null;
  /** Its call that waits for an answer. */
  waiting: { readonly id: string; readonly resolve: (ok: boolean) => void } | null;
  nextId: number;
}

const stations: Station[] = [];
let place: Place | null = null;
/** Answers that went out to calls of the server, by action. */
const answered = new Map<string, number>();
/** When the first and the last profile was answered since it was asked, epoch ms. */
let profiles: ProfileTimes = { firstMs: null, lastMs: null };

interface ProfileTimes {
  readonly firstMs: number | null;
  readonly lastMs: number | null;
}

const noteProfile = (): void => {
  const nowMs = performance.timeOrigin + performance.now();
  profiles = { firstMs: profiles.firstMs ?? nowMs, lastMs: nowMs };
};

const addressOf = (index: number): string => `127.0.0.${1 + (index % 200)}`;

/** Null: connected. Else the seconds after which it may try again; −1: refused for good. */
const tryOnce = (
  { url, version, password }: Place,
  station: Station,
  index: number,
): Promise<number | null> =>
  new Promise((resolve) => {
    const authorization =
      password === null
        ? {}
        : { authorization: `Basic ${Buffer.from(`${station.identity}:${password}`).toString("base64")}` };
    const socket = new WebSocket(`${url}/${station.identity}`, `ocpp${version}`, {
      headers: authorization,
      localAddress: addressOf(index),
      perMessageDeflate: false,
    });
    socket.once("open", () => {
      station.socket = socket;
      resolve(null);
    });
    socket.once("unexpected-response", (request, response) => {
      request.destroy();
      resolve(response.statusCode === 503 ? Number(response.headers["retry-after"] ?? 1) : -1);
    });
    socket.on("error", () => resolve(1));
    socket.on("message", (data) => receive(station, textOf(data)));
  });

const receive = (station: Station, text: string): void => {
  const [type, id, action] = JSON.parse(text) as [number, string, string];
  if (type === 2) {
    answered.set(action, (answered.get(action) ?? 0) + 1);
    station.socket?.send(answerTo(id, action));
    if (action === "SetChargingProfile") noteProfile();
  } else if (station.waiting?.id === id) {
    const { resolve } = station.waiting;
    station.waiting = null;
    resolve(type === 3);
  }
};

const answerTo = (id: string, action: string): string => {
  if (action === "GetConfiguration") return JSON.stringify([3, id, { configurationKey: [] }]);
  if (action === "GetVariables" || action === "GetBaseReport" || action === "GetReport")
    return JSON.stringify([4, id, "NotImplemented", "", {}]);
  return `[3,"${id}",{"status":"Accepted"}]`;
};

/** Sends a call and waits for its answer; true when it is a result. */
const call = (station: Station, action: string, payload: string): Promise<boolean> =>
  new Promise((resolve) => {
    const id = `m${station.nextId++}`;
    station.waiting = { id, resolve };
    station.socket?.send(`[2,"${id}","${action}",${payload}]`);
  });

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const inPool = async (
  count: number,
  atOnce: number,
  work: (index: number) => Promise<void>,
): Promise<void> => {
  let next = 0;
  const runner = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await work(index);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, runner));
};

interface Connected {
  readonly connected: number;
  readonly refused: number;
  readonly retries: number;
  readonly ms: number;
}

const connectAll = async (at: Place): Promise<Connected> => {
  let [refused, retries] = [0, 0];
  const beganMs = performance.now();
  await inPool(at.count, at.atOnce ?? at.count, async (index) => {
    const station = stations[index];
    if (station === undefined) return;
    for (;;) {
      const waitS = await tryOnce(at, station, index);
      if (waitS === null) return;
      if (waitS < 0) {
        refused += 1;
        return;
      }
      retries += 1;
      await pause(waitS * 1_000 * (0.75 + 0.5 * Math.random()));
    }
  });
  const connected = stations.filter(({ socket }) => socket?.readyState === WebSocket.OPEN).length;
  return { connected, refused, retries, ms: performance.now() - beganMs };
};

const BOOT_16 = '{"chargePointVendor":"bench","chargePointModel":"bench"}';
const BOOT_2X = '{"reason":"PowerUp","chargingStation":{"vendorName":"bench","model":"bench"}}';

/** A register that hangs together with the power and the time, 3.6 kW: a faster one no EVSE here could have. */
const registerWh = (): number => 100_000 + Math.floor((Date.now() - BEGAN_MS) / 1_000);

const meterValues16 = (round: number, transaction: string): string =>
  `{"connectorId":1,${transaction}"meterValue":[{"timestamp":"${timeOf()}","sampledValue":[` +
  `{"value":"${3_000 + (round % 500)}","measurand":"Power.Active.Import","unit":"W","context":"Sample.Clock"},` +
  `{"value":"${registerWh()}","measurand":"Energy.Active.Import.Register","unit":"Wh","context":"Sample.Clock"},` +
  `{"value":"13.6","measurand":"Current.Import","unit":"A","context":"Sample.Clock"},` +
  `{"value":"221.3","measurand":"Voltage","unit":"V","context":"Sample.Clock"}]}]}`;

const meterValue2x = (round: number): string =>
  `[{"timestamp":"${timeOf()}","sampledValue":[` +
  `{"value":${3_000 + (round % 500)},"measurand":"Power.Active.Import","unitOfMeasure":{"unit":"W"},"context":"Sample.Periodic"},` +
  `{"value":${registerWh()},"measurand":"Energy.Active.Import.Register","unitOfMeasure":{"unit":"Wh"},"context":"Sample.Periodic"},` +
  `{"value":13.6,"measurand":"Current.Import","unitOfMeasure":{"unit":"A"},"context":"Sample.Periodic"},` +
  `{"value":221.3,"measurand":"Voltage","unitOfMeasure":{"unit":"V"},"context":"Sample.Periodic"}]}]`;

const BEGAN_MS = Date.now();
/** Messages are stamped when they are sent, as stations do: by a clock that ran away each would be news. */
const timeOf = (): string => new Date().toISOString();

const WHO = '"evse":{"id":1,"connectorId":1},"idToken":{"idToken":"bench","type":"Central"},';

const transactionEvent = (station: Station, round: number, eventType: "Started" | "Updated"): string =>
  `{"eventType":"${eventType}","timestamp":"${timeOf()}",` +
  `"triggerReason":"${eventType === "Started" ? "Authorized" : "MeterValuePeriodic"}","seqNo":${round},` +
  `"transactionInfo":{"transactionId":"t-${station.identity}","chargingState":"Charging"},` +
  (eventType === "Started" ? WHO : "") +
  `"meterValue":${meterValue2x(round)}}`;

type Kind = "boot" | "meter" | "begin" | "update";

let round = 0;

const messageOf = (station: Station, kind: Kind): readonly [action: string, payload: string] => {
  const is16 = place?.version === "1.6";
  if (kind === "boot") return ["BootNotification", is16 ? BOOT_16 : BOOT_2X];
  if (kind === "begin")
    return is16
      ? ["StartTransaction", `{"connectorId":1,"idTag":"bench","meterStart":0,"timestamp":"${timeOf()}"}`]
      : ["TransactionEvent", transactionEvent(station, round, "Started")];
  if (kind === "update") return ["TransactionEvent", transactionEvent(station, round, "Updated")];
  return is16
    ? ["MeterValues", meterValues16(round, "")]
    : ["MeterValues", `{"evseId":1,"meterValue":${meterValue2x(round)}}`];
};

interface Load {
  readonly kind: Kind;
  /** Messages of each station, one after the other; all stations at once. */
  readonly perStation: number;
}

interface Loaded {
  readonly answered: number;
  readonly failed: number;
  readonly ms: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const load = async ({ kind, perStation }: Load): Promise<Loaded> => {
  const latencies: number[] = [];
  let failed = 0;
  const beganMs = performance.now();
  const rounds = Array.from({ length: perStation }, () => (round += 1));
  await Promise.all(
    stations.map(async (station) => {
      for (const own of rounds) {
        round = own;
        const [action, payload] = messageOf(station, kind);
        const sentMs = performance.now();
        if (!(await call(station, action, payload))) failed += 1;
        latencies.push(performance.now() - sentMs);
      }
    }),
  );
  const ms = performance.now() - beganMs;
  latencies.sort((a, b) => a - b);
  const at = (share: number): number => latencies[Math.floor(share * (latencies.length - 1))] ?? 0;
  return { answered: latencies.length - failed, failed, ms, p50Ms: at(0.5), p99Ms: at(0.99) };
};

export const skills = {
  connect: async (at: Place): Promise<Connected> => {
    place = at;
    stations.length = 0;
    for (let index = 0; index < at.count; index += 1)
      stations.push({ identity: identityOf(index), socket: null, waiting: null, nextId: 1 });
    return connectAll(at);
  },
  /** Cuts every connection and opens all again at once. */
  reconnect: async (): Promise<Connected> => {
    for (const { socket } of stations) socket?.terminate();
    return place === null ? { connected: 0, refused: 0, retries: 0, ms: 0 } : connectAll(place);
  },
  load,
  /** And begins anew. */
  profileTimes: (): ProfileTimes => {
    const times = profiles;
    profiles = { firstMs: null, lastMs: null };
    return times;
  },
  answered: (): Readonly<Record<string, number>> => Object.fromEntries(answered),
  drop: async (): Promise<void> => {
    for (const { socket } of stations) socket?.terminate();
    stations.length = 0;
    await pause(200);
  },
};

export type StationSkills = typeof skills;

if (process.send !== undefined) serveParty(skills);
