import { z } from "zod";
import { MOST_NEED_KWH } from "../src/domain/bounds.js";
import type { EvseConfig, Site } from "../src/domain/site.js";
import { type EpochMs, MINUTE_MS } from "../src/domain/units.js";
import { localMinute, resolveLocal } from "./local-time.js";
import type { CarClass } from "./scenario-schema.js";

/** Drivers who share piles, as a scenario lists them. */
const localTime = z
  .string()
  .regex(
    /^(\d{4}-\d{2}-\d{2}T)?([01]\d|2[0-3]):[0-5]\d$/,
    "a local time: HH:MM (its first after the start) or YYYY-MM-DDTHH:MM",
  );
const driverSchema = z.strictObject({
  driver: z.string().min(1).max(20).describe("name, and card"),
  station: z.string().describe("the shared, lent or emergency pile"),
  car: z.string().describe("a class of `world.cars`; its times do not count here"),
  at: localTime.describe("when the driver asks"),
  energyKwh: z.number().gt(0).max(MOST_NEED_KWH).describe("wanted at the port"),
  comesInMinutes: z.number().min(0).default(3).describe("from being called to being plugged in"),
  leavesInMinutes: z.number().min(0).default(5).describe("from being asked to being unplugged"),
});

export const sharingSchema = z
  .array(
    z.discriminatedUnion("asks", [
      driverSchema.extend({
        asks: z.literal("queue").describe("a turn at a pile of many cars"),
        deadline: localTime.describe("when the car must be ready"),
      }),
      driverSchema.extend({
        asks: z.literal("booking").describe("a neighbour's pile for a time"),
        from: localTime.describe("when the booking begins"),
        to: localTime.describe("when it ends"),
      }),
      driverSchema.extend({
        asks: z.literal("emergency").describe("the emergency pile, whatever it costs"),
        minutes: z.number().min(1).max(1_440).describe("how long at most"),
      }),
    ]),
  )
  .default([]);
type Written = z.infer<typeof sharingSchema>[number];

/** A driver who asks for a pile, comes when called and leaves when asked to. */
export interface SharingDriver {
  readonly driver: string;
  readonly stationId: string;
  readonly evseId: number;
  readonly carClass: CarClass;
  readonly className: string;
  readonly askMs: EpochMs;
  readonly energyKwh: number;
  readonly comesInMs: number;
  readonly leavesInMs: number;
  readonly asks:
    | { readonly kind: "queue"; readonly deadlineMs: EpochMs }
    | { readonly kind: "booking"; readonly fromMs: EpochMs; readonly toMs: EpochMs }
    | { readonly kind: "emergency"; readonly minutes: number };
}

interface SharingFile {
  readonly sharing: z.infer<typeof sharingSchema>;
  readonly world: { readonly cars: Readonly<Record<string, CarClass>> };
}

const evseOf = (site: Site, id: string): EvseConfig | undefined =>
  site.stations.find((station) => station.id === id)?.evses[0];

export const sharingDrivers = (
  { sharing, world }: SharingFile,
  site: Site,
  startMs: EpochMs,
): SharingDriver[] => {
  const local = (time: string): EpochMs => resolveLocal(time, site.timeZone, startMs);
  return sharing.flatMap((written) => {
    const carClass = world.cars[written.car];
    if (carClass === undefined) return [];
    return {
      driver: written.driver,
      stationId: written.station,
      evseId: evseOf(site, written.station)?.evseId ?? 1,
      carClass,
      className: written.car,
      askMs: local(written.at),
      energyKwh: written.energyKwh,
      comesInMs: written.comesInMinutes * MINUTE_MS,
      leavesInMs: written.leavesInMinutes * MINUTE_MS,
      asks: asksOf(written, local),
    };
  });
};

const asksOf = (written: Written, local: (time: string) => EpochMs): SharingDriver["asks"] => {
  switch (written.asks) {
    case "queue":
      return { kind: "queue", deadlineMs: local(written.deadline) };
    case "booking":
      return { kind: "booking", fromMs: local(written.from), toMs: local(written.to) };
    default:
      return { kind: "emergency", minutes: written.minutes };
  }
};

/** How an EVSE must be shared for what is asked. */
const NEEDS = { queue: "shared", booking: "owner", emergency: "emergency" } as const;

interface Listed {
  readonly site: Site;
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
}

/** Drivers who would be refused: no such pile, not shared so, no such car, twice one name, outside the run. */
export const sharingFaults = (
  file: SharingFile,
  { site, startMs, endMs }: Listed,
): { readonly path: readonly (string | number)[]; readonly message: string }[] =>
  file.sharing.flatMap((written, index) => {
    const at = (key: string, message: string) => [{ path: ["sharing", index, key], message }];
    const evse = evseOf(site, written.station);
    const askMs = resolveLocal(written.at, site.timeZone, startMs);
    const span = `${localMinute(startMs, site.timeZone)} to ${localMinute(endMs, site.timeZone)}`;
    return [
      ...(evse === undefined ? at("station", `no station "${written.station}"`) : []),
      ...(evse !== undefined && evse[NEEDS[written.asks]] === undefined
        ? at("asks", `${written.station} has no \`${NEEDS[written.asks]}\``)
        : []),
      ...(file.world.cars[written.car] === undefined ? at("car", `no class "${written.car}"`) : []),
      ...(file.sharing.findIndex(({ driver }) => driver === written.driver) < index
        ? at("driver", `a second ${written.driver}`)
        : []),
      ...(askMs < startMs || askMs >= endMs ? at("at", `outside the run, ${span} local time`) : []),
    ];
  });
