// Addresses that are never called, in every way in which they can be written.

import fc from "fast-check";
import { expect, test } from "vitest";
import { checkAddress, isPublic } from "./address.ts";

const isCalled = (url: string, allowLoopback = false) => checkAddress(url, allowLoopback).ok;

test.each(["https://example.com/", "https://example.com:8443/a?b=c", "https://8.8.8.8/", "https://[2606:4700::1111]/"])(
  "%s is called",
  (url) => expect(isCalled(url)).toBe(true),
);

test.each([
  "",
  "example.com",
  "http://example.com/",
  "ftp://example.com/",
  "https://example.com:444/",
  "https://example.com:80/",
  "https://user@example.com/",
  "https://user:password@example.com/",
  "https://@example.com/",
  "https://example.com/#fragment",
  "https://localhost/",
  "https://LOCALHOST./",
  "https://a.localhost/",
  "https://printer/",
  "https://printer.local/",
  "https://metadata.google.internal/",
  "https://router.lan/",
  "https://127.0.0.1/",
  "https://127.1/",
  "https://2130706433/",
  "https://0x7f000001/",
  "https://0177.0.0.1/",
  "https://0x7f.0.0.1/",
  "https://①②⑦.⓪.⓪.①/",
  "https://127。0。0。1/",
  "https://0/",
  "https://169.254.169.254/latest/meta-data",
  "https://100.64.0.1/",
  "https://192.168.1.1/",
  "https://172.31.255.255/",
  "https://198.19.0.1/",
  "https://224.0.0.1/",
  "https://255.255.255.255/",
  "https://[::]/",
  "https://[::1]/",
  "https://[::ffff:10.0.0.1]/",
  "https://[::ffff:8.8.8.8]/",
  "https://[64:ff9b::a00:1]/",
  "https://[2002:a00:1::]/",
  "https://[2001:db8::1]/",
  "https://[2001::1]/",
  "https://[fe80::1]/",
  "https://[fd00:ec2::254]/",
  "https://[ff02::1]/",
  `https://example.com/${"a".repeat(2000)}`,
])("%s is not", (url) => expect(isCalled(url)).toBe(false));

test("loopback is called over http where the deployer allows it, and nothing else is then", () => {
  for (const url of ["http://127.0.0.1:9000/", "http://localhost:1/", "http://[::1]:1/"]) {
    expect(isCalled(url, true)).toBe(true);
    expect(isCalled(url)).toBe(false);
  }
  for (const url of ["http://10.0.0.1/", "http://localhost.example.com/", "https://127.0.0.1/", "http://a.localhost/"])
    expect(isCalled(url, true)).toBe(false);
});

const octet = fc.nat(255);
const closed = fc.oneof(
  fc.tuple(fc.constantFrom(0, 10, 127), octet, octet, octet),
  fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
  fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), octet, octet),
  fc.tuple(fc.constantFrom(192), fc.constant(168), octet, octet),
  fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
  fc.tuple(fc.integer({ min: 224, max: 255 }), octet, octet, octet),
);

test("no form of a closed address is called: decimal, octal, hexadecimal, shortened, or inside IPv6", () => {
  fc.assert(
    fc.property(closed, ([a, b, c, d]) => {
      const number = ((a * 256 + b) * 256 + c) * 256 + d;
      const hex = (part: number) => part.toString(16).padStart(2, "0");
      const forms = [
        `${a}.${b}.${c}.${d}`,
        `${a}.${b}.${c}.${d}.`,
        String(number),
        `0x${number.toString(16)}`,
        `0${number.toString(8)}`,
        `0x${hex(a)}.0${b.toString(8)}.${c * 256 + d}`,
        `${a}.${(b * 256 + c) * 256 + d}`,
        `[::ffff:${a}.${b}.${c}.${d}]`,
        `[::${a}.${b}.${c}.${d}]`,
        `[2002:${hex(a)}${hex(b)}:${hex(c)}${hex(d)}::1]`,
        `[64:ff9b::${a}.${b}.${c}.${d}]`,
      ];
      for (const host of forms) expect(isCalled(`https://${host}/`), host).toBe(false);
    }),
  );
});

test("an IPv4 address that is not on the list is public, whatever its neighbours are", () => {
  for (const host of ["9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0", "100.63.255.255", "100.128.0.0"])
    expect(isPublic(host), host).toBe(true);
});
