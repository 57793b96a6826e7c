/** Whether an address is one of those that an operator allows; `ocsp.example.org` or `10.0.0.7:8080`. */
export type AllowedHosts = (url: URL) => boolean;

const DEFAULT_PORTS = new Map([
  ["http:", "80"],
  ["https:", "443"],
]);

/** A host without a port is allowed at the scheme's own. Who knocks elsewhere, or with a password, is not let out. */
export const allowedHosts = (hosts: readonly string[]): AllowedHosts => {
  const allowed = new Set(hosts.map((host) => host.toLowerCase()));
  return ({ protocol, hostname, port, username, password }) => {
    const usual = DEFAULT_PORTS.get(protocol);
    if (usual === undefined || username !== "" || password !== "") return false;
    const host = hostname.toLowerCase();
    return allowed.has(`${host}:${port === "" ? usual : port}`) || (port === "" && allowed.has(host));
  };
};

/** The address where it may be asked; null: it is none, or not allowed. */
export const allowedUrl = (text: string, isAllowed: AllowedHosts): URL | null => {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && isAllowed(url) ? url : null;
};
