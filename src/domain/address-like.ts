/** Words of which one makes a name that of an address, at the end of a part of it or as a whole part. */
const ADDRESS_PARTS = [
  /(?:url|uri|host|hostname|endpoint|server|domain|fqdn|address|addr|backend)s?\d*$/,
  /^(?:url|host|server|endpoint|backend)/,
  /^(?:ip|ipv[46]|dns|gateway|proxy)\d*$/,
  /(?:central|csms|cpms|ocpp|remote)ip\d*$/,
];

/** `WebSocketURL` is `web socket url`, `ws_host` is `ws host`. */
const partsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/);

/** Whether a name looks like one of an address. */
export const namesAddress = (name: string): boolean =>
  partsOf(name).some((part) => ADDRESS_PARTS.some((pattern) => pattern.test(part)));

const LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";
/** IPv4, a name with dots, or either with a port and a path; IPv6 in full or in brackets. */
const HOSTS = [
  new RegExp(
    String.raw`^(?:(?:\d{1,3}\.){3}\d{1,3}|localhost|(?:${LABEL}\.)+[a-z][a-z0-9-]*[a-z0-9]\.?)(?::\d+)?(?:/\S*)?$`,
  ),
  /^\[?(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?=.*::)[0-9a-f:.]{2,})\]?(?::\d+)?$/,
];

/** Dotted words of the standard that are no hosts. */
const MEASURAND = new RegExp(
  `^(?:${[
    String.raw`current\.(?:import|export|offered)`,
    String.raw`power\.(?:active|reactive)\.(?:import|export|residual|setpoint)`,
    String.raw`power\.(?:offered|factor|import\.offered|export\.offered)`,
    String.raw`energy\.(?:active|reactive)\.(?:import|export)\.(?:register|interval|cableloss|locgen)`,
    String.raw`energy\.(?:active|reactive|apparent)\.(?:net|import|export|setpoint\.interval)`,
    String.raw`energy\.request\.(?:minimum|target|maximum|bulk)`,
    String.raw`(?:voltage|frequency)\.(?:minimum|maximum|setpoint)`,
  ].join("|")})$`,
);

/** No name of a host is longer, even with its port and a path. */
const MOST_HOST_CHARS = 300;
const isHost = (text: string): boolean =>
  text.length <= MOST_HOST_CHARS && HOSTS.some((pattern) => pattern.test(text));

/** Whether a value is an address, or holds one with its scheme. */
export const isAddress = (value: string): boolean => {
  const text = value.trim().toLowerCase();
  return text.includes("://") || (!MEASURAND.test(text) && isHost(text));
};
