import { listOf, objectOf, type Payload, type Words } from "../wire/words.js";
import type { StationFault } from "./contract.js";

const KEY = "ConnectorSwitch3to1PhaseSupported";
const VARIABLES: ReadonlySet<unknown> = new Set(["Phases3to1", "ACPhaseSwitchingSupported"]);

/** It tells that it switches: by a key in 1.6, by variables in 2.x. */
const telling = (words: Words): Words => {
  const { GetConfiguration: keys, GetVariables: variables } = words.handlers;
  return {
    ...words,
    handlers: {
      ...words.handlers,
      GetConfiguration: (payload, context) => {
        const answer = keys?.(payload, context) ?? {};
        const told = { key: KEY, readonly: true, value: "true" };
        return { ...answer, configurationKey: [...listOf(answer["configurationKey"]), told] };
      },
      GetVariables: (payload, context) => {
        const answer = variables?.(payload, context) ?? {};
        return { ...answer, getVariableResult: listOf(answer["getVariableResult"]).map(switching) };
      },
    },
  };
};

const switching = (result: Payload): Payload =>
  VARIABLES.has(objectOf(result["variable"])["name"])
    ? { ...result, attributeStatus: "Accepted", attributeValue: "true" }
    : result;

/** Each period as if it said nothing of phases. */
const deaf = (words: Words): Words => ({
  ...words,
  handlers: {
    ...words.handlers,
    SetChargingProfile: (payload, context) =>
      words.handlers["SetChargingProfile"]?.(without(payload), context) ?? { status: "Rejected" },
  },
});

const without = (payload: Payload): Payload => {
  const text = JSON.stringify(payload, (key, value: unknown) => (key === "numberPhases" ? undefined : value));
  return objectOf(JSON.parse(text));
};

/** Piles of three phases that switch to one and back, or say so. */
export const PHASE_KINDS = {
  "switches-phases": {
    about: "switches a car between three phases and one",
    switchesPhases: true,
    words: telling,
  },
  "claims-to-switch": {
    about: "says that it switches phases, and charges on three",
    words: (words) => deaf(telling(words)),
  },
} as const satisfies Record<string, StationFault>;
