// Requests that nobody should send, made from the OpenAPI document: a new route is covered when it is described. Each is
// well-formed HTTP and malformed for this API, so none of them may change anything or be answered with a fault of ours.

import fc from "fast-check";

export interface MalformedRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
}

interface Operation {
  method: string;
  /** `/v1/twins/{id}` */
  template: string;
  takesJson: boolean;
}

interface Document {
  paths: Record<string, Record<string, { requestBody?: { content?: Record<string, unknown> } }>>;
}

const METHODS = ["get", "put", "post", "patch", "delete"];

export const operationsOf = ({ paths }: Document): Operation[] =>
  Object.entries(paths).flatMap(([template, members]) =>
    METHODS.flatMap((method) => {
      const operation = members[method];
      if (!operation) return [];
      const takesJson = operation.requestBody?.content?.["application/json"] !== undefined;
      return [{ method: method.toUpperCase(), template, takesJson }];
    }),
  );

/** What no schema here has as a member, so that an object with it is refused wherever members are named. */
const UNKNOWN_MEMBER = "~unknown";

const nested = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;

const text = fc.string({ unit: "binary", maxLength: 40 });

/** Names that mean something to JavaScript, to a file system, to a database or to a page. */
const trap = fc.constantFrom(
  "__proto__",
  "constructor",
  "..",
  "../../etc/passwd",
  "%00",
  "'; DROP TABLE twin; --",
  "<script>alert(1)</script>",
  "${7*7}",
  "a".repeat(5000),
  "\u202e",
  "NaN",
  "-0",
  "1e999",
);

const malformedJson: fc.Arbitrary<string> = fc.oneof(
  text.filter((candidate) => !isJson(candidate)),
  fc.constantFrom(
    "",
    "{",
    "[1,",
    '{"a":}',
    "\uFEFF{}",
    "undefined",
    "{'a':1}",
    nested(20_000),
    `{"a":${nested(5000)}}`,
  ),
  fc
    .oneof(fc.array(fc.jsonValue()), fc.integer(), fc.boolean(), fc.constant(null), text)
    .map((value) => JSON.stringify(value)),
  fc.jsonValue().map((value) => JSON.stringify({ [UNKNOWN_MEMBER]: value })),
  fc
    .dictionary(
      fc.oneof(
        trap,
        fc.constantFrom("id", "type", "points", "capability", "subject", "input", "columns", "title", "name"),
      ),
      fc.oneof(fc.jsonValue(), trap),
    )
    .map((members) => JSON.stringify({ ...members, [UNKNOWN_MEMBER]: 1 })),
  fc.constantFrom(`{"${UNKNOWN_MEMBER}":1e999}`, `{"__proto__":{"tenant":"other"},"${UNKNOWN_MEMBER}":0}`),
);

function isJson(candidate: string): boolean {
  try {
    JSON.parse(candidate);
    return true;
  } catch {
    return false;
  }
}

/** Percent-encoded where HTTP needs it; sometimes broken percent signs, which HTTP lets pass. */
const segment: fc.Arbitrary<string> = fc.oneof(
  fc.oneof(text, trap).map((candidate) => encodeURIComponent(candidate.toWellFormed()).slice(0, 6000)),
  fc.constantFrom("%", "%zz", "%c3%28", "%2e%2e%2f", "%00", ".", "~", "nobody-here", "run_1", "twin_x", "*", "{id}"),
);

const query: fc.Arbitrary<string> = fc
  .array(
    fc.tuple(
      fc.oneof(
        fc.constantFrom(
          "limit",
          "cursor",
          "type",
          "filter",
          "sort",
          "fields",
          "from",
          "to",
          "asOf",
          "wait",
          "ticket",
          "confirm",
          "tenant",
        ),
        segment,
      ),
      fc.oneof(
        segment,
        fc.constantFrom("-1", "1e9", "0", "201", "2026-02-31T00:00:00Z", "null", "bnVsbA", "MSAy", "_-_-"),
      ),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((pairs) => `?${pairs.map(([name, value]) => `${name}=${value}`).join("&")}`);

const headerText = fc.oneof(
  fc.string({ unit: "grapheme-ascii", maxLength: 60 }).map((candidate) => candidate.replaceAll(/[^\x21-\x7e ]/g, "")),
  fc.constantFrom(
    "Bearer",
    "Bearer ",
    "Basic eDp5",
    "Bearer et_wrong",
    "bearer null",
    "W/",
    '"r1-s1',
    "*",
    "gzip",
    "wait=1e9",
    "wait=-1",
    "a".repeat(4000),
  ),
);
const headers: fc.Arbitrary<Record<string, string>> = fc.dictionary(
  fc.constantFrom(
    "authorization",
    "if-none-match",
    "if-match",
    "prefer",
    "idempotency-key",
    "accept",
    "cookie",
    "origin",
    "x-csrf-token",
    "x-request-id",
    "traceparent",
    "content-encoding",
    "range",
  ),
  headerText.map((value) => value.trim()),
  { maxKeys: 3 },
);

const filled = (template: string, part: fc.Arbitrary<string>): fc.Arbitrary<string> => {
  const pieces = template.split(/\{[^}]+\}/);
  return fc
    .tuple(...pieces.slice(1).map(() => part))
    .map((parts) => pieces.map((piece, index) => piece + (parts[index] ?? "")).join(""));
};

/** `authorization` is that of a key which may do everything; some requests spoil it. */
export function malformedRequests(document: Document, authorization: string): fc.Arbitrary<MalformedRequest> {
  const operations = operationsOf(document);
  const some = fc.constantFrom(...operations);
  const taking = fc.constantFrom(...operations.filter(({ takesJson }) => takesJson));
  const reading = fc.constantFrom(...operations.filter(({ method }) => method === "GET"));
  const mine = { authorization };
  const json = { ...mine, "content-type": "application/json" };
  const id = fc.constantFrom("nobody-here", "twin_0", "run_0", "x");
  return fc.oneof(
    {
      weight: 4,
      arbitrary: taking.chain(({ method, template }) =>
        fc.record({
          method: fc.constant(method),
          path: filled(template, id),
          headers: fc.constant(json),
          body: malformedJson,
        }),
      ),
    },
    {
      weight: 3,
      arbitrary: some.chain(({ method, template }) =>
        fc.record({ method: fc.constant(method), path: filled(template, segment), headers: fc.constant(mine) }),
      ),
    },
    {
      weight: 2,
      arbitrary: reading.chain(({ method, template }) =>
        fc.record({
          method: fc.constant(method),
          path: fc.tuple(filled(template, id), query).map((parts) => parts.join("")),
          headers: fc.constant(mine),
        }),
      ),
    },
    {
      weight: 2,
      arbitrary: some
        .chain(({ method, template }) =>
          fc.record({
            method: fc.constant(method),
            path: filled(template, id),
            headers: headers.map((more) => ({ ...json, ...more })),
            body: malformedJson,
          }),
        )
        .map(withBodyOnlyWhereAllowed),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        method: fc.constantFrom("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE"),
        path: fc.array(segment, { maxLength: 4 }).map((parts) => `/~${parts.join("/")}`),
        headers: fc.constant(mine),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        method: fc.constant("POST"),
        path: fc.constant("/v1/imports"),
        headers: fc.constantFrom(
          { ...mine, "content-type": "multipart/form-data" },
          { ...mine, "content-type": "multipart/form-data; boundary=x" },
        ),
        body: fc.oneof(
          text,
          fc.constant("--x\r\n\r\n--x--"),
          fc.constant('--x\r\ncontent-disposition: form-data; name="reader"\r\n\r\nnone\r\n--x--\r\n'),
        ),
      }),
    },
  );
}

/** Node's client writes bodies of these two without their length, so that the next request would begin inside them. */
function withBodyOnlyWhereAllowed({ body, ...request }: MalformedRequest): MalformedRequest {
  const hasNone = request.method === "GET" || request.method === "DELETE";
  return hasNone ? request : { ...request, ...(body !== undefined && { body }) };
}
