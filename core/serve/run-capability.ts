// Runs one capability and checks both ends of it: the input before, the answer after.

import type { Answer } from "../capability.ts";
import { fail, Refusal, refuse, succeed, type Outcome } from "../failure.ts";
import type { Plugin } from "../plugin.ts";
import type { Grant } from "../grant.ts";
import { checkAnswer } from "../run/answer.ts";
import { parse } from "../shape.ts";

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
    checkAnswer(answer, plugin.name, id);
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
