import { BlockList, isIP } from "node:net";
import { SouvenirError } from "@souvenir/core";
import { isLoopback } from "../http/access.ts";

/** Of IPv4, what IANA's registry of special-purpose addresses takes from those that anybody may reach. */
const reserved = new BlockList();
for (const [address, prefix] of [
  ...([
    ["0.0.0.0", 8],
    ["10.0.0.0", 8],
    ["100.64.0.0", 10],
    ["127.0.0.0", 8],
  ] as const),
  // Among them the addresses at which clouds tell their machines who they are.
  ...([
    ["169.254.0.0", 16],
    ["172.16.0.0", 12],
    ["192.0.0.0", 24],
    ["192.0.2.0", 24],
  ] as const),
  ...([
    ["192.88.99.0", 24],
    ["192.168.0.0", 16],
    ["198.18.0.0", 15],
    ["198.51.100.0", 24],
  ] as const),
  ...([
    ["203.0.113.0", 24],
    ["224.0.0.0", 4],
    ["240.0.0.0", 4],
  ] as const),
  ["168.63.129.16", 32],
] as const)
  reserved.addSubnet(address, prefix);
/** Of IPv6, what anybody may reach, without what carries IPv4 addresses or is for documents and tests. */
const global = new BlockList();
global.addSubnet("2000::", 3, "ipv6");
const special = new BlockList();
for (const [address, prefix] of [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const)
  special.addSubnet(address, prefix, "ipv6");
const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8);
loopback.addAddress("::1", "ipv6");

/** Which addresses are reached: those of this machine only where that is allowed, and without TLS no others. */
export interface Reach {
  readonly allowLoopback: boolean;
  readonly tls: boolean;
}

/** Whether what is sent may go to an IP address. */
export function mayReach(address: string, { allowLoopback, tls }: Reach): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  const type = family === 4 ? "ipv4" : "ipv6";
  if (loopback.check(address, type)) return allowLoopback;
  if (!tls) return false;
  return family === 4
    ? !reserved.check(address, type)
    : global.check(address, type) && !special.check(address, type);
}

/**
 * The address of a receiver. What its name stands for is looked at each time that something is sent.
 * @throws SouvenirError `INVALID_INPUT`
 */
export function checkReceiver(address: string, allowLoopback: boolean): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const host = url?.hostname.replace(/^\[|\]$/g, "") ?? "";
  const tls = url?.protocol === "https:";
  const isPlain = url?.protocol === "http:" && allowLoopback && isLoopback(url.hostname);
  if (url === undefined || !(tls || isPlain) || url.username !== "" || url.password !== "" || url.hash !== "")
    throw new SouvenirError(
      "INVALID_INPUT",
      `url: expected an address as in https://example.com/hooks, without user, password and #${allowLoopback ? "; or http://localhost" : ""}`,
    );
  if (
    (isIP(host) !== 0 && !mayReach(host, { allowLoopback, tls })) ||
    (isLoopback(url.hostname) && !allowLoopback)
  )
    throw new SouvenirError(
      "INVALID_INPUT",
      "url: expected a host that anybody may reach, and this one is of a private network or of this machine (for tests on one machine: serve with allowLoopback, souvenir serve --hooks-to-loopback)",
    );
  return url;
}
