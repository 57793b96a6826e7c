import { type Handler, objectOf } from "./words.js";

const TARIFF = "tariff ";
const idOf = (tariff: unknown): string => String(objectOf(tariff)["tariffId"]);

/** Tariffs of a 2.1 station, one per EVSE; EVSE 0 is all of it. */
export const tariffHandlers: Readonly<Record<string, Handler>> = {
  SetDefaultTariff: ({ evseId, tariff }, { kept }) => {
    kept.set(`${TARIFF}${Number(evseId)}`, objectOf(tariff));
    return { status: "Accepted" };
  },
  GetTariffs: (_, { kept }) => {
    const found = [...kept].filter(([key]) => key.startsWith(TARIFF));
    if (found.length === 0) return { status: "NoTariff" };
    const tariffAssignments = found.map(([key, tariff]) => ({
      tariffId: idOf(tariff),
      tariffKind: "DefaultTariff",
      evseIds: [Number(key.slice(TARIFF.length))],
    }));
    return { status: "Accepted", tariffAssignments };
  },
  ClearTariffs: ({ tariffIds }, { kept }) => {
    const wanted = Array.isArray(tariffIds) ? new Set(tariffIds.map(String)) : null;
    const found = [...kept].filter(
      ([key, tariff]) => key.startsWith(TARIFF) && (wanted === null || wanted.has(idOf(tariff))),
    );
    for (const [key] of found) kept.delete(key);
    const cleared = found.map(([, tariff]) => ({ tariffId: idOf(tariff), status: "Accepted" }));
    return { clearTariffsResult: cleared.length > 0 ? cleared : [{ status: "NoTariff" }] };
  },
  ChangeTransactionTariff: ({ transactionId }, { operations }) => ({
    status: operations.model().transaction?.localId === transactionId ? "Accepted" : "TxNotFound",
  }),
};
