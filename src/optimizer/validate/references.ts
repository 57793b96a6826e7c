import type { Problem } from "../../domain/problem.js";
import type { Say } from "./say.js";

const checkUnique = (say: Say, list: string, ids: readonly string[], field = "id"): void => {
  const seen = new Map<string, number>();
  for (const [index, id] of ids.entries()) {
    const before = seen.get(id);
    if (before === undefined) seen.set(id, index);
    else say(`${list}[${index}].${field}`, `"${id}" is already used by ${list}[${before}]`);
  }
};

/** Powers in force are those of a session, a storage or a battery of a swap station (`station/1`). */
const checkPrevious = (say: Say, { previous, sessions, storages, swapStations }: Problem): void => {
  const known = new Set([...sessions, ...storages].map(({ id }) => id));
  for (const [index, { sessionId }] of (previous ?? []).entries())
    if (!known.has(sessionId) && !swapStations.some(({ id }) => sessionId.startsWith(`${id}/`)))
      say(`previous[${index}].sessionId`, `"${sessionId}" is neither a session nor a storage`);
};

export const checkReferences = (say: Say, problem: Problem): void => {
  const nodes = new Set(problem.nodes.map(({ id }) => id));
  for (const list of ["sessions", "storages", "meteringPoints", "targets", "payments"] as const)
    for (const [index, { nodeId }] of problem[list].entries())
      if (!nodes.has(nodeId)) say(`${list}[${index}].nodeId`, `"${nodeId}" is not a node`);
  for (const list of ["nodes", "sessions", "storages", "meteringPoints", "targets", "payments"] as const)
    checkUnique(
      say,
      list,
      problem[list].map(({ id }) => id),
    );
  const cars = new Set(problem.sessions.map(({ id }) => id));
  for (const [index, { id }] of problem.storages.entries())
    if (cars.has(id)) say(`storages[${index}].id`, `"${id}" is already used by a session`);
  checkUnique(
    say,
    "meteringPoints",
    problem.meteringPoints.map(({ nodeId }) => nodeId),
    "nodeId",
  );
  checkPrevious(say, problem);
  checkUnique(say, "previous", problem.previous?.map(({ sessionId }) => sessionId) ?? [], "sessionId");
};
