// Runs one capability and checks both ends of it: the input before, the answer after.

import * as v from "valibot";
import type { Answer } from "../capability.ts";
import { fail, Refusal, refuse, succeed, type Outcome } from "../failure.ts";
import type { Plugin } from "../plugin.ts";
import type { Grant } from "../grant.ts";

/** Whatever the plugin throws that is not a refusal becomes `plugin.broke-contract`, with its name. */
export async function runCapability(
  plugin: Plugin,
  id: string,
  input: unknown,
  grant: Grant,
): Promise<Outcome<Answer<unknown>>> {
  const capability = plugin.capabilities?.find((one) => one.id === id);
  if (!capability) return fail("capability.not-found", `plugin ${plugin.name} has no capability ${id}`);
  try {
    const checked = parse(capability.input, input, (where, why) =>
      refuse("request.invalid", `the input of ${id} is not right: ${why}`, { at: `/input${where}` }),
    );
    const answer = await capability.run(checked, grant);
    const result = parse(capability.result, answer?.result, (where, why) =>
      refuse("plugin.broke-contract", `${plugin.name} returned a result of the wrong shape: ${why}`, {
        at: `${id} /result${where}`,
      }),
    );
    parse(answerShape, answer, (where, why) =>
      refuse("plugin.broke-contract", `${plugin.name} returned an answer of the wrong shape: ${why}`, {
        at: `${id} ${where}`,
      }),
    );
    return succeed({ ...answer, result });
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, failure: error.failure };
    const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return fail("plugin.broke-contract", `plugin ${plugin.name} threw ${what}`, {
      at: id,
      hint: "This is a fault of the plugin, not of the request.",
    });
  }
}

const finite = v.pipe(v.number(), v.finite());

/** What an answer carries beside its result; the comparison's losses are checked where they are compared. */
const answerShape = v.looseObject({
  comparison: v.variant("kind", [
    v.looseObject({ kind: v.literal("compared"), comparison: v.looseObject({}) }),
    v.looseObject({ kind: v.literal("inherited"), modelId: v.string() }),
    v.looseObject({ kind: v.literal("not-compared"), reason: v.pipe(v.string(), v.minLength(1)) }),
  ]),
  prediction: v.optional(
    v.object({
      quantity: v.string(),
      value: finite,
      unit: v.string(),
      interval: v.pipe(
        v.object({ lower: finite, upper: finite, coverage: v.pipe(finite, v.gtValue(0), v.ltValue(1)) }),
        v.check(({ lower, upper }) => lower <= upper, "an interval ends before it begins"),
      ),
      expiresAt: v.pipe(v.string(), v.isoTimestamp()),
    }),
  ),
  parameters: v.optional(
    v.record(
      v.string(),
      v.object({ value: finite, standardDeviation: v.pipe(finite, v.minValue(0)), unit: v.string() }),
    ),
  ),
});

function parse(schema: v.GenericSchema, value: unknown, complain: (pointer: string, why: string) => never): unknown {
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const pointer = (issue.path ?? []).map((item) => `/${pointerToken(item.key)}`).join("");
  return complain(pointer, issue.message);
}

/** RFC 6901, section 3. */
const pointerToken = (key: unknown) => String(key).replaceAll("~", "~0").replaceAll("/", "~1");
