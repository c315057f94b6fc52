// Checks of the question: an example that is answered, and everything else refused in so many words.

import type { Example } from "../../capability.ts";
import { ERRORS } from "../../errors.ts";
import { type Failure } from "../../failure.ts";
import { complain, leaveTo, skipBecause, type Check } from "../check.ts";
import { faultOf } from "../../json-schema.ts";
import { mistakesIn } from "./mistakes.ts";

/** What the plugin says where its data has been taken away. */
const withoutData = (example: Example): Example => ({
  input: example.input,
  ...(example.properties && { properties: example.properties }),
  ...(example.streams && {
    streams: Object.fromEntries(Object.keys(example.streams).map((name) => [name, nothing()])),
  }),
  ...(example.table && {
    table: { columns: example.table.columns, values: example.table.columns.map(() => new Float64Array()) },
  }),
});
const nothing = () => ({ observedAtMs: new Float64Array(), values: new Float64Array() });

export const QUESTION_CHECKS: readonly Check<"capability">[] = [
  {
    id: "capability.has-example",
    title: "has an example, so that it can be checked",
    async run({ id, subject }, { served, manifest }) {
      const example = await served.example(id);
      if (!example) return complain("it has no `example`: nothing of it can be checked");
      if (subject.kind === "dataset" && !example.table)
        complain("it is asked about a dataset, and its example has no `table`");
      if (subject.kind === "twin" && example.table) complain("it is asked about a twin, and its example has a `table`");
      if (example.after !== undefined && !manifest.capabilities.some((one) => one.id === example.after))
        complain(`its example comes after ${example.after}, which is not declared`);
    },
  },
  {
    id: "capability.answers",
    title: "answers its example",
    async run({ id }, kit) {
      const { outcome, formatFaults } = await kit.first(id);
      if (outcome.ok) return;
      if (formatFaults.length > 0) leaveTo("capability.model-formats", "its grant refused a model");
      complain(`${outcome.failure.code}: ${outcome.failure.message}`);
    },
  },
  {
    id: "capability.schemas",
    title: "publishes schemas that fit its example and its answer",
    async run({ id, input, result }, kit) {
      const { outcome } = await kit.answered(id);
      const inInput = faultOf(input, (await kit.example(id)).input);
      if (inInput) complain(`its published input schema refuses its example: ${inInput}`);
      const inResult = faultOf(result, outcome.ok && outcome.value.result);
      if (inResult) complain(`its published result schema refuses its answer: ${inResult}`);
    },
  },
  {
    id: "capability.refuses-mistakes",
    title: "refuses what its input schema refuses, and says where",
    async run({ id, input }, kit) {
      const example = await kit.example(id);
      const mistakes = mistakesIn(example.input).filter((mistake) => faultOf(input, mistake) !== undefined);
      if (mistakes.length === 0) complain("its input schema refuses nothing, not even null or a word");
      for (const mistake of mistakes) {
        const { outcome } = await kit.ask(id, { example: { ...example, input: mistake } });
        const what = JSON.stringify(mistake).slice(0, 80);
        if (outcome.ok) return complain(`its schema refuses ${what}, and it answered`);
        const { code, at = "" } = outcome.failure;
        if (code !== "request.invalid") complain(`${what} got ${code}, not request.invalid`);
        if (!at.startsWith("/input")) complain(`${what} was refused without a pointer into /input`);
      }
    },
  },
  {
    id: "capability.refuses-missing-data",
    title: "refuses where its subject has no data yet",
    async run({ id }, kit) {
      const failure = await failureWithoutData(id, kit);
      if (failure === "answered") complain("it answered from no data at all");
      else if (failure.code.startsWith("plugin.")) complain(`it broke where there is no data: ${failure.message}`);
    },
  },
  {
    id: "capability.failure-codes",
    title: "refuses by a code of the table, and says what to do next",
    async run({ id }, kit) {
      const failure = await failureWithoutData(id, kit);
      if (failure === "answered" || failure.code.startsWith("plugin."))
        return leaveTo("capability.refuses-missing-data", "it does not refuse");
      if (!Object.hasOwn(ERRORS, failure.code)) complain(`${failure.code} is not in the table of errors`);
      if (failure.code === "capability.refused" && !failure.hint)
        complain(`"${failure.message}" has no hint: what can the caller do next?`);
    },
  },
];

async function failureWithoutData(
  id: string,
  kit: Parameters<Check<"capability">["run"]>[1],
): Promise<Failure | "answered"> {
  const example = await kit.example(id);
  if (!example.streams && !example.table) skipBecause("its example has neither streams nor a table to take away");
  await kit.answered(id);
  const { outcome } = await kit.ask(id, { example: withoutData(example) });
  return outcome.ok ? "answered" : outcome.failure;
}
