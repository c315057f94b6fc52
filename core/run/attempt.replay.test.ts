import fc from "fast-check";
import { expect, test } from "vitest";
import { encode } from "../codec.ts";
import { Refusal, refuse } from "../failure.ts";
import type { Grant } from "../grant.ts";
import { circuit } from "../program/circuit.ts";
import { pauli } from "../program/observable.ts";
import { batch, noParameters } from "../program/program.ts";
import type { RunPorts } from "./host-grant.ts";
import { seedFor } from "./random.ts";
import { memoryBackend, type Behaviour } from "./testing/memory-backend.ts";
import { runToEnd } from "./testing/mortal-run.ts";

type Part =
  | { kind: "sample" | "expectation" | "read" | "model"; about: number }
  | { kind: "step"; about: number; inside: Part[] }
  | { kind: "parallel"; scopes: Part[][] };

// Few things to be about, so that equal questions occur in one scope and in several.
const parts = fc.letrec<{ part: Part; parts: Part[] }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 2 },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constantFrom("sample", "expectation", "read", "model"),
        about: fc.nat(5),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant("step"), about: fc.nat(5), inside: tie("parts") }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("parallel"),
        scopes: fc.array(tie("parts"), { minLength: 2, maxLength: 3 }),
      }),
    },
  ),
  parts: fc.array(tie("part"), { maxLength: 4 }),
})).parts;

/** A plugin that keeps all that it sees, lets it decide what it asks next, and goes on after a refusal. */
async function play(grant: Grant, script: readonly Part[]): Promise<unknown[]> {
  const seen: unknown[] = [];
  for (const part of script) {
    const mood =
      seedFor(
        0,
        JSON.stringify(seen, (_key, value: unknown) => (ArrayBuffer.isView(value) ? [...encode(value)] : value)),
      ) % 2;
    seen.push(grant.random());
    seen.push(await perform(grant, part, mood).catch(refusal));
  }
  return seen;
}

async function perform(grant: Grant, part: Part, mood: number): Promise<unknown> {
  if (part.kind === "parallel")
    return Promise.all(part.scopes.map((script, index) => play(grant.scope(`part-${index}`), script)));
  if (part.kind === "step")
    return grant.step("draw", async (inside) => {
      const drawn = grant.random();
      return { drawn, about: part.about, mood, zero: -0, inside: await play(inside, part.inside) };
    });
  if (part.kind === "read") return grant.stream(`stream-${part.about}`);
  if (part.kind === "model") return grant.saveModel({ title: `model-${part.about}`, format: "pump.fit@1", body: mood });
  const turned = circuit(2, ["a"])
    .add("rx", 0, { of: { a: 1 }, constant: mood })
    .build();
  const parameters = batch([[part.about]]);
  if (part.kind === "sample") return grant.backend.run({ kind: "sample", circuit: turned, parameters, shots: 10 });
  const observables = [[...pauli("XX"), ...pauli("ZI")]];
  return grant.backend.run({ kind: "expectation", circuit: turned, parameters, observables });
}

function refusal(error: unknown): unknown {
  if (error instanceof Refusal) return error.failure;
  throw error;
}

const ports: RunPorts = {
  stream: async (name) =>
    name === "stream-5"
      ? refuse("stream.unknown", `there is no ${name}`)
      : { observedAtMs: Float64Array.of(0), values: Float64Array.of(seedFor(1, name)) },
  datasetInfo: async (id) => refuse("dataset.not-found", id),
  datasetColumns: async () => ({}),
  model: async (id) => refuse("model.not-found", id),
  saveModel: async ({ title, body }) => ({ id: `${title}-${String(body)}`, digest: "sha256:00" }),
  progress: () => undefined,
};

/** What a program is about decides what becomes of it: 5 is refused, 4 fails, 2 and 3 wait. */
const about = (values: Float64Array): Behaviour => {
  const [what = 0] = values;
  return { refused: what === 5, failed: what === 4, checks: what === 2 || what === 3 ? what - 1 : 0 };
};

const runOf = (script: readonly Part[], deaths: readonly number[], patient: boolean) => {
  const backend = memoryBackend(({ parameters }) => ({
    ...about(parameters.values),
    ...(patient ? {} : { checks: 0 }),
  }));
  return { backend, ends: runToEnd({ backend, ports, seed: 9, play: (grant) => play(grant, script), deaths }) };
};

test(
  "however often an attempt dies or waits, the run ends as if nothing had happened, and pays once",
  { timeout: 30_000 },
  async () => {
    let attempts = 0;
    await fc.assert(
      fc.asyncProperty(parts, fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 10 }), async (script, deaths) => {
        const calm = runOf(script, [], false);
        const undisturbed = await calm.ends;
        const stormy = runOf(script, deaths, true);
        const end = await stormy.ends;
        attempts += end.attempts;

        expect(undisturbed.attempts).toBe(1);
        expect(end.value).toStrictEqual(undisturbed.value);
        expect(end.spent).toEqual(undisturbed.spent);
        expect(end.unasked).toEqual([]);
        const keys = stormy.backend.submissions.map(({ key }) => key);
        expect(keys.toSorted()).toEqual(calm.backend.submissions.map(({ key }) => key).toSorted());
        expect(new Set(keys).size).toBe(keys.length);
        const journalled = ({ journal }: typeof end) =>
          journal
            .entries()
            .map(({ key, kind, state, digest }) => ({ key, kind, state, digest, body: journal.body(key) }))
            .toSorted((a, b) => (a.key < b.key ? -1 : 1));
        expect(journalled(end)).toEqual(journalled(undisturbed));
      }),
      { seed: 6, numRuns: 100 },
    );
    expect(attempts).toBeGreaterThan(200);
  },
);

test("one run survives a death at every single moment", async () => {
  const script: Part[] = [
    { kind: "sample", about: 0 },
    {
      kind: "parallel",
      scopes: [
        [
          { kind: "sample", about: 2 },
          { kind: "step", about: 0, inside: [{ kind: "sample", about: 1 }] },
        ],
        [{ kind: "expectation", about: 1 }],
      ],
    },
    { kind: "sample", about: 5 },
    { kind: "read", about: 5 },
    { kind: "model", about: 1 },
    { kind: "sample", about: 0 },
  ];
  const wanted = await runOf(script, [], false).ends;
  let moment = 1;
  for (; moment < 100; moment++) {
    const { backend, ends } = runOf(script, [moment, moment], true);
    const { value, spent, attempts } = await ends;
    expect(value).toStrictEqual(wanted.value);
    expect(spent).toEqual(wanted.spent);
    expect(backend.submissions).toHaveLength(6);
    if (attempts === 2) break;
  }
  expect(moment).toBeGreaterThan(20);
});

test("a plugin that is not deterministic leaves entries unasked, and its new question is never sent", async () => {
  const backend = memoryBackend();
  let tries = 0;
  const wanton = async (grant: Grant) => {
    tries += 1;
    const turned = circuit(1).add("rx", 0, tries).build();
    const asked = grant.backend.run({ kind: "sample", circuit: turned, parameters: noParameters, shots: 1 });
    return Promise.race([
      asked.then(() => "answered"),
      new Promise((resolve) => setTimeout(() => resolve("held"), 20)),
    ]);
  };
  const { value, unasked } = await runToEnd({ backend, ports, seed: 1, play: wanton, deaths: [5] });
  expect(value).toBe("held");
  expect(unasked.length).toBeGreaterThan(0);
  expect(backend.submissions).toHaveLength(1);
});
