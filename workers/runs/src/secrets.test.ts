import fc from "fast-check";
import { expect, test } from "vitest";
import { withoutSecrets } from "./secrets.ts";

const secret = fc
  .string({ minLength: 8, maxLength: 40, unit: "grapheme" })
  .filter((one) => !"[redacted]".includes(one));
const writings = (one: string) => [one, encodeURIComponent(one), Buffer.from(one).toString("base64")];

test("no writing of a secret is left, wherever in plain data it stands", async () => {
  await fc.assert(
    fc.asyncProperty(secret, fc.string(), async (value, around) => {
      for (const written of writings(value.toWellFormed())) {
        const said = { failure: { message: `${around}${written}`, at: [written] }, [`key ${written}`]: 1 };
        const told = await withoutSecrets({ secrets: { token: value.toWellFormed() } }, Promise.resolve(said));
        expect(JSON.stringify(told)).not.toContain(JSON.stringify(written).slice(1, -1));
      }
    }),
  );
});

test("what is thrown is told without it too", async () => {
  const thrown = Promise.reject(new TypeError("cannot reach https://provider.example/?key=a-long-secret"));
  const told = withoutSecrets({ secrets: { key: "a-long-secret" } }, thrown);
  await expect(told).rejects.toThrow("cannot reach https://provider.example/?key=[redacted]");
});

test("numbers stay the arrays that they are, and without secrets nothing is touched", async () => {
  const values = Float64Array.of(1, 2);
  expect(await withoutSecrets({ secrets: { key: "a-long-secret" } }, Promise.resolve({ values }))).toEqual({ values });
  const answer = { message: "text" };
  expect(await withoutSecrets({ secrets: {} }, Promise.resolve(answer))).toBe(answer);
});

test("a result that holds a secret is a failure: altered, it would be another result", async () => {
  const result = { kind: "sample", histograms: [{ "00000000": 5 }] };
  const told = await withoutSecrets({ secrets: { pin: "00000000" } }, Promise.resolve({ state: "done", result }));
  expect(told).toMatchObject({ state: "failed", failure: { code: "backend.broke-contract" } });
  const other = { state: "done", result: { kind: "sample", histograms: [{ "00000001": 5 }] } };
  expect(await withoutSecrets({ secrets: { pin: "00000000" } }, Promise.resolve(other))).toEqual(other);
});
