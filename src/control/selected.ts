import { YouxuError } from "../domain/errors.js";
import type { StationSelection } from "../domain/station-task.js";
import { namedBy, type SelectableStation, selectedStations } from "../management/station-task.js";

/** Identities of those that are selected; throws where what is named is not there, or nobody is left. */
export const mustSelect = (
  all: readonly SelectableStation[],
  selection: StationSelection,
): readonly string[] => {
  const known = new Set(all.map(({ stationId }) => stationId));
  const unknown = selection.stationIds?.find((id) => !known.has(id));
  if (unknown !== undefined)
    throw new YouxuError("not-found.station", `no station "${unknown}"`, "body.selection.stationIds");
  const sites = new Set(all.map(({ siteId }) => siteId));
  const nowhere = [...(namedBy(selection, "siteId") ?? [])].find((id) => !sites.has(id));
  if (nowhere !== undefined)
    throw new YouxuError("not-found.site", `no site "${nowhere}"`, "body.selection.siteId");
  const found = selectedStations(all, selection);
  if (found.length === 0) throw new YouxuError("task.nobody", "no station is selected", "body.selection");
  return found.map(({ stationId }) => stationId);
};
