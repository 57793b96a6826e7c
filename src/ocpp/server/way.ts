import { BlockList, isIP, isIPv6, type Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { ShownCertificate } from "../../domain/security.js";

/** How a request came, before anything of it is believed. */
export interface Way {
  readonly address: string;
  readonly isSecure: boolean;
  /** The client certificate, where one was shown whose chain was verified. */
  readonly certificate: ShownCertificate | null;
  /** Why a certificate that was shown does not count; null: none was shown, or it does. */
  readonly certificateFault: string | null;
}

export function wayOf(socket: Socket): Way {
  const address = socket.remoteAddress ?? "unknown";
  if (!(socket instanceof TLSSocket))
    return { address, isSecure: false, certificate: null, certificateFault: null };
  return { address, isSecure: true, ...certificateOf(socket) };
}

function certificateOf(socket: TLSSocket): Pick<Way, "certificate" | "certificateFault"> {
  const shown = socket.getPeerCertificate();
  // Without one node gives an empty object.
  if (typeof shown?.fingerprint256 !== "string") return { certificate: null, certificateFault: null };
  if (!socket.authorized)
    return { certificate: null, certificateFault: String(socket.authorizationError ?? "not verified") };
  const commonName: unknown = shown.subject.CN;
  if (typeof commonName !== "string" || commonName === "")
    return { certificate: null, certificateFault: "its subject has not just one common name" };
  const { serialNumber, fingerprint256 } = shown;
  return { certificate: { commonName, serialNumber, fingerprint256 }, certificateFault: null };
}

/** Tells whether an address lies in one of the networks, `192.168.7.0/24` or `fd00::/8`. */
export function networkTest(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits] = network.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    list.addSubnet(address, Number(bits ?? (family === "ipv6" ? 128 : 32)), family);
  }
  return (address) => {
    // A socket that listens to both families gives IPv4 addresses within IPv6.
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
    return isIP(plain) !== 0 && list.check(plain, isIPv6(plain) ? "ipv6" : "ipv4");
  };
}
