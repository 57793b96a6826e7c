import { BlockList, isIP, isIPv4 } from "node:net";

/** IPv4 that is not of the public internet: this computer, private and shared networks, tests, multicast. */
const RESERVED_4: readonly [string, number][] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];
/** Of IPv6 what is global, and what of that is a way to IPv4 or no way at all. */
const GLOBAL_6: readonly [string, number] = ["2000::", 3];
const RESERVED_6: readonly [string, number][] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
];

const listOf = (family: "ipv4" | "ipv6", subnets: readonly (readonly [string, number])[]): BlockList => {
  const list = new BlockList();
  for (const [net, bits] of subnets) list.addSubnet(net, bits, family);
  return list;
};
const reserved4 = listOf("ipv4", RESERVED_4);
const global6 = listOf("ipv6", [GLOBAL_6]);
const reserved6 = listOf("ipv6", RESERVED_6);

/** Whether an IP address is one of the public internet. */
export const isPublicAddress = (address: string): boolean => {
  if (isIP(address) === 0) return false;
  if (isIPv4(address)) return !reserved4.check(address, "ipv4");
  return global6.check(address, "ipv6") && !reserved6.check(address, "ipv6");
};
