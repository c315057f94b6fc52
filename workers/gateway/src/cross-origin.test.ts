import { Hono } from "hono";
import { expect, test } from "vitest";
import type { Gateway } from "./context.ts";
import { crossOrigin, isOwnOrListed } from "./cross-origin.ts";

const app = new Hono<Gateway>().use(crossOrigin).all("/v1/*", (c) => c.json(isOwnOrListed(c)));
const env = { ALLOWED_ORIGINS: "https://twins.example https://other.example:8443" } as Gateway["Bindings"];
const ask = (origin: string | undefined, method = "GET") =>
  app.request("https://api.example/v1/twins", { method, headers: origin === undefined ? {} : { origin } }, env);

test.each(["https://twins.example", "https://other.example:8443"])("a listed page is let in: %s", async (origin) => {
  const { headers } = await ask(origin);
  expect(headers.get("access-control-allow-origin")).toBe(origin);
  expect(headers.get("access-control-allow-credentials")).toBe("true");
  const before = await ask(origin, "OPTIONS");
  expect(before.status).toBe(204);
  expect(before.headers.get("access-control-allow-headers")).toContain("x-csrf-token");
  // A page of another origin may see its own writes in a query.
  expect(headers.get("access-control-expose-headers")).toContain("eigentwin-write-token");
  expect(before.headers.get("access-control-allow-headers")).toContain("eigentwin-write-token");
});

test.each(["https://twins.example.evil", "http://twins.example", "https://twins.example:444", "null", "*"])(
  "another page is told nothing: %s",
  async (origin) => {
    const response = await ask(origin);
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
    expect(response.headers.get("access-control-allow-credentials")).toBeNull();
    expect(response.headers.get("vary")).toContain("origin");
    expect(await response.json()).toBe(false);
  },
);

test("the own origin needs no list, and no origin is none", async () => {
  expect(await (await ask("https://api.example")).json()).toBe(true);
  expect(await (await ask(undefined)).json()).toBe(false);
});
