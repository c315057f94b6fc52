// Where a request holds an address that a Worker would call, it goes through the one place that does so by the rules of
// docs/security.md: a webhook's, and no other.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ADDRESS = /ur[il]$|^href$|^host$|^endpoint$|^callback$|^webhook/i;

/** Of every schema that a request is checked against: its path, where it names or formats an address. */
function addressesIn(value: unknown, at: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const place = `${at}/${name}`;
    const isAddress =
      (at.endsWith("/properties") && ADDRESS.test(name)) || (name === "format" && /^ur[il]/.test(String(member)));
    return [...(isAddress ? [place] : []), ...addressesIn(member, place)];
  });
}

const { paths } = JSON.parse(readFileSync(join(import.meta.dirname, "../../../docs/openapi.json"), "utf8")) as {
  paths: Record<string, Record<string, { requestBody?: unknown; parameters?: { name: string }[] }>>;
};

test("an address is recognised", () => {
  expect(addressesIn({ properties: { callbackUrl: {}, title: {} }, items: { format: "uri" } }, "")).toEqual([
    "/properties/callbackUrl",
    "/items/format",
  ]);
});

test("the address of a webhook is the only one in any body or parameter", () => {
  const found = Object.entries(paths).flatMap(([path, members]) =>
    Object.values(members).flatMap(({ requestBody, parameters = [] }) => [
      ...addressesIn(requestBody, path),
      ...parameters.filter(({ name }) => ADDRESS.test(name)).map(({ name }) => `${path}?${name}`),
    ]),
  );
  const { patch, post } = { patch: "/v1/webhooks/{id}", post: "/v1/webhooks" };
  const place = "/content/application/json/schema/properties/url";
  expect(found.sort()).toEqual([`${post}${place}`, `${patch}${place}`].sort());
});
