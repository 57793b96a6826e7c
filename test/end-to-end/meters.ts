import type { Session } from "../../src/domain/session.js";

/** What a station's own meter says of a stay, whole Wh. */
export interface Metered {
  readonly stationId: string;
  readonly energyWh: number;
}

/** What is billed of a stay, as far as it is compared. */
export type Billed = Pick<Session, "stationId" | "importedKwh" | "endedMs">;

/**
 * Where the bills are not what the stations' own meters say, stay by stay in their order; nothing but these two
 * is looked at.
 */
export const faultsIn = (billed: readonly Billed[], metered: readonly Metered[]): string[] => {
  const stations = new Set([...billed, ...metered].map(({ stationId }) => stationId));
  const open = billed.filter(({ endedMs }) => endedMs === null);
  return [
    ...[...stations].flatMap((stationId) => atStation(stationId, billed, metered)),
    ...open.map(({ stationId }) => `${stationId}: a stay is over and its bill is not`),
  ];
};

const atStation = (
  stationId: string,
  billed: readonly Billed[],
  metered: readonly Metered[],
): readonly string[] => {
  const bills = billed
    .filter((one) => one.stationId === stationId)
    .map(({ importedKwh }) => Math.round(importedKwh * 1_000));
  const stays = metered.filter((one) => one.stationId === stationId).map(({ energyWh }) => energyWh);
  if (bills.length !== stays.length) return [`${stationId}: ${stays.length} stays, ${bills.length} bills`];
  return stays.flatMap((wh, index) =>
    wh === bills[index]
      ? []
      : [`${stationId}: stay ${index + 1} of ${wh} Wh is billed as ${bills[index]} Wh`],
  );
};
