import type { TariffCommand, DriverTariff, PriceCondition } from "../../../domain/commands/tariffs.js";
import type { CommandOutcome } from "../../../domain/command.js";
import { call, type SayingsOf } from "../../common/operate.js";
import { outcomeOf } from "../../common/outcome.js";
import { readTime } from "../../common/time.js";
import { outcomeOfItems, refusalIn } from "./items.js";
import { tariffs201 } from "./tariffs-201.js";
import type { Version2 } from "./version.js";
import { listAt, type Payload, textAt } from "../../wire.js";

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;
const LONGEST_ID = 60;

const condition = ({ fromTime, toTime, weekdays, fromDate, toDate }: PriceCondition): Payload => {
  const all = {
    startTimeOfDay: fromTime,
    endTimeOfDay: toTime,
    dayOfWeek: weekdays?.map((day) => DAYS[day - 1]),
    validFromDate: fromDate,
    validToDate: toDate,
  };
  const stated = Object.entries(all).filter(([, value]) => value !== undefined);
  return stated.length === 0 ? {} : { conditions: Object.fromEntries(stated) };
};

/** A tariff in words of 2.1. */
const writeTariff = (tariff: DriverTariff): Payload => ({
  tariffId: tariff.tariffId.slice(0, LONGEST_ID),
  currency: tariff.currency,
  ...(tariff.text === null
    ? {}
    : { description: [{ format: "UTF8", content: tariff.text.slice(0, 1_024) }] }),
  energy: {
    prices: tariff.energy.map(({ pricePerKwh, when }) => ({ priceKwh: pricePerKwh, ...condition(when) })),
  },
  ...(tariff.pricePerIdleMinute === null
    ? {}
    : { idleTime: { prices: [{ priceMinute: tariff.pricePerIdleMinute }] } }),
  ...(tariff.fixedFee === null ? {} : { fixedFee: { prices: [{ priceFixed: tariff.fixedFee }] } }),
});

const numbersAt = (from: Payload, key: string): number[] => {
  const value = from[key];
  return Array.isArray(value) ? value.filter((one): one is number => typeof one === "number") : [];
};

/** A station without tariffs has none to tell. */
const tariffsTold = (answer: Payload): CommandOutcome => {
  const outcome = outcomeOf(answer, ["NoTariff"]);
  if (outcome.status !== "accepted") return outcome;
  const tariffs = listAt(answer, "tariffAssignments").map((one) => ({
    tariffId: textAt(one, "tariffId") ?? "",
    kind: one["tariffKind"] === "DriverTariff" ? ("driver" as const) : ("default" as const),
    validFromMs: readTime(textAt(one, "validFrom")),
    evseIds: numbersAt(one, "evseIds"),
  }));
  return { status: "accepted", tariffs };
};

const NOT_RESOLVED = { status: "error", detail: "no tariff: the station stands in no site" } as const;

/** Tariffs of 2.1; EVSE 0 is the whole station. */
const tariffs21: SayingsOf<TariffCommand> = {
  ...tariffs201,
  "set-default-tariff": {
    write: ({ evseId, tariff }) =>
      tariff === null
        ? { outcome: NOT_RESOLVED }
        : call("SetDefaultTariff", { evseId: evseId ?? 0, tariff: writeTariff(tariff) }),
  },
  "get-tariffs": {
    write: ({ evseId }) => call("GetTariffs", { evseId: evseId ?? 0 }),
    read: tariffsTold,
  },
  "clear-tariffs": {
    write: ({ tariffIds, evseId }) =>
      call("ClearTariffs", {
        ...(tariffIds.length === 0 ? {} : { tariffIds }),
        ...(evseId === null ? {} : { evseId }),
      }),
    read: (answer) =>
      outcomeOfItems(
        listAt(answer, "clearTariffsResult").map((result) => ({
          item: textAt(result, "tariffId") ?? "",
          id: null,
          why: refusalIn(result, "status", ["Accepted", "NoTariff"]),
        })),
      ),
  },
  "change-transaction-tariff": {
    write: ({ transactionId, tariff }) =>
      tariff === null
        ? { outcome: NOT_RESOLVED }
        : call("ChangeTransactionTariff", { transactionId, tariff: writeTariff(tariff) }),
  },
};

export const tariffsOf = (version: Version2): SayingsOf<TariffCommand> =>
  version === "2.1" ? tariffs21 : tariffs201;
