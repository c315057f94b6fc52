// A chain holds as it was made, and every change of it is found where it was made.

import fc from "fast-check";
import { expect, test } from "vitest";
import { AUDIT_BEGIN, auditText, followChain, type AuditEntry, type AuditMark } from "./audit.ts";
import { digestBytes } from "./codec.ts";

type Content = Omit<AuditEntry, "number" | "hash">;

async function chainOf(contents: readonly Content[]): Promise<AuditEntry[]> {
  const chain: AuditEntry[] = [];
  let { number, hash } = AUDIT_BEGIN;
  for (const content of contents) {
    number += 1;
    hash = await digestBytes(new TextEncoder().encode(auditText(hash, { ...content, number })));
    chain.push({ ...content, number, hash });
  }
  return chain;
}

const content: fc.Arbitrary<Content> = fc.record({
  at: fc.constantFrom("2026-01-01T00:00:00.000Z", "2026-01-02T00:00:00.000Z"),
  by: fc.option(fc.string()),
  action: fc.string(),
  target: fc.string(),
  path: fc.string(),
  outcome: fc.constantFrom("done", "asked", "201"),
  digest: fc.option(fc.string()),
});
const contents = fc.array(content, { minLength: 1, maxLength: 12 });
const MEMBERS = ["at", "by", "action", "target", "path", "outcome", "digest", "hash"] as const;

test("a chain holds, as a whole and from every mark on", async () => {
  await fc.assert(
    fc.asyncProperty(contents, fc.nat(), async (made, cut) => {
      const chain = await chainOf(made);
      const last = chain.at(-1) as AuditMark;
      const from = cut % chain.length;
      const mark = from === 0 ? AUDIT_BEGIN : (chain[from - 1] as AuditMark);
      const { number, hash } = last;
      expect(await followChain(AUDIT_BEGIN, chain)).toEqual({ mark: { number, hash } });
      expect((await followChain(mark, chain.slice(from))).mark).toMatchObject({ number, hash });
    }),
    { seed: 5, numRuns: 100 },
  );
});

test("whatever is changed, left out or swapped, the first broken link is named", async () => {
  await fc.assert(
    fc.asyncProperty(contents, fc.nat(), fc.constantFrom(...MEMBERS), async (made, where, member) => {
      const chain = await chainOf(made);
      const index = where % chain.length;
      const changed = chain.map((entry, at) => (at === index ? { ...entry, [member]: `${entry[member]} ` } : entry));
      expect(await followChain(AUDIT_BEGIN, changed)).toMatchObject({ broken: { number: index + 1 } });
      const without = chain.toSpliced(index, 1);
      if (index < chain.length - 1)
        expect(await followChain(AUDIT_BEGIN, without)).toMatchObject({ broken: { number: index + 1 } });
      else expect((await followChain(AUDIT_BEGIN, without)).mark.number).toBe(index);
    }),
    { seed: 6, numRuns: 100 },
  );
});
