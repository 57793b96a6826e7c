import type { RunningCost, TariffCommand } from "../../../domain/commands/tariffs.js";
import { call, cannot, type SayingsOf } from "../../common/operate.js";
import type { Written } from "../../common/codec.js";
import { writeTime } from "../../common/time.js";

/** Of the Open Charge Alliance's "OCPP & California Pricing Requirements", for 1.6. */
const COST_VENDOR = "org.openchargealliance.costmsg";

const unsaid = (why: string) => ({ write: () => cannot(why) });
const NO_TARIFFS = "1.6 takes no tariffs; user-price and running-cost show prices";

const message = (messageId: string, data: object): Written =>
  call("DataTransfer", { vendorId: COST_VENDOR, messageId, data: JSON.stringify(data) });

const runningCost = (cost: RunningCost): Written => {
  const transactionId = Number(cost.transactionId);
  if (!Number.isSafeInteger(transactionId)) return NOT_WHOLE;
  return message("RunningCost", {
    transactionId,
    timestamp: writeTime(cost.atMs),
    meterValue: Math.round(cost.meterWh),
    cost: cost.totalCost,
    state: cost.isCharging ? "Charging" : "Idle",
    chargingPrice: { kWhPrice: cost.pricePerKwh },
    ...(cost.next === null
      ? {}
      : {
          nextPeriod: {
            atTime: writeTime(cost.next.atMs),
            chargingPrice: { kWhPrice: cost.next.pricePerKwh },
          },
        }),
  });
};

const NOT_WHOLE: Written = { outcome: { status: "error", detail: "1.6 transaction ids are whole numbers" } };

export const tariffs16: SayingsOf<TariffCommand> = {
  "set-default-tariff": unsaid(NO_TARIFFS),
  "get-tariffs": unsaid(NO_TARIFFS),
  "clear-tariffs": unsaid(NO_TARIFFS),
  "change-transaction-tariff": unsaid(NO_TARIFFS),
  "running-cost": { write: ({ cost }) => runningCost(cost) },
  "final-cost": {
    write: ({ transactionId, totalCost, text }) =>
      Number.isSafeInteger(Number(transactionId))
        ? message("FinalCost", { transactionId: Number(transactionId), cost: totalCost, priceText: text })
        : NOT_WHOLE,
  },
  "user-price": {
    write: ({ idToken, text }) => message("SetUserPrice", { idToken, priceText: text }),
  },
};
