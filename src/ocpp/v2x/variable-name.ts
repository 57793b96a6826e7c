import type { CommandOutcome } from "../../domain/command.js";
import { numberAt, objectAt, type Payload, textAt } from "../wire.js";

/** How names of variables are written, for those who got it wrong. */
export const NAMES = "2.x names variables as Component.Variable, e.g. SampledDataCtrlr.TxUpdatedInterval";

const NAME = /^([^.[\]@]+)(?:\[([^\]]+)\])?(?:@(\d{1,4})(?:\/(\d{1,4}))?)?\.([^.[\]@]+)(?:\[([^\]]+)\])?$/;

const named = (name: string, instance: string | undefined): Payload => ({
  name,
  ...(instance === undefined ? {} : { instance }),
});

const evseOf = (id: string | undefined, connectorId: string | undefined): Payload =>
  id === undefined
    ? {}
    : {
        evse: { id: Number(id), ...(connectorId === undefined ? {} : { connectorId: Number(connectorId) }) },
      };

/**
 * `Component[instance]@evse/connector.Variable[instance]` as the standard's component and variable, of which
 * all but the two names may be left out; null: it is no such name.
 */
export const readVariableName = (name: string): { component: Payload; variable: Payload } | null => {
  const [, component, componentInstance, evse, connector, variable, variableInstance] = NAME.exec(name) ?? [];
  if (component === undefined || variable === undefined) return null;
  return {
    component: { ...named(component, componentInstance), ...evseOf(evse, connector) },
    variable: named(variable, variableInstance),
  };
};

const COMPONENT = /^([^.[\]@]+)(?:\[([^\]]+)\])?(?:@(\d{1,4})(?:\/(\d{1,4}))?)?$/;

/** A component with or without one of its variables; null: it is neither. */
export const readComponentName = (name: string): { component: Payload; variable?: Payload } | null => {
  const [, component, instance, evse, connector] = COMPONENT.exec(name) ?? [];
  return component === undefined
    ? readVariableName(name)
    : { component: { ...named(component, instance), ...evseOf(evse, connector) } };
};

/** The names read, or what is said of the first that is none. */
export const readNames = <T>(
  names: readonly string[],
  read: (name: string) => T | null,
): { readonly read: readonly T[] } | { readonly outcome: CommandOutcome } => {
  const found: T[] = [];
  for (const name of names) {
    const one = read(name);
    if (one === null) return { outcome: { status: "error", detail: `"${name}": ${NAMES}` } };
    found.push(one);
  }
  return { read: found };
};

const part = (place: Payload, key: string): string => {
  const { name, instance } = {
    name: textAt(objectAt(place, key), "name"),
    instance: textAt(objectAt(place, key), "instance"),
  };
  return `${name ?? ""}${instance === null ? "" : `[${instance}]`}`;
};

/** The name of what stands at a key as a component. */
export const writeComponentName = (place: Payload, key = "component"): string => {
  const evse = objectAt(objectAt(place, key), "evse");
  const [id, connectorId] = [numberAt(evse, "id"), numberAt(evse, "connectorId")];
  const at = id === null ? "" : `@${id}${connectorId === null ? "" : `/${connectorId}`}`;
  return `${part(place, key)}${at}`;
};

/** The same of what has a component and a variable. */
export const writeVariableName = (place: Payload): string =>
  `${writeComponentName(place)}.${part(place, "variable")}`;
