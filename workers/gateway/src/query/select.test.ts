// Queries against the index in memory: the same twins in the same order as by plain reading, page by page, within the limits
// of a statement, and by the indexes that are there for it.

import { eq } from "drizzle-orm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FILTER_LIMITS, printFilter, type Filter, type Literal, type Manifest } from "@eigentwin/core";
import { twin } from "@eigentwin/index";
import { openIndex } from "../../testing/memory-index.ts";
import { rowsAfter, seenBy } from "./ask.ts";
import { isAnyBehind } from "./behind.ts";
import { fieldsOf } from "./fields.ts";
import { filterIn, orderIn } from "./read.ts";
import { selectById, selectSorted, type Position } from "./select.ts";

const KIND = "test.pump@1";
const member = (type: string, format?: string) => ({ type, ...(format && { format }) });
const type: Manifest["twinTypes"][number] = {
  id: KIND,
  title: "A pump",
  properties: {
    properties: {
      n: member("number"),
      t: member("string"),
      b: member("boolean"),
      at: member("string", "date-time"),
    },
  },
  indexed: ["n", "t", "b", "at"],
  streams: { level: { title: "Level", unit: "m" } },
  links: { feeds: { to: KIND, title: "The next" }, drains: { to: KIND, title: "Another" } },
};
const asked = {
  id: "test.life@1",
  subject: { kind: "twin", type: KIND },
} as unknown as Manifest["capabilities"][number];
const fields = fieldsOf({ types: [type], capabilities: [asked], links: ["feeds", "drains"] });
const NOW = Date.UTC(2026, 0, 10);
const STALE = 'predictions."test.life@1".stale';

interface Pump {
  id: string;
  values: Record<string, number | string>;
  links: [name: string, target: string][];
}

const IDS = Array.from({ length: 12 }, (_, index) => `pump-${index + 10}`);
const texts = fc.constantFrom("", "a", "ab", "b", "12", "9", "é", "\uffff", "😀", "a'; DROP TABLE twin; --");
const numbers = fc.constantFrom(-1, 0, 0.1, 2, 12, 1e300);
const days = fc.integer({ min: 8, max: 12 }).map((day) => Date.UTC(2026, 0, day));
const pumps = fc.tuple(
  ...IDS.map((id) =>
    fc.record({
      id: fc.constant(id),
      values: fc.record(
        {
          "properties.n": numbers,
          "properties.t": texts,
          "properties.b": fc.constantFrom(0, 1),
          "properties.at": days,
          "streams.level.value": numbers,
          [`${STALE}At`]: days,
        },
        { requiredKeys: [] },
      ),
      links: fc.uniqueArray(fc.tuple(fc.constantFrom("feeds", "drains"), fc.constantFrom(...IDS)), {
        maxLength: 2,
        selector: (link) => link.join(),
      }),
    }),
  ),
) as unknown as fc.Arbitrary<Pump[]>;

const iso = (ms: number): string => new Date(ms).toISOString();
const ORDERED = ["=", "!=", "<", "<=", ">", ">="] as const;
const OF_TEXT = ["=", "!=", "starts"] as const;
const offset = fc.constant(0);
const kindsOfTerm = [
  { path: ["properties", "n"], operators: ORDERED, value: numbers },
  { path: ["streams", "level", "value"], operators: ORDERED, value: numbers },
  { path: ["properties", "t"], operators: OF_TEXT, value: texts },
  { path: ["id"], operators: OF_TEXT, value: fc.constantFrom(...IDS, "pump-1", "z") },
  { path: ["properties", "b"], operators: ["=", "!="] as const, value: fc.boolean() },
  { path: ["properties", "at"], operators: ORDERED, value: days.map(iso) },
  { path: ["predictions", "test.life@1", "stale"], operators: ["=", "!="] as const, value: fc.boolean() },
] as const;
const term = fc.oneof(
  ...kindsOfTerm.map(({ path, operators, value }) =>
    fc.record({
      kind: fc.constant("compare"),
      path: fc.constant(path),
      operator: fc.constantFrom(...operators),
      value: value as fc.Arbitrary<Literal>,
      offset,
    }),
  ),
  ...kindsOfTerm.slice(0, 4).map(({ path, value }) =>
    fc.record({
      kind: fc.constant("in"),
      path: fc.constant(path),
      values: fc.array(value as fc.Arbitrary<Literal>, { minLength: 1, maxLength: 3 }),
      offset,
    }),
  ),
  fc.record({ kind: fc.constant("has"), path: fc.constantFrom(...kindsOfTerm.map(({ path }) => path)), offset }),
  fc.record({
    kind: fc.constant("linked"),
    direction: fc.constantFrom("from", "to"),
    twin: fc.constantFrom(...IDS, "nobody"),
    by: fc.subarray(["feeds", "drains"]),
    within: fc.integer({ min: 1, max: 3 }),
    offset,
  }),
) as fc.Arbitrary<Filter>;
const filters = fc
  .letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 3, depthSize: "small" },
      term,
      fc.record({ kind: fc.constant("not"), of: tie("filter") }) as fc.Arbitrary<Filter>,
      fc.record({
        kind: fc.constantFrom("and", "and", "or"),
        of: fc.array(tie("filter"), { minLength: 2, maxLength: 3 }),
      }) as fc.Arbitrary<Filter>,
    ),
  }))
  .filter.filter((filter) => termsOf(filter).filter(({ kind }) => kind === "linked").length <= FILTER_LIMITS.linked);

const termsOf = (of: Filter): Filter[] =>
  of.kind === "and" || of.kind === "or" ? of.of.flatMap(termsOf) : of.kind === "not" ? termsOf(of.of) : [of];

/** The same question, by reading every pump. */
function holds(filter: Filter, pump: Pump, all: readonly Pump[]): boolean {
  if (filter.kind === "and") return filter.of.every((part) => holds(part, pump, all));
  if (filter.kind === "or") return filter.of.some((part) => holds(part, pump, all));
  if (filter.kind === "not") return !holds(filter.of, pump, all);
  if (filter.kind === "linked") return reached(filter, all).has(pump.id);
  const has = valueIn(pump, filter.path);
  if (filter.kind === "has") return has !== undefined;
  if (has === undefined) return false;
  const scalar = (one: Literal) =>
    filter.path[1] === "at" ? Date.parse(String(one)) : typeof one === "boolean" ? Number(one) : one;
  if (filter.kind === "in") return filter.values.some((one) => scalar(one) === has);
  const given = scalar(filter.value);
  switch (filter.operator) {
    case "=":
      return has === given;
    case "!=":
      return has !== given;
    case "starts":
      return String(has).startsWith(String(given));
    case "<":
      return has < given;
    case "<=":
      return has <= given;
    case ">":
      return has > given;
    case ">=":
      return has >= given;
  }
}

function valueIn({ id, values }: Pump, path: readonly string[]): number | string | undefined {
  if (path[0] === "id") return id;
  if (path[0] !== "predictions") return values[path.join(".")];
  const staleAt = values[`${STALE}At`];
  return staleAt === undefined ? undefined : Number(Number(staleAt) <= NOW);
}

function reached(
  { direction, twin: id, by, within }: Extract<Filter, { kind: "linked" }>,
  all: readonly Pump[],
): Set<string> {
  const ways = all.flatMap(({ id: source, links }) =>
    links
      .filter(([name]) => by.length === 0 || by.includes(name))
      .map(([, target]) => (direction === "from" ? [source, target] : [target, source])),
  );
  const found = new Set<string>();
  let ends = new Set(all.some((pump) => pump.id === id) ? [id] : []);
  for (let step = 0; step < within; step++) {
    ends = new Set(ways.flatMap(([from = "", to = ""]) => (ends.has(from) ? [to] : [])));
    for (const end of ends) found.add(end);
  }
  return found;
}

function fill(database: ReturnType<typeof openIndex>["database"], all: readonly Pump[]): void {
  database.exec("DELETE FROM twin; DELETE FROM twin_value; DELETE FROM link");
  const [addTwin, addValue, addLink] = [
    database.prepare("INSERT INTO twin VALUES (?, ?, ?, 1, 0, '', '', 1, '')"),
    database.prepare("INSERT INTO twin_value VALUES (?, ?, ?, ?)"),
    database.prepare("INSERT INTO link VALUES (?, ?, ?, ?)"),
  ];
  // Another tenant has the same twins with everything that could be found.
  for (const tenant of ["own", "other"])
    for (const { id, values, links } of all) {
      addTwin.run(tenant, id, KIND);
      for (const [field, value] of Object.entries(
        tenant === "own" ? values : { ...values, "properties.n": 0, "properties.t": "a" },
      ))
        addValue.run(tenant, id, field, value);
      for (const [name, target] of tenant === "own" ? links : IDS.map((one) => ["feeds", one] as const))
        addLink.run(tenant, id, name, target);
    }
}

const questionOf = (filter: string | undefined, sort?: string) => {
  const isSeen = seenBy([]);
  const lowered = filterIn(filter, { tenant: "own", fields, isFollowed: isSeen, nowMs: NOW });
  return { tenant: "own", where: [eq(twin.type, KIND)], filter: lowered, ...orderIn(sort, fields) };
};

test("a query finds what plain reading finds, in its order, each twin once, whatever the pages", async () => {
  const { database, index } = openIndex();
  const sorts = fc.constantFrom(
    undefined,
    "-id",
    "properties.n",
    "-properties.t",
    "streams.level.value",
    `-${STALE}At`,
  );
  await fc.assert(
    fc.asyncProperty(pumps, filters, sorts, fc.integer({ min: 1, max: 5 }), async (all, filter, sort, limit) => {
      fill(database, all);
      const question = questionOf(printFilter(filter), sort);
      const ids: string[] = [];
      for (let after: Position | undefined; ;) {
        const rows = await rowsAfter(index, question, after, limit);
        ids.push(...rows.map(({ id }) => id));
        const last = rows.at(-1);
        if (rows.length < limit || !last) break;
        after = { value: last.sortedBy, id: last.id };
      }
      const expected = all.filter((pump) => holds(filter, pump, all)).sort(inOrder(sort));
      expect(ids).toEqual(expected.map(({ id }) => id));
    }),
    { seed: 8, numRuns: 400 },
  );
}, 60_000);

function inOrder(sort = "id"): (a: Pump, b: Pump) => number {
  const sign = sort.startsWith("-") ? -1 : 1;
  const name = sort.replace("-", "");
  const bytes = (value: number | string) => (typeof value === "string" ? Buffer.from(value) : value);
  const compared = (a: number | string, b: number | string): number => {
    const [left, right] = [bytes(a), bytes(b)];
    if (Buffer.isBuffer(left) && Buffer.isBuffer(right)) return Buffer.compare(left, right);
    return left < right ? -1 : Number(left > right);
  };
  return (a, b) => {
    const [x, y] = name === "id" ? [0, 0] : [a.values[name], b.values[name]];
    if (x === undefined || y === undefined) return x === y ? sign * compared(a.id, b.id) : x === undefined ? 1 : -1;
    return sign * (compared(x, y) || compared(a.id, b.id));
  };
}

test("the largest filter has fewer parameters than a statement takes", () => {
  const { index } = openIndex();
  const linked = 'linked to "pump-10" by feeds, drains within 3';
  const starts = Array.from({ length: FILTER_LIMITS.terms - 2 }, () => 'properties.t starts "a"');
  const filter = [linked, linked, ...starts].join(" and ");
  const isSeen = seenBy(["test.pump", "test.other"]);
  const lowered = filterIn(filter, { tenant: "own", fields, isFollowed: isSeen, nowMs: NOW });
  const where = [isSeen(twin.type), eq(twin.type, KIND)];
  const question = { tenant: "own", where, filter: lowered, isDescending: false, isBehind: isAnyBehind("own", [type]) };
  const after = { value: 1, id: "pump-10" };
  const { params } = selectSorted(index, question, "properties.n", after).limit(201).toSQL();
  expect(params.length).toBeLessThanOrEqual(100);
});

describe("by the indexes that are there for it", () => {
  const { index, planOf } = openIndex();
  const byId = (filter: string | undefined, after?: string) =>
    planOf(selectById(index, questionOf(filter), after).limit(51).toSQL());
  const VALUE = "twin_value_by_value (tenant=? AND field=? AND";

  test("an equality leads, in order of twins, and the page ends it", () => {
    const plan = byId('properties.n > 3 and properties.t = "a"', "pump-10");
    expect(plan[0]).toContain(`found USING COVERING INDEX ${VALUE} value=? AND twin>?)`);
    expect(plan[1]).toMatch(/twin USING INDEX \S+ \(tenant=\? (?:AND type=\? )?AND id=\?\)/);
    expect(plan.join()).toContain("value USING INDEX sqlite_autoindex_twin_value_1 (tenant=? AND twin=? AND field=?)");
    expect(plan.join()).not.toMatch(/SCAN (?!json_each)|TEMP B-TREE/);
  });

  test("a range is a set of twins that are looked up by their keys", () => {
    const filter = "streams.level.value > 3 and properties.n != 2 and streams.level.value <= 5";
    const plan = byId(filter, "pump-10");
    expect(plan.join()).toContain(`value USING COVERING INDEX ${VALUE} value>? AND value<?)`);
    expect(plan[0]).toMatch(/twin USING (?:COVERING )?INDEX \S+ \(tenant=\? (?:AND type=\? )?AND id=\?\)/);
    expect(plan.join()).not.toMatch(/SCAN (?!json_each)|TEMP B-TREE/);
  });

  test("links are followed by their keys, either way", () => {
    const from = byId('linked from "pump-10" by feeds within 2').join();
    expect(from).toContain("link USING COVERING INDEX sqlite_autoindex_link_1 (tenant=? AND source=? AND name=?)");
    const to = byId('linked to "pump-10" by feeds within 2').join();
    expect(to).toContain("link USING COVERING INDEX link_by_target (tenant=? AND target=? AND name=?)");
    expect(from + to).not.toMatch(/SCAN (?:link|twin)\b/);
  });

  test("a sort reads its values in order, and the page ends it", () => {
    const plan = planOf(
      selectSorted(index, questionOf('properties.t = "a"'), "properties.n", { value: 3, id: "pump-10" })
        .limit(51)
        .toSQL(),
    );
    expect(plan[0]).toContain(`sorted USING COVERING INDEX ${VALUE} (value,twin)>(?,?))`);
    expect(plan.join()).toContain(`found USING COVERING INDEX ${VALUE} value=?)`);
    expect(plan.join()).not.toMatch(/SCAN (?!json_each)|TEMP B-TREE/);
  });

  test("that nobody is behind is seen at the ends of the index", () => {
    const question = { ...questionOf(undefined), isBehind: isAnyBehind("own", [type]) };
    const plan = planOf(selectById(index, question, undefined).limit(51).toSQL()).join();
    for (const side of ["<", ">"])
      expect(plan).toContain(
        `behind USING COVERING INDEX twin_by_indexed_as (tenant=? AND type=? AND indexedAs${side}?)`,
      );
  });

  test("without a filter, twins of a type come in order of id", () => {
    expect(byId(undefined, "pump-10")[0]).toContain("twin USING INDEX twin_by_type (tenant=? AND type=? AND id>?)");
  });
});
