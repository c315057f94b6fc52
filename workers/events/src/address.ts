// Which addresses a tenant may have called: the rules of docs/security.md, as far as an address itself shows them. What a
// name resolves to, a Worker cannot see; the network that it runs in refuses private addresses when it connects.

import { fail, succeed, type Outcome } from "@eigentwin/core";

const PORTS = new Set(["", "443", "8443"]);
const LONGEST = 2_000;

/** Names that mean this machine or this network wherever they are asked for (RFC 6761, 6762, 8375 and custom). */
const LOCAL_NAME =
  /(?:^|\.)(?:localhost|local|localdomain|internal|intranet|lan|home|corp|private|arpa|invalid|test|example|onion)$/;

/** Networks that are not public (IANA special-purpose registries): first address and length of the prefix. */
const CLOSED_4: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.31.196.0", 24],
  ["192.52.193.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["192.175.48.0", 24],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
];

/**
 * `allowLoopback`: http on the loopback interface too, on any port. The URL parser has already made one form of decimal,
 * octal, hexadecimal and shortened addresses, and of names in other alphabets.
 */
export function checkAddress(text: string, allowLoopback: boolean): Outcome<URL> {
  if (text.length > LONGEST) return refused(`it has more than ${LONGEST} characters`);
  const url = URL.parse(text);
  if (!url) return refused("it is no URL");
  if (url.username !== "" || url.password !== "" || /^[a-z]+:[\\/]*[^\\/?#]*@/i.test(text))
    return refused("it holds credentials");
  if (url.hash !== "") return refused("it has a fragment, which is never sent");
  if (allowLoopback && url.protocol === "http:" && isLoopback(url.hostname)) return succeed(url);
  if (url.protocol !== "https:") return refused("it is not https");
  if (!PORTS.has(url.port)) return refused("its port is neither 443 nor 8443");
  return isPublic(url.hostname) ? succeed(url) : refused("its host is not public");
}

const refused = (why: string) =>
  fail("webhook.address-refused", `this address is not called: ${why}`, {
    at: "/url",
    hint: "Name a host that is public, by https on port 443 or 8443: https://example.com/hooks.",
  });

const isLoopback = (host: string): boolean => host.startsWith("127.") || host === "[::1]" || host === "localhost";

export function isPublic(hostname: string): boolean {
  const host = hostname.replace(/\.$/, "");
  if (host.startsWith("[")) return isPublic6(host.slice(1, -1));
  if (/^[\d.]+$/.test(host)) return isPublic4(host);
  // A name without a dot is looked up in the local network.
  return host.includes(".") && !LOCAL_NAME.test(host);
}

const numberOf = (address: string): number =>
  address.split(".").reduce((number, part) => number * 256 + Number(part), 0);

function isPublic4(address: string): boolean {
  const number = numberOf(address);
  return !CLOSED_4.some(([first, length]) => {
    const size = 2 ** (32 - length);
    return Math.floor(number / size) === Math.floor(numberOf(first) / size);
  });
}

/** Of global unicast (2000::/3) only what holds no address of another kind inside, and is no documentation. */
function isPublic6(address: string): boolean {
  const groups = groupsOf(address);
  const [first = 0, second = 0] = groups;
  if (first < 0x2000 || first > 0x3fff) return false;
  // Teredo, ORCHID and other protocol assignments in 2001::/23; documentation; 6to4; documentation; and segment routing.
  const isSpecial =
    (first === 0x2001 && (second < 0x0200 || second === 0x0db8)) ||
    first === 0x2002 ||
    (first === 0x3fff && second < 0x1000);
  return !isSpecial;
}

/** As the URL parser writes it: lower case, at most one `::`, no dots. */
function groupsOf(address: string): number[] {
  const [head = "", tail] = address.split("::");
  const parse = (part: string) => (part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16)));
  const [before, after] = [parse(head), parse(tail ?? "")];
  return tail === undefined
    ? before
    : [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}
