import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { log } from "./log.ts";
import { redact, redactText } from "./redact.ts";

afterEach(() => void vi.restoreAllMocks());

const CANARY = "canary0123456789abcdefcanary";

/** Everything that was written, for one event. */
function written(what: string, facts: Record<string, unknown>): string {
  const lines: string[] = [];
  for (const method of ["log", "warn", "error"] as const)
    vi.spyOn(console, method).mockImplementation((line: string) => void lines.push(line));
  log("error", what, facts);
  expect(lines).toHaveLength(1);
  return lines[0] ?? "";
}

const filling = fc.string({ unit: "binary" });
const secretName = fc.constantFrom(
  "authorization",
  "Authorization",
  "key",
  "apiKey",
  "api_key",
  "API-KEY",
  "token",
  "refreshToken",
  "cookie",
  "set-cookie",
  "ticket",
  "streamTicket",
  "secret",
  "clientSecret",
  "password",
  "credential",
  "x-csrf-token",
);
/** A text that holds a secret by its looks. */
const secretText = fc
  .tuple(
    filling,
    fc.constantFrom(
      `et_${CANARY}`,
      `et_demo_${CANARY}`,
      ` Bearer ${CANARY}`,
      ` bearer  ${CANARY}`,
      `\nBasic ${CANARY}`,
      `https://host/path?ticket=${CANARY}`,
      ` /v1/twins?x=1&cursor=${CANARY}`,
      `\ntoken=${CANARY}`,
      `{"password":"${CANARY}"}`,
      `{"password":"with \\" ${CANARY}"}`,
      `\nauthorization: something ${CANARY}`,
      `\ncookie: a=1; session=${CANARY}`,
    ),
    filling.map((text) => ` ${text}`),
  )
  .map((parts) => parts.join(""));

function errorWith(text: string, own: Record<string, unknown>): Error {
  const error = new Error(text, { cause: new TypeError(text) });
  return Object.assign(error, own, { stack: `Error: ${text}\n    at somewhere (/v1/x?y=${CANARY})` });
}

const secretive = fc.letrec((tie) => ({
  node: fc.oneof(
    { depthSize: "small" },
    secretText,
    fc.tuple(secretName, fc.oneof(fc.constant(CANARY), tie("node"))).map(([name, value]) => ({ [name]: value })),
    fc.dictionary(filling, tie("node"), { maxKeys: 4 }),
    fc.array(tie("node"), { maxLength: 4 }),
    fc.array(tie("node"), { maxLength: 4 }).map((items) => new Set(items)),
    fc.array(fc.tuple(filling, tie("node")), { maxLength: 4 }).map((entries) => new Map(entries)),
    fc.tuple(secretText, secretName).map(([text, name]) => errorWith(text, { [name]: CANARY })),
    secretText.map((text) => ({ [text]: 1 })),
    fc.constant(new URL(`https://host/path?any=${CANARY}`)),
    fc.constant(new Headers({ authorization: `Bearer ${CANARY}`, "x-api-key": CANARY })),
    fc.constant(new TextEncoder().encode(CANARY)),
    fc.constant({
      get value() {
        throw new Error(CANARY);
      },
    }),
  ),
})).node;

test("no secret that is planted anywhere comes out, and the line is JSON", () => {
  fc.assert(
    fc.property(secretText, fc.dictionary(filling, secretive, { maxKeys: 5 }), (what, facts) => {
      const line = written(what, facts);
      expect(line).not.toContain(CANARY);
      expect(JSON.parse(line)).toMatchObject({ level: "error" });
    }),
    { numRuns: 1_000 },
  );
});

test("what is no secret is told as it is", () => {
  const facts = {
    route: "/v1/runs/:id",
    status: 200,
    ms: 12.5,
    tenant: "acme",
    keyId: "key_1",
    budget_limit: "budget_limit of 3 at asset_id 4",
    question: "is it there? yes",
    at: new Date(0),
    none: null,
  };
  expect(redact(facts)).toEqual({ ...facts, at: "1970-01-01T00:00:00.000Z" });
});

test("an error is told with its message, stack and cause", () => {
  const told = redact({ error: new Error("D1 did not answer", { cause: "network" }) });
  expect(told).toMatchObject({ error: { name: "Error", message: "D1 did not answer", cause: "network" } });
  expect(JSON.stringify(told)).toContain("redact.test.ts");
});

test("a line has bounds: depth, members, text, circles", () => {
  const circle: Record<string, unknown> = { text: "word ".repeat(2_000) };
  circle["self"] = circle;
  expect(redact(circle)).toMatchObject({ self: "[circular]" });
  expect(JSON.stringify(redact(circle)).length).toBeLessThan(4_200);
  expect(redactText(`${"x".repeat(100_000)}et_${CANARY}`)).toBe(" [100031 characters]");
  expect(redact(Array.from({ length: 1_000 }, (_, index) => index))).toHaveLength(51);
  expect(JSON.stringify(redact(JSON.parse(`${'{"a":'.repeat(50)}1${"}".repeat(50)}`)))).toContain("[deeper]");
});

test("facts do not pass for the level or the event", () => {
  expect(JSON.parse(written("event", { level: "info", what: "other" }))).toEqual({ level: "error", what: "event" });
});

test("queries go, paths stay", () => {
  expect(redactText("GET https://host/v1/twins/a?limit=3 failed at /v1/runs?x=1&y=2")).toBe(
    "GET https://host/v1/twins/a failed at /v1/runs",
  );
});
