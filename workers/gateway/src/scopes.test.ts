import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { declaredRoutes, scopesOf } from "./access.ts";
import { ADMINISTRATOR_SCOPES, EVERYTHING, grants, SCOPES, type Scope } from "./scopes.ts";
import { mustNotBeWider } from "./wider.ts";
import app from "./worker.ts";

const all = Object.keys(SCOPES) as Scope[];
const beyond = all.filter((scope) => !grants([EVERYTHING], scope));

test("everything of a tenant holds nothing beyond tenants", () => {
  expect(beyond).toEqual(["tenants:read", "tenants:write", "metrics:read"]);
  expect(grants([EVERYTHING], EVERYTHING)).toBe(true);
  expect(grants(all, EVERYTHING)).toBe(false);
});

test("administrators have nothing of a tenant's content", () => {
  const content = all.filter((scope) => !/^(tenants|metrics|keys|audit):/.test(scope));
  expect(content.filter((scope) => grants(ADMINISTRATOR_SCOPES, scope))).toEqual([]);
});

test("no route asks for a scope that nobody could have", () => {
  const asked = new Set(declaredRoutes(app).flatMap(scopesOf));
  expect([...asked].filter((scope) => !(scope in SCOPES))).toEqual([]);
});

test("the document's table is the code's", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/tenants-and-keys.md"), "utf8");
  const rows = [...page.matchAll(/^\| `([a-z]+:[a-z]+)` \| (.+) \|$/gm)].map(([, scope, means]) => [scope, means]);
  expect(rows).toEqual(Object.entries(SCOPES));
});

const rights = fc.record({
  scopes: fc.uniqueArray(fc.constantFrom(EVERYTHING, ...all), { minLength: 1 }),
  twinTypes: fc.uniqueArray(fc.constantFrom<string>("a.a", "b.b", "c.c")),
  purposes: fc.uniqueArray(fc.constantFrom<string>("care", "research")),
  expiresAt: fc.constantFrom(null, "2030-01-01T00:00:00.000Z", "2031-01-01T00:00:00.000Z"),
});

test("whoever makes a key hands on no right, no type, no purpose and no time that they lack", () => {
  fc.assert(
    fc.property(rights, rights, (maker, wanted) => {
      let isMade = true;
      try {
        mustNotBeWider(maker, wanted, maker.expiresAt);
      } catch {
        isMade = false;
      }
      const gains = [...all, EVERYTHING].some((scope) => grants(wanted.scopes, scope) && !grants(maker.scopes, scope));
      const sees = (of: typeof maker, type: string) => of.twinTypes.length === 0 || of.twinTypes.includes(type);
      const reveals = ["a.a", "b.b", "c.c", "d.d"].some((type) => sees(wanted, type) && !sees(maker, type));
      const states = (of: typeof maker, purpose: string) => of.purposes.length === 0 || of.purposes.includes(purpose);
      const asks = ["care", "research", "other"].some((one) => states(wanted, one) && !states(maker, one));
      const outlives = (wanted.expiresAt ?? "9") > (maker.expiresAt ?? "9");
      expect(isMade).toBe(!gains && !reveals && !asks && !outlives);
    }),
  );
});
